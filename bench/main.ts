/** `npm run bench [-- --json FILE]`: speed and memory in one run, beside the machine's own matrix product. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findBundle, openBundle } from "../src/engine/models/bundle.ts";
import { QUALITIES } from "../src/engine/recipe/schema.ts";
import { dragIteration } from "./drag-iteration.ts";
import { gemmPeak } from "./gemm.ts";
import { previewBench } from "./preview.ts";
import { wholeEdit } from "./whole-edit.ts";

const { values } = parseArgs({ options: { json: { type: "string" } } });
const threads = availableParallelism();
const home = await mkdtemp(join(tmpdir(), "dragflow-bench-"));
try {
  const peak = await gemmPeak(threads);
  print(`${cpus()[0]?.model.trim()}, ${threads} threads, GEMM peak ${peak.toFixed(0)} GFLOP/s (1024³, onnxruntime)`);
  const bundle = await openBundle(await findBundle("mini"), {
    graphDir: join(home, "graphs"),
    providers: ["cpu"],
    threads,
  });
  const graphs = [];
  for (const size of [256, 384, 512]) {
    for (const row of await dragIteration(bundle, size)) {
      const share = row.gflop / (row.milliseconds / 1000) / peak;
      graphs.push({ ...row, share });
      const rate = `${row.gflop.toFixed(2)} GFLOP, ${(100 * share).toFixed(0)} % of peak`;
      print(`${row.name.padEnd(24)} ${row.milliseconds.toFixed(1).padStart(8)} ms   ${rate}`);
    }
  }
  await bundle.release();
  const preview = await previewBench();
  for (const { stage, wallMs, cpuMs } of preview) {
    print(`preview: ${stage.padEnd(24)} ${wallMs.toFixed(0).padStart(6)} ms   ${cpuMs.toFixed(0)} ms of processor`);
  }
  const edits = [];
  for (const quality of QUALITIES) {
    const { seconds, peakMemoryBytes, tier } = await wholeEdit(home, quality);
    edits.push({ quality, seconds, peakMemoryBytes });
    const stages = Object.entries(seconds).filter(([stage, s]) => stage !== "total" && s > 0);
    const shown = stages.map(([stage, s]) => `${stage} ${s.toFixed(2)}`).join(", ");
    const memory = `${Math.round(peakMemoryBytes / 2 ** 20)} MiB`;
    print(
      `whole edit, ${quality.padEnd(8)}    ${seconds.total.toFixed(2).padStart(8)} s    ${memory}; ${shown} (${tier} won)`,
    );
  }
  if (values.json !== undefined) {
    await writeFile(values.json, `${JSON.stringify({ threads, gemmGflops: peak, graphs, preview, edits }, null, 2)}\n`);
  }
} finally {
  await rm(home, { recursive: true, force: true });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
