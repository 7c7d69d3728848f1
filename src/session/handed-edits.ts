/** Edits that an earlier process handed to others, who may have made them by now or still be at it. */
import type { EditOptions, EditOutcome, Engine } from "../engine/api.ts";

export interface HandedEdits extends Pick<Engine, "look" | "settled"> {
  /** Whether the edit waits, is being made or has ended there. Throws `queue-unavailable`. */
  isHanded(editId: string): Promise<boolean>;
  /** As an engine's `edit` for the edit that the folder is named after: goes on with it, or takes what was made of it. */
  resume(dir: string, options?: EditOptions): Promise<EditOutcome>;
}
