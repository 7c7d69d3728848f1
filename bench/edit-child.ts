/** One picture edited several times in a process of its own, so that its peak memory is its own: argv is an `EditWish` as
 * JSON, the answer an `EditTimings` on one line. */
import { join } from "node:path";
import { LocalEngine } from "../src/engine/local.ts";
import { parseRecipe } from "../src/engine/recipe/parse.ts";
import type { EditTimings, EditWish, RunTiming } from "./edits.ts";
import { GemmMeter } from "./gemm.ts";
import { GraphListener } from "./listen.ts";

const wish = JSON.parse(process.argv[2] ?? "") as EditWish; // from edits.ts, its only caller
const meter = wish.gemm ? await GemmMeter.open(wish.threads) : undefined;
const listener = new GraphListener();
const engine = new LocalEngine({ home: wish.home, threads: wish.threads });
try {
  const runs: RunTiming[] = [];
  for (const [i, { image, operations, seed }] of wish.edits.entries()) {
    const { quality, options } = wish;
    const recipe = parseRecipe({ operations, quality, seed, ...(options && { options }) });
    const before = await meter?.sample();
    listener.take();
    listener.takePeaks();
    const dir = join(wish.home, `edit-${process.pid}-${i}`);
    const { seconds, peakMemoryBytes, tier } = await engine.edit({ image, recipe, baseDir: wish.home, dir });
    const work = Object.fromEntries(listener.take());
    const peaks = Object.fromEntries(listener.takePeaks());
    const gemm = before === undefined ? undefined : (before + ((await meter?.sample()) ?? before)) / 2;
    runs.push({ seconds, work, peaks, peakMemoryBytes, tier, ...(gemm === undefined ? {} : { gemm }) });
  }
  process.stdout.write(`${JSON.stringify({ runs } satisfies EditTimings)}\n`);
} finally {
  listener.close();
  await engine.close();
  await meter?.release();
}
