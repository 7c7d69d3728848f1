/** How a process finds its session again. */
import { EditError } from "../errors.ts";
import { BlobStore } from "./blobs.ts";
import { sessionsByTime } from "./list-sessions.ts";
import { sweepHome } from "./sweep-home.ts";
import { Workspace } from "./workspace.ts";
import type { OpenOptions } from "./workspace-options.ts";

/** "last": the session that changed last of those no other process holds, a new one where there is none; "new"; or an id. */
export type SessionWish = "last" | "new" | (string & {});

/** An id that is unknown, damaged or in use is refused; "last" passes over such sessions. */
export async function openSession(
  home: string,
  wish: SessionWish = "last",
  options: Pick<OpenOptions, "lock" | "handed"> = {},
): Promise<Workspace> {
  if (wish === "new") return Workspace.create(home, options);
  await sweepHome(home, new BlobStore(home));
  if (wish !== "last") return Workspace.open(home, wish, options);
  for (const id of await sessionsByTime(home)) {
    const found = await Workspace.open(home, id, options).catch(passable);
    if (found) return found;
  }
  return Workspace.create(home, options);
}

const PASSED_OVER = ["session-in-use", "session-damaged", "not-found"];

function passable(error: unknown): undefined {
  if (error instanceof EditError && PASSED_OVER.includes(error.code)) return undefined;
  throw error;
}
