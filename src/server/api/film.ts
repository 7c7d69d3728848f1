/** Pictures of an edit under way: told as events at once, kept as its film strip. */
import type { Preview } from "../../engine/api.ts";
import type { Workspace } from "../../session/index.ts";
import type { Film } from "../../tools/context.ts";
import type { EventHub } from "./events.ts";
import { Frames } from "./frames.ts";

export function filmOf(workspace: Workspace, hub: EventHub): Film {
  const frames = new Frames();
  return {
    show(jobId, picture) {
      const index = frames.add(picture);
      if (index !== undefined) hub.emit("sampling", { jobId, index, ...shown(picture) });
    },
    keep: (editId) => frames.save(workspace, editId),
  };
}

function shown({ data, mimeType, width, height }: Preview) {
  return { mimeType, width, height, dataUri: `data:${mimeType};base64,${Buffer.from(data).toString("base64")}` };
}
