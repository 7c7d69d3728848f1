/** dragflow doctor: is everything here that an edit needs? One line per finding, with advice. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { input } from "../engine/graph/value.ts";
import { wantedHome, whyNotWritable } from "../session/index.ts";
import type { CliRun } from "./deps.ts";
import { inStudio } from "./studio.ts";

export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
  readonly advice?: string;
}

interface DoctorFlags {
  readonly home?: string;
  readonly json?: boolean;
}

const CHECKS = [checkNode, checkHome, checkImages, checkRuntime, checkModel] as const;

export function addDoctor(program: Command, run: CliRun): void {
  program
    .command("doctor")
    .description("check this machine: exit 0 when everything is there, else 1")
    .option("--json", "print one JSON object")
    .option("--home <dir>", "data folder (DRAGFLOW_HOME)")
    .action((flags: DoctorFlags) => doctor(run, flags));
}

async function doctor(run: CliRun, flags: DoctorFlags): Promise<void> {
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(await check(run, flags));
  const ok = findings.every((finding) => finding.ok);
  run.exitCode = ok ? 0 : 1;
  run.stdout.write(flags.json ? `${JSON.stringify({ ok, findings })}\n` : findings.map(line).join(""));
}

function line({ name, ok, text, advice }: Finding): string {
  return `${ok ? "✓" : "✗"} ${name.padEnd(8)} ${text}\n${ok || advice === undefined ? "" : `  → ${advice}\n`}`;
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 20 || (major === 20 && minor >= 9);
  return { name: "node", ok, text: `Node.js ${process.versions.node}`, advice: "Install Node.js 20.9 or newer" };
}

async function checkHome({ env }: CliRun, { home }: DoctorFlags): Promise<Finding> {
  const dir = wantedHome({ env, ...(home === undefined ? {} : { flag: home }) });
  const problem = await whyNotWritable(dir);
  const text = problem === undefined ? `data folder ${dir} is writable` : `data folder ${dir}: ${problem}`;
  return { name: "home", ok: problem === undefined, text, advice: "Set DRAGFLOW_HOME to a folder you can write to" };
}

/** The engine reads a picture of one pixel: that takes its process, its codecs and their native parts. */
async function checkImages(run: CliRun, { home }: DoctorFlags): Promise<Finding> {
  const advice = "Install the package again on this machine (npm ci), so that sharp gets its binary";
  try {
    return await inStudio(run, home, async ({ engine, workspace }) => {
      const path = join(workspace.dir, "pixel.png");
      await writeFile(path, Buffer.from(PIXEL, "base64"));
      const { width, height, format } = await engine.inspect(path, { signal: run.signal });
      const ok = width === 1 && height === 1 && format === "png";
      return {
        name: "images",
        ok,
        text: ok ? "the engine starts and reads pictures" : "a test picture is misread",
        advice,
      };
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
    return {
      name,
      ok,
      text: `embedded model mini, ${Math.round(bytes / 1e6)} MB${ok ? "" : ": weights are missing"}`,
      advice,
    };
  } catch (error) {
    return { name, ok: false, text: messageOf(error), advice };
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
