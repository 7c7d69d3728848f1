/** A model larger than what should be in memory at once: a synthetic FLUX of about 0.7 GB (bfloat16, random) dragged
 * block by block. `node --import tsx scripts/big-model.ts [doubles] [singles] [heads] [workingSize]` prints what the
 * process took against the bound (weights as stored + 2 × the largest block in float32 + 1 GiB) and the estimate. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runBigModel } from "./big-model/run.ts";
import { writeSyntheticFlux } from "./big-model/synthetic-flux.ts";

const [doubles = 6, singles = 8, heads = 8, workingSize = 512] = process.argv.slice(2).map(Number);
const dir = await mkdtemp(join(tmpdir(), "dragflow-big-"));
try {
  await writeSyntheticFlux(dir, { heads, headDim: 128, doubles, singles });
  const report = await runBigModel(dir, workingSize, (line) => process.stdout.write(`${line}\n`));
  process.exitCode = report.peak <= report.bound ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
