import { join } from "node:path";
import { exists } from "../../../engine/models/find-bundle.ts";

/** A folder of a published pipeline may hold its weights twice, in halves too: the plain file is meant; else the folder's one. */
export async function weightsFile(dir: string): Promise<string> {
  for (const name of ["diffusion_pytorch_model.safetensors", "model.safetensors"]) {
    if (await exists(join(dir, name))) return join(dir, name);
  }
  return dir;
}
