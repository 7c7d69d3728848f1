/** An engine whose edits are made by workers; all else stays in this process's own, where its pictures are. */
import type { Engine } from "../engine/api.ts";
import type { HandedEdits } from "../session/handed-edits.ts";
import type { SharedEdits } from "./shared-edits.ts";

export interface SharedEngine extends Engine, HandedEdits {}

/** The engine stays the caller's to close. Looking, selecting and live previews wait for no queue. */
export function sharedEngine(
  own: Engine,
  edits: Pick<SharedEdits, "edit" | "settled" | "isHanded" | "resume">,
): SharedEngine {
  return {
    inspect: (image, options) => own.inspect(image, options),
    look: (request, options) => own.look(request, options),
    select: (request, options) => own.select(request, options),
    guesses: (image, options) => own.guesses(image, options),
    plan: (request, options) => own.plan(request, options),
    live: (request, options) => own.live(request, options),
    compare: (request, options) => own.compare(request, options),
    exportImage: (request, options) => own.exportImage(request, options),
    edit: (request, options) => edits.edit(request, options),
    settled: (dir) => edits.settled(dir),
    isHanded: (editId) => edits.isHanded(editId),
    resume: (dir, options) => edits.resume(dir, options),
    close: () => own.close(),
  };
}
