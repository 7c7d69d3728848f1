/** A server's part in a process of its own, to be killed: opens a session, has an edit made by the shared queue or takes on
 * the one that a killed process had begun, and tells its parent what it sees. */

import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { connectRedis, openSharedQueue, sessionLeases } from "../../src/queue/index.ts";
import { type JobView, Workspace } from "../../src/session/index.ts";
import { byteEngine } from "../helpers/byte-engine.ts";
import type { Course } from "./slow-engine.ts";

export interface OwnerArgs {
  readonly url: string;
  readonly blobs: string;
  readonly home: string;
  readonly picture: string;
  /** A session to open; a new one, with an edit under way, without it. */
  readonly session?: string;
  readonly seed: number;
  readonly course: Course;
  /** Ends itself as kill -9 would: with the edit's files there and nothing written down, or with the edit in the journal and
   * its job not ended. */
  readonly dies?: "unwritten" | "unended";
}

export type OwnerSays =
  | { readonly session: string; readonly imageId: string; readonly jobId: string }
  | { readonly view: JobView };

const args = JSON.parse(process.argv[2] ?? "{}") as OwnerArgs; // our own test wrote it
const { url, blobs, home, picture, session, seed, course, dies } = args;
const say = (words: OwnerSays) => process.send?.(words);
const die = () => process.kill(process.pid, "SIGKILL");

const queue = await openSharedQueue({ url, blobs, home, env: {}, lookMs: 300 });
const lock = sessionLeases({ redis: await connectRedis(url), place: url, leaseMs: 500 });
const bytes = byteEngine();
const look: typeof bytes.look = async (request, options) => {
  if (dies === "unwritten" && request.image.includes("edit_")) die();
  return bytes.look(request, options);
};
const engine = queue.engine({ ...bytes, look });
const workspace = session === undefined ? await Workspace.create(home, { lock }) : await opened(session);
workspace.history.onChange(({ current }) => {
  if (dies === "unended" && current?.startsWith("edit_")) die();
});
workspace.jobs.onChange((view) => say({ view }));
if (session === undefined) await begin();

async function begin(): Promise<void> {
  const { id: imageId } = await workspace.openImage(engine, picture);
  const operations = [{ region: { box: [0, 0, 10, 10] }, motion: { type: "relocation", by: [5, 0] } }];
  const recipe = parseRecipe({ operations, seed, quality: "fast", prompt: JSON.stringify(course) });
  const { jobId } = workspace.jobs.start(
    async (call) => ({ editId: (await workspace.edit(engine, imageId, { recipe, baseDir: home }, call)).id }),
    { edits: imageId },
  );
  await workspace.jobs.wait(jobId, { seconds: 0 });
  say({ session: workspace.id, imageId, jobId });
}

/** The lease of the one that was killed runs out first. */
async function opened(id: string): Promise<Workspace> {
  for (;;) {
    try {
      return await Workspace.open(home, id, { lock, handed: engine });
    } catch (error) {
      if (!String(error).includes("no other server")) throw error;
    }
  }
}
