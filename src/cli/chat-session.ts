/** Which session a conversation belongs to, what of it stays, and how an earlier one goes on. */
import { describeMotion, type Made, type Memory, type Thread } from "../agent/index.ts";
import { simpleMotions } from "../agent/local/follow.ts";
import { EditError } from "../errors.ts";
import { type EditNode, openSession, type Workspace } from "../session/index.ts";
import type { ChatFlags, ChatOrder } from "./chat-order.ts";
import type { CliRun } from "./deps.ts";
import type { Studio, StudioSession } from "./studio.ts";

/** A new session stays where something was edited, unless it must not; an earlier one always stays. */
export function chatSession({ session, keep = true }: ChatFlags): StudioSession {
  if (session === undefined) return keep ? { keep: ({ hasEdits }) => hasEdits } : {};
  return { open: (home) => earlierSession(home, session), keep: () => true };
}

/** Throws `not-found` where "last" finds none. */
async function earlierSession(home: string, wish: string): Promise<Workspace> {
  const workspace = await openSession(home, wish);
  if (workspace.history.current !== undefined) return workspace;
  await workspace.remove();
  throw new EditError("not-found", "Expected an earlier session to go on with, there is none that is free", {
    hint: "dragflow history lists them; dragflow chat PICTURE begins one",
  });
}

/** Throws `usage` for flags that go against one another. */
export function checkSession(
  { session, keep = true, dryRun = false }: ChatFlags,
  order: Omit<ChatOrder, "report">,
): void {
  if (order.image === undefined && session === undefined) {
    throw new EditError("usage", "Expected a picture, or --session to go on with an earlier conversation, got neither");
  }
  if (session !== undefined && !keep) {
    throw new EditError("usage", "Expected --session or --no-keep, got both: an earlier session stays");
  }
  if (!keep && !dryRun && order.out === undefined && order.say.length > 0) {
    throw new EditError("usage", "Expected --out with --no-keep, got none: nothing of the result would stay");
  }
}

/** The picture that is talked about: the one that was named, opened, else the one that the session is at. */
export async function pictureOf(
  run: CliRun,
  { engine, workspace }: Studio,
  image: string | undefined,
): Promise<string> {
  const { current } = workspace.history;
  if (image === undefined && current !== undefined) return current;
  return (await workspace.openImage(engine, image ?? "", { signal: run.signal })).id;
}

/** What an earlier conversation did, so that "undo" and "further" have something to refer to. */
export function remembered(workspace: Workspace, current: string): Memory {
  const made: Made[] = [];
  for (let node = workspace.history.node(current); node.type === "edit"; node = workspace.history.node(node.parent)) {
    made.unshift(madeOf(node, workspace));
  }
  return { made, cursor: made.length };
}

function madeOf({ id, parent, recipe }: EditNode, workspace: Workspace): Made {
  const words = recipe.operations.map(({ label, motion }) => `${label ?? "it"}: ${describeMotion(motion)}`).join("; ");
  const thread = threadOf({ parent, recipe }, workspace);
  return { request: words, from: parent, editId: id, text: words, ...(thread && { thread }) };
}

/** What "it" is: the region of the one operation, where it was selected and is still there. */
function threadOf({ parent, recipe }: Pick<EditNode, "parent" | "recipe">, workspace: Workspace): Thread | undefined {
  const [operation, ...more] = recipe.operations;
  if (operation === undefined || more.length > 0) return undefined;
  const { region, motion, label = "", keepSource } = operation;
  const found = workspace.regionsOf(parent).find(({ maskPath }) => "mask" in region && region.mask === maskPath);
  if (found === undefined) return undefined;
  const { box, centroid } = found.selection;
  const copy = keepSource ? { keepSource: true as const } : {};
  const selection = { regionId: found.id, box, centroid };
  return { imageId: parent, selection, chosen: false, label, motions: simpleMotions(motion), spoken: [], ...copy };
}
