/** One edit of the shared queue, from its blobs to its blobs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job } from "bullmq";
import type { Redis } from "ioredis";
import type { EditOptions, Engine, Preview, Progress } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import { modelMark } from "../session/model-mark.ts";
import type { SharedBlobs } from "./blobs/shared-blobs.ts";
import { frameText } from "./frames.ts";
import { packOutcome, unpackWish } from "./pack.ts";
import type { EditJob, SharedWish } from "./protocol.ts";

export interface JobNeeds {
  readonly redis: Redis;
  readonly blobs: SharedBlobs;
  readonly engine: Engine;
  readonly home: string;
  readonly editId: string;
  readonly signal: AbortSignal;
  readonly job: Pick<Job<EditJob>, "updateProgress">;
}

/** Progress of one edit is told this often at most. */
const TELL_MS = 100;

/** What the job returns. Throws what the engine throws, `checkpoint-invalid` for another model than the server's, and
 * `store-unavailable`. */
export async function runJob({ wish: ref, frames }: EditJob, needs: JobNeeds): Promise<{ made: unknown }> {
  const { blobs, engine, signal, home } = needs;
  const dir = await mkdtemp(join(tmpdir(), "dragflow-worker-"));
  try {
    const [request, wish] = await unpackWish(ref, blobs, dir);
    await checkModel(wish, home);
    const outcome = await engine.edit(request, { signal, ...told(needs, frames) });
    const made = await packOutcome(outcome, request.dir, blobs);
    if (signal.aborted) throw new EditError("cancelled", "The edit was cancelled");
    return { made };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Another checkpoint of that name would make another picture. */
async function checkModel({ recipe, model }: SharedWish, home: string): Promise<void> {
  if (model?.version === undefined) return;
  const own = await modelMark(recipe, home, home);
  if (own?.version === model.version) return;
  const got = own?.version === undefined ? "none" : `version ${own.version}`;
  throw new EditError(
    "checkpoint-invalid",
    `Expected model ${model.name} of version ${model.version} on the worker, as the server has it, got ${got}`,
    { hint: "Put the same files on every worker: dragflow models pull, or a shared folder" },
  );
}

/** What gets lost on the way is only news. */
function told({ redis, editId, job }: JobNeeds, frames: string | undefined): EditOptions {
  let [last, newest] = [Number.NEGATIVE_INFINITY, undefined as Progress | undefined];
  let late: NodeJS.Timeout | undefined;
  const tell = () => {
    clearTimeout(late);
    late = undefined;
    last = performance.now();
    void job.updateProgress({ ...newest }).catch(() => {});
  };
  return {
    // What comes too soon is told a little later: it may be the last for long.
    onProgress(progress: Progress) {
      newest = progress;
      const wait = last + TELL_MS - performance.now();
      if (wait <= 0 || progress.done >= progress.total) tell();
      else late ??= setTimeout(tell, wait);
    },
    ...(frames === undefined
      ? {}
      : { onPreview: (picture: Preview) => void redis.publish(frames, frameText(editId, picture)).catch(() => {}) }),
  };
}
