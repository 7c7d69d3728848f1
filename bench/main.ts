/** `npm run bench [-- --quick] [--only drag,passes,…] [--json FILE] [--write]`: speed, memory and growth in one run, every
 * figure beside the machine's own matrix product. `--write` makes docs/performance.md and its plot. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findBundle, openBundle } from "../src/engine/models/bundle.ts";
import { EditError } from "../src/errors.ts";
import type { BenchContext } from "./context.ts";
import { GemmMeter } from "./gemm.ts";
import { GraphListener } from "./listen.ts";
import { machineOf } from "./machine.ts";
import type { Report } from "./report.ts";
import { type Results, SECTION_NAMES, SECTIONS, type SectionName } from "./sections.ts";
import { Torch } from "./torch-process.ts";
import { writeReport } from "./write-report.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    json: { type: "string" },
    write: { type: "boolean", default: false },
    torch: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const wanted = wantedSections(values.only);
if (values.write && (values.quick || wanted.length < SECTION_NAMES.length)) {
  throw new EditError("usage", "Expected --write with the whole bench, got --quick or --only");
}

/** PyTorch's matrix product, for comparison with onnxruntime's. */
const TORCH_GEMM = { size: 1024, runs: 20 };

const threads = availableParallelism();
const home = await mkdtemp(join(tmpdir(), "dragflow-bench-"));
const listener = new GraphListener();
try {
  const report = await measured();
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (values.write) await writeReport(report);
} finally {
  listener.close();
  await rm(home, { recursive: true, force: true });
}

async function measured(): Promise<Report> {
  const torch = values.torch && wanted.includes("drag") ? await Torch.start(threads) : "not asked for";
  if (typeof torch === "string") say(`Without PyTorch (${torch})`);
  const meter = await GemmMeter.open(threads);
  const bundle = await openBundle(await findBundle("mini"), {
    graphDir: join(home, "graphs"),
    providers: ["cpu"],
    threads,
  });
  const machine = await machineOf(threads, typeof torch === "string" ? undefined : torch.version);
  say(
    `${machine.cpu}, ${threads} threads, load ${machine.load.toFixed(1)}, GEMM ${(await meter.sample()).toFixed(0)} GFLOP/s`,
  );
  const found = await inOrder({
    threads,
    home,
    quick: values.quick,
    bundle,
    meter,
    listener,
    torch: typeof torch === "string" ? undefined : torch,
    say,
  });
  const own = typeof torch === "string" ? {} : { torch: await torch.gemm(TORCH_GEMM.size, TORCH_GEMM.runs) };
  const gemm = { peak: meter.peak, samples: meter.samples, ...own };
  if (typeof torch !== "string") await torch.close();
  await bundle.release();
  await meter.release();
  return { machine, quick: values.quick, gemm, ...found };
}

/** A part that fails does not take the others with it, but the whole has failed then. */
async function inOrder(context: BenchContext): Promise<Pick<Report, "results" | "failed">> {
  const results: Results = {};
  const failed: { part: string; message: string }[] = [];
  for (const part of wanted) {
    const begun = performance.now();
    say(part);
    try {
      Object.assign(results, { [part]: await SECTIONS[part](context) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failed.push({ part, message });
      say(`  FAILED: ${message}`);
      process.exitCode = 1;
    }
    say(`  (${((performance.now() - begun) / 1000).toFixed(0)} s)`);
  }
  return { results, failed };
}

function wantedSections(only: string | undefined): SectionName[] {
  if (only === undefined) return SECTION_NAMES;
  const asked = only.split(",");
  const unknown = asked.find((name) => !SECTION_NAMES.some((known) => known === name));
  if (unknown === undefined) return SECTION_NAMES.filter((name) => asked.includes(name));
  throw new EditError("usage", `Expected --only with some of ${SECTION_NAMES.join(", ")}, got ${unknown}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
