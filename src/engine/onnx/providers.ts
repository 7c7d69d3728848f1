/** What the installed onnxruntime can run on. */
import { listSupportedBackends } from "onnxruntime-node";

/** Names of execution providers, e.g. "cpu", "cuda", "webgpu"; being listed does not mean that the device is there. */
export function installedProviders(): string[] {
  return listSupportedBackends().map(({ name }) => name);
}
