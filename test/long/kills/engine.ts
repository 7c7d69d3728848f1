/** kill -9 of the engine's processes while edits, selections and openings are under way: what was being done fails with
 * its code and leaves nothing, everything else goes on, and done again it comes to the same picture. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProcessEngine } from "../../../src/engine/process/engine.ts";
import type { Quality } from "../../../src/engine/recipe/schema.ts";
import { EditError } from "../../../src/errors.ts";
import { type JobView, Workspace } from "../../../src/session/index.ts";
import { mulberry } from "../../helpers/mulberry.ts";
import { type Expected, recipeFor, VARIANTS } from "../edits.ts";
import { check, oneOf } from "../part.ts";
import { openWhole } from "../whole.ts";

/** What three edits take on a quiet machine: kills fall anywhere in it. */
const WINDOW_MS = { preview: 500, fast: 5000, full: 20_000 };
/** Longest that three edits with a model may take on a machine with much other work. */
const PATIENCE_SECONDS = 600;
const CRASHED: readonly string[] = ["engine-crashed", "out-of-memory"];

export interface EngineKill {
  /** Jobs that were hit. */
  readonly crashed: number;
}

/** One run in a session of its own below `home`; `photo` is the small picture. */
export async function killEngine(
  home: string,
  photo: string,
  seed: number,
  quality: Quality,
  expected: Expected,
): Promise<EngineKill> {
  const random = mulberry(seed);
  const engine = new ProcessEngine({ home, threads: 1 });
  const workspace = await Workspace.create(home);
  try {
    const { id: imageId } = await workspace.openImage(engine, photo);
    const start = (variant: number) => {
      const wish = { recipe: recipeFor(variant, quality), baseDir: home };
      return workspace.jobs.start(async (call) => ({
        editId: (await workspace.edit(engine, imageId, wish, call)).id,
      }));
    };
    const variants = Array.from({ length: 3 }, () => oneOf(VARIANTS, random));
    const jobs = variants.map(start);
    const beside = Promise.allSettled([
      workspace.openImage(engine, photo),
      workspace.select(engine, imageId, { hint: { type: "salient" }, baseDir: home }),
    ]);
    await killedSoon(engine, random() * WINDOW_MS[quality], random);
    const views = await Promise.all(jobs.map(({ jobId }) => workspace.jobs.wait(jobId, { seconds: PATIENCE_SECONDS })));
    for (const one of await beside) if (one.status === "rejected") checkCrash(one.reason);
    for (const view of views) checkView(view);
    await nothingLeft(workspace);
    const lost = variants.filter((_, i) => views[i]?.status !== "done");
    for (const { jobId } of lost.map(start)) {
      const view = await workspace.jobs.wait(jobId, { seconds: PATIENCE_SECONDS });
      check(view.status === "done", `done again it came to ${JSON.stringify(view)}`);
    }
    await workspace.close();
    await (await openWhole(home, workspace.id, expected)).remove();
    return { crashed: lost.length };
  } finally {
    await workspace.close();
    await engine.close();
  }
}

async function killedSoon(engine: ProcessEngine, ms: number, random: () => number): Promise<void> {
  await sleep(ms);
  const { model, retouch } = engine.pids;
  const pids = [...(model === undefined ? [] : [model]), ...retouch];
  // One of them, or all at once.
  const chosen = random() < 0.3 ? pids : pids.length === 0 ? [] : [oneOf(pids, random)];
  for (const pid of chosen) process.kill(pid, "SIGKILL");
}

function checkCrash(error: unknown): void {
  check(error instanceof EditError && CRASHED.includes(error.code), `Expected a crash to be told as one, got ${error}`);
}

function checkView({ status, error, jobId }: JobView): void {
  const fits = status === "done" || (status === "failed" && CRASHED.includes(error?.code ?? ""));
  check(fits, `${jobId} ended as ${status}: ${JSON.stringify(error)}`);
}

/** While the session goes on: edits that failed have left no folder, selections no mask. */
async function nothingLeft(workspace: Workspace): Promise<void> {
  const edits = workspace.edits().map(({ id }) => id);
  const folders = await readdir(join(workspace.dir, "edits"));
  check(folders.length === edits.length, `${edits.length} edits, but the folders ${folders.join(", ")}`);
}
