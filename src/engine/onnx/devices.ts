/** Where graphs run: the execution providers of onnxruntime by the names that users know (docs/devices.md). */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as ort from "onnxruntime-node";
import { EditError } from "../../errors.ts";
import { input } from "../graph/value.ts";
import { type CompileOptions, compile } from "./session.ts";

/** Device → onnxruntime's name of its provider. */
const PROVIDERS = {
  cpu: "cpu",
  cuda: "cuda",
  webgpu: "webgpu",
  coreml: "coreml",
  directml: "dml",
} as const;
export type Device = keyof typeof PROVIDERS;

/** How to get one, and where it exists at all (docs/devices.md). */
const HELP: Readonly<Record<Device, string>> = {
  cpu: "It is always there.",
  cuda: "CUDA needs Linux x64, an NVIDIA GPU, CUDA 12 and cuDNN 9, then: ONNXRUNTIME_NODE_INSTALL=true npm rebuild onnxruntime-node.",
  webgpu: "WebGPU needs a GPU with its driver, on Linux Vulkan's loader too (libvulkan1).",
  coreml: "Core ML is for macOS.",
  directml: "DirectML is for Windows.",
};

export const DEVICES = ["auto", ...Object.keys(PROVIDERS)] as const;

/** One that onnxruntime was built for, and whether its libraries are there. */
export interface Backend {
  readonly name: string;
  readonly installed: boolean;
}

/** What the choice looks at: the real runtime, or a test's. */
export interface Runtime {
  backends(): readonly Backend[];
  /** Whether a graph really runs there, with products of that type; the reason where not. */
  probe(provider: string, matmul?: "float32" | "float16"): Promise<string | undefined>;
}

export const RUNTIME: Runtime = {
  backends: () =>
    ort.listSupportedBackends().map(({ name, bundled }) => ({ name, installed: bundled || isInstalled(name) })),
  probe: (provider, matmul = "float32") => probed({ graphDir: "", providers: [provider], threads: 1, matmul }),
};

/**
 * Providers in order of preference. "auto" takes a CUDA device where onnxruntime has its libraries and one answers, else
 * the CPU: of the others only a user can say that they are the better choice.
 * Throws `usage` for a word that is no device and `device-missing`, with what there is, for one that does not answer.
 */
export async function providersFor(device = "auto", runtime: Runtime = RUNTIME): Promise<string[]> {
  if (device !== "auto" && !isDevice(device)) {
    throw new EditError("usage", `Expected the device ${DEVICES.join(", ")}, got ${JSON.stringify(device)}`, {
      hint: "auto takes CUDA where it answers, else the CPU.",
    });
  }
  if (device === "cpu") return [PROVIDERS.cpu];
  if (device !== "auto") return chosen(device, runtime);
  const cuda = runtime.backends().some(({ name, installed }) => name === PROVIDERS.cuda && installed);
  const answers = cuda && (await runtime.probe(PROVIDERS.cuda)) === undefined;
  return answers ? [PROVIDERS.cuda, PROVIDERS.cpu] : [PROVIDERS.cpu];
}

/** Operations that the device has no kernel for run on the CPU. */
async function chosen(device: Device, runtime: Runtime): Promise<string[]> {
  const reason = missing(device, runtime) ?? (await runtime.probe(PROVIDERS[device]));
  if (reason === undefined) return [PROVIDERS[device], PROVIDERS.cpu];
  const known = Object.keys(PROVIDERS).filter(isDevice);
  const installed = known.filter((name) => missing(name, runtime) === undefined);
  const answering: string[] = [];
  for (const name of installed) if (name !== device && (await answersTo(name, runtime))) answering.push(name);
  throw new EditError("device-missing", `Expected the device ${device}, it does not answer: ${reason}`, {
    hint: `Devices that answer here: ${answering.join(", ")}. ${HELP[device]} More: docs/devices.md.`,
  });
}

async function answersTo(name: Device, runtime: Runtime): Promise<boolean> {
  return name === "cpu" || (await runtime.probe(PROVIDERS[name])) === undefined;
}

/** Why it cannot even be tried: trying would only make the runtime complain. */
function missing(device: Device, runtime: Runtime): string | undefined {
  if (device === "cpu") return undefined;
  const backend = runtime.backends().find(({ name }) => name === PROVIDERS[device]);
  if (backend === undefined) return "not part of this build";
  return backend.installed ? undefined : "its libraries are not installed";
}

function isDevice(name: string): name is Device {
  return Object.hasOwn(PROVIDERS, name);
}

/** Libraries that an install may add lie beside onnxruntime's own. */
function isInstalled(provider: string): boolean {
  const main = createRequire(import.meta.url).resolve("onnxruntime-node");
  const bin = join(dirname(main), "..", "bin");
  if (!existsSync(bin)) return false;
  const library =
    process.platform === "win32" ? `onnxruntime_providers_${provider}.dll` : `libonnxruntime_providers_${provider}.so`;
  return readdirSync(bin).some((api) => existsSync(join(bin, api, process.platform, process.arch, library)));
}

/** Number type of products there: 16 bit on a GPU that has it, for whoever has not must convert or cannot run at all. */
export async function matmulOn(
  providers: readonly string[],
  runtime: Runtime = RUNTIME,
): Promise<"float32" | "float16"> {
  const [provider = PROVIDERS.cpu] = providers;
  if (provider === PROVIDERS.cpu) return "float32";
  return (await runtime.probe(provider, "float16")) === undefined ? "float16" : "float32";
}

/** One product; the first line of what went wrong. */
async function probed(options: CompileOptions): Promise<string | undefined> {
  try {
    const x = input("x", [1, 1]).add(1);
    const graph = await compile({ y: x.matmul(x) }, options);
    await graph.run({ x: { shape: [1, 1], data: Float32Array.of(1) } });
    await graph.release();
    return undefined;
  } catch (error) {
    const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return line.replace(/^\/\S+ /, "").slice(0, 200); // without the path of a source file
  }
}
