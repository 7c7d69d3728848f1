/** How a session is made, opened and worked in. */
import type { EditOptions } from "../engine/api.ts";
import type { HandedEdits } from "./handed-edits.ts";
import type { SessionLocks } from "./lock.ts";

export interface WriteOptions {
  /** How others are kept from writing it. Default: by a file, for processes that see the same folder. */
  readonly lock?: SessionLocks;
}

export interface CreateOptions extends WriteOptions {
  /** Nothing of the session outlives its process, e.g. for a single edit whose result is written elsewhere. */
  readonly memory?: boolean;
}

export interface OpenOptions extends WriteOptions {
  /** Looks at a session that another process may be writing. */
  readonly readOnly?: boolean;
  /** Where edits that a dead process had begun may still be made: they are taken on. Without it they are interrupted. */
  readonly handed?: HandedEdits | undefined;
}

/** `editId`: the id that the edit is to have; any free one without it. */
export interface MakeOptions extends EditOptions {
  readonly editId?: string;
}
