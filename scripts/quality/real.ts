/** Writes docs/quality-real.md: the preview on photos without a truth, beside doing nothing, paste and leave, and warp +
 * Telea. `node --import tsx scripts/quality/real.ts [--photos <folder>] [--dragbench <folder>] [--out <file>]`; pictures of
 * every edit go below `--work` (default out/quality-real). A part whose folder is not named is taken from the last run.
 * `--minutes` ends a run early, after edits of every kind; `--resume` goes on with what the work folder has. */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { LocalEngine } from "../../src/engine/local.ts";
import { loadOpenCv } from "../../src/engine/segment/opencv.ts";
import { folderOf, type RealEdit, type RealResult, runReal } from "../../src/evals/quality/real.ts";
import { dragBenchEdits, photoEdits } from "../../src/evals/quality/real-edits.ts";
import { type RealPart, realReport } from "../../src/evals/quality/real-report.ts";
import { recognisedIn, recognisedInSuite } from "../../src/evals/quality/recognition.ts";

const root = join(import.meta.dirname, "..", "..");
const { values } = parseArgs({
  options: {
    photos: { type: "string" },
    dragbench: { type: "string" },
    minutes: { type: "string", default: "1000" },
    resume: { type: "boolean", default: false },
    out: { type: "string", default: join(root, "docs", "quality-real.md") },
    work: { type: "string", default: join(root, "out", "quality-real") },
  },
});
const end = performance.now() + 60_000 * Number(values.minutes);
const work = resolve(values.work);
await mkdir(work, { recursive: true });
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root }).toString().trim();
const engine = new LocalEngine({ home: join(work, "home") });
const photos = await partOf("photos", values.photos, async (folder) => {
  const { edits, without } = await photoEdits(folder, await loadOpenCv());
  return { commit, without, of: edits.length, results: await resultsOf(edits) };
});
const dragBench = await partOf("dragbench", values.dragbench, async (folder) => {
  const edits = await dragBenchEdits(folder, join(work, "regions"));
  const recognised = await remembered("recognised", async () => ({
    ...(await recognisedIn(edits)),
    suite: await recognisedInSuite(join(root, "evals", "quality")),
  }));
  return { commit, without: [], of: edits.length, results: await resultsOf(edits), recognised };
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

/** In steps that are prime to their number, so that a run that ends early has edits of every kind. */
async function resultsOf(edits: readonly RealEdit[]): Promise<RealResult[]> {
  const results: RealResult[] = [];
  const step = edits.length % 7 === 0 ? 11 : 7;
  for (let i = 0; i < edits.length; i++) {
    const edit = edits[(step * i) % edits.length];
    const result = edit && (await resultOf(edit));
    if (result === undefined) continue;
    results.push(result);
    const { preview, telea } = result.scores;
    console.error(`${result.id}: preview ${preview.score.toFixed(3)}, warp + Telea ${telea.score.toFixed(3)}`);
  }
  return results.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Undefined for what the time does not suffice for. */
function resultOf(edit: RealEdit): Promise<RealResult | undefined> {
  const pictures = join(work, "pictures");
  return remembered(join("pictures", folderOf(edit), "result"), async () =>
    performance.now() < end ? runReal(edit, engine, pictures) : undefined,
  );
}

/** With `--resume` what an earlier run has left; else made, and left for later runs. */
async function remembered<T>(name: string, make: () => Promise<T>): Promise<T> {
  const path = join(work, `${name}.json`);
  const known = values.resume ? await readFile(path, "utf8").catch(() => undefined) : undefined;
  if (known !== undefined) return JSON.parse(known) as T; // written here
  const made = await make();
  if (made !== undefined) await writeFile(path, JSON.stringify(made));
  return made;
}
