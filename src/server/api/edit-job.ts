/** An edit as a job that tells what it is heading for. */
import type { Preview } from "../../engine/api.ts";
import type { Recipe } from "../../engine/recipe/schema.ts";
import type { JobView } from "../../session/index.ts";
import { withoutDetails } from "../../tools/job-answer.ts";
import { Frames } from "./frames.ts";
import type { ApiSession } from "./session.ts";

export interface EditJobWish {
  readonly imageId: string;
  readonly recipe: Recipe;
  /** Pictures that must stay until it is done. */
  readonly uses: readonly string[];
}

export function startEditJob(session: ApiSession, { imageId, recipe, uses }: EditJobWish): JobView {
  const { ctx, workspace, hub } = session;
  const frames = new Frames();
  const job = workspace.jobs.start(
    async (call) => {
      const onPreview = (preview: Preview) => {
        const index = frames.add(preview);
        if (index !== undefined) hub.emit("sampling", { jobId: job.jobId, index, ...shown(preview) });
      };
      const wish = { recipe, baseDir: workspace.dir, ...(ctx.device === undefined ? {} : { device: ctx.device }) };
      const made = workspace.edit(ctx.engine, imageId, wish, { ...call, onPreview });
      const { id } = await withoutDetails(made, "edits", ctx);
      await frames.save(workspace, id);
      return { editId: id };
    },
    { uses: [...uses] },
  );
  return job;
}

function shown({ data, mimeType, width, height }: Preview) {
  return { mimeType, width, height, dataUri: `data:${mimeType};base64,${Buffer.from(data).toString("base64")}` };
}
