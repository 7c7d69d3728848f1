/** Writes docs/quality-real.md: the preview on photos without a truth, beside doing nothing, paste and leave, and warp +
 * Telea. `node --import tsx scripts/quality/real.ts [--photos <folder>] [--dragbench <folder>] [--out <file>]`; pictures of
 * every edit go below `--work` (default out/quality-real). A part whose folder is not named is taken from the last run. */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { LocalEngine } from "../../src/engine/local.ts";
import { loadOpenCv } from "../../src/engine/segment/opencv.ts";
import { type RealEdit, type RealResult, runReal } from "../../src/evals/quality/real.ts";
import { dragBenchEdits, photoEdits } from "../../src/evals/quality/real-edits.ts";
import { type RealPart, realReport } from "../../src/evals/quality/real-report.ts";
import { recognisedIn, recognisedInSuite } from "../../src/evals/quality/recognition.ts";

const root = join(import.meta.dirname, "..", "..");
const { values } = parseArgs({
  options: {
    photos: { type: "string" },
    dragbench: { type: "string" },
    out: { type: "string", default: join(root, "docs", "quality-real.md") },
    work: { type: "string", default: join(root, "out", "quality-real") },
  },
});
const work = resolve(values.work);
await mkdir(work, { recursive: true });
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root }).toString().trim();
const engine = new LocalEngine({ home: join(work, "home") });
const photos = await partOf("photos", values.photos, async (folder) => {
  const { edits, without } = await photoEdits(folder, await loadOpenCv());
  return { commit, without, results: await resultsOf(edits) };
});
const dragBench = await partOf("dragbench", values.dragbench, async (folder) => {
  const edits = await dragBenchEdits(folder, join(work, "regions"));
  const recognised = { ...(await recognisedIn(edits)), suite: await recognisedInSuite(join(root, "evals", "quality")) };
  return { commit, without: [], results: await resultsOf(edits), recognised };
});
await engine.close();
await writeFile(values.out, realReport({ photos, dragBench }));

/** Runs a part, or reads what the last run of it left. */
async function partOf(
  name: string,
  folder: string | undefined,
  run: (folder: string) => Promise<RealPart>,
): Promise<RealPart | undefined> {
  const path = join(work, `${name}.json`);
  if (folder === undefined) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as RealPart); // written below
  }
  const part = await run(resolve(folder));
  await writeFile(path, JSON.stringify(part, null, 1));
  return part;
}

async function resultsOf(edits: readonly RealEdit[]): Promise<RealResult[]> {
  const results: RealResult[] = [];
  for (const edit of edits) {
    const result = await runReal(edit, engine, join(work, "pictures"));
    results.push(result);
    const { preview, telea } = result.scores;
    console.error(`${edit.id}: preview ${preview.score.toFixed(3)}, warp + Telea ${telea.score.toFixed(3)}`);
  }
  return results;
}
