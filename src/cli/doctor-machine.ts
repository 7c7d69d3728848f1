/** What an edit needs of this machine: Node.js, a data folder with room, readable roots, codecs, onnxruntime, the model. */
import { readFile, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { input } from "../engine/graph/value.ts";
import { wantedHome, whyNotWritable } from "../session/index.ts";
import { openRoots } from "../tools/roots.ts";
import type { CliRun } from "./deps.ts";
import { type Finding, messageOf } from "./doctor-finding.ts";
import { inStudio } from "./studio.ts";

export interface MachineFlags {
  readonly home?: string;
  readonly roots?: string;
}

type Check = (run: CliRun, flags: MachineFlags) => Finding | Promise<Finding>;

export const MACHINE_CHECKS: readonly Check[] = [
  checkNode,
  checkHome,
  checkDisk,
  checkRoots,
  checkImages,
  checkRuntime,
  checkProviders,
  checkModel,
];

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 9);
  return { name: "node", ok, text: `Node.js ${process.versions.node}`, advice: "Install Node.js 20.9 or newer" };
}

function homeOf({ env }: CliRun, { home }: MachineFlags): string {
  return wantedHome({ env, ...(home === undefined ? {} : { flag: home }) });
}

async function checkHome(run: CliRun, flags: MachineFlags): Promise<Finding> {
  const dir = homeOf(run, flags);
  const problem = await whyNotWritable(dir);
  const text = problem === undefined ? `data folder ${dir} is writable` : `data folder ${dir}: ${problem}`;
  return { name: "home", ok: problem === undefined, text, advice: "Set DRAGFLOW_HOME to a folder you can write to" };
}

/** Bytes: an edit of a large picture writes up to about 300 MB. */
const WANTED_FREE = 1e9;

async function checkDisk(run: CliRun, flags: MachineFlags): Promise<Finding> {
  const advice = "Free some space, remove old sessions with dragflow history, or set DRAGFLOW_HOME to another disk";
  try {
    const { bavail, bsize } = await nearestStat(homeOf(run, flags));
    const free = bavail * bsize;
    return {
      name: "disk",
      ok: free >= WANTED_FREE,
      text: `${(free / 1e9).toFixed(1)} GB free for the data folder`,
      advice,
    };
  } catch (error) {
    return { name: "disk", ok: false, text: messageOf(error), advice };
  }
}

/** The data folder may not be there yet: the folder above it is on the same disk. */
async function nearestStat(dir: string): Promise<{ bavail: number; bsize: number }> {
  for (let at = dir; ; at = dirname(at)) {
    try {
      return await statfs(at);
    } catch (error) {
      if (dirname(at) === at) throw error;
    }
  }
}

async function checkRoots({ env, cwd }: CliRun, { roots: flag }: MachineFlags): Promise<Finding> {
  const { folders } = await openRoots(flag ?? env.DRAGFLOW_ROOTS, cwd);
  const ok = folders.length > 0;
  const text = ok ? `tools may use files of ${folders.join(", ")}` : "no folder that tools may use exists";
  return { name: "roots", ok, text, advice: "Set DRAGFLOW_ROOTS (or --roots) to folders that exist" };
}

/** The engine reads a picture of one pixel: that takes its process, its codecs and their native parts. */
async function checkImages(run: CliRun, { home }: MachineFlags): Promise<Finding> {
  const advice = "Install the package again on this machine (npm ci), so that sharp gets its binary";
  try {
    return await inStudio(run, home, async ({ engine, workspace }) => {
      const path = join(workspace.dir, "pixel.png");
      await writeFile(path, Buffer.from(PIXEL, "base64"));
      const { width, height, format } = await engine.inspect(path, { signal: run.signal });
      const ok = width === 1 && height === 1 && format === "png";
      const text = ok ? "the engine starts and reads pictures (sharp)" : "a test picture is misread";
      return { name: "images", ok, text, advice };
    });
  } catch (error) {
    return { name: "images", ok: false, text: messageOf(error), advice };
  }
}

/** A graph that adds a number to itself, built and run like every other. Loaded here: most commands never need it. */
async function checkRuntime(): Promise<Finding> {
  const advice = "Install the package again on this machine (npm ci), so that onnxruntime gets its binary";
  try {
    const { compile } = await import("../engine/onnx/session.ts");
    const x = input("x", [1]);
    const graph = await compile({ y: x.add(x) }, { graphDir: "", providers: ["cpu"], threads: 1 });
    const { y } = await graph.run({ x: { shape: [1], data: Float32Array.of(2) } });
    await graph.release();
    const ok = y.data[0] === 4;
    return { name: "runtime", ok, text: ok ? "onnxruntime builds and runs graphs" : "onnxruntime miscounts", advice };
  } catch (error) {
    return { name: "runtime", ok: false, text: messageOf(error), advice };
  }
}

async function checkProviders(): Promise<Finding> {
  const advice = "Install the package again on this machine (npm ci), so that onnxruntime gets its binary";
  try {
    const { installedProviders } = await import("../engine/onnx/providers.ts");
    const names = installedProviders();
    return {
      name: "providers",
      ok: names.includes("cpu"),
      text: `onnxruntime was built for ${names.join(", ")}`,
      advice,
    };
  } catch (error) {
    return { name: "providers", ok: false, text: messageOf(error), advice };
  }
}

/** The weights are large files: a checkout without them holds short pointer texts instead. */
async function checkModel(): Promise<Finding> {
  const name = "model";
  const advice = "Install the package again; in a checkout, fetch the large files of models/mini";
  try {
    const folder = fileURLToPath(new URL("../../models/mini", import.meta.url));
    JSON.parse(await readFile(join(folder, "model_index.json"), "utf8"));
    JSON.parse(await readFile(join(folder, "dragflow.json"), "utf8"));
    const parts = ["transformer", "vae"].map((part) => join(folder, part, "diffusion_pytorch_model.safetensors"));
    const sizes = await Promise.all(parts.map(async (part) => (await stat(part)).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const ok = sizes.every((size) => size > 100_000);
    const missing = ok ? "" : ": weights are missing";
    return { name, ok, text: `embedded model mini, ${Math.round(bytes / 1e6)} MB${missing}`, advice };
  } catch (error) {
    return { name, ok: false, text: messageOf(error), advice };
  }
}

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
