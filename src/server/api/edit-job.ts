/** An edit as a job that tells what it is heading for. */
import type { Preview } from "../../engine/api.ts";
import type { Recipe } from "../../engine/recipe/schema.ts";
import type { JobView } from "../../session/index.ts";
import { withoutDetails } from "../../tools/job-answer.ts";
import { filmOf } from "./film.ts";
import type { ApiSession } from "./session.ts";

export interface EditJobWish {
  readonly imageId: string;
  readonly recipe: Recipe;
  /** Pictures that must stay until it is done. */
  readonly uses: readonly string[];
}

/** As it was when it was started; resolves when no restart would forget it. */
export async function startEditJob(
  { ctx, workspace, hub }: ApiSession,
  { imageId, recipe, uses }: EditJobWish,
): Promise<JobView> {
  const film = filmOf(workspace, hub);
  const job = workspace.jobs.start(
    async (call) => {
      const onPreview = (picture: Preview) => film.show(job.jobId, picture);
      const wish = { recipe, baseDir: workspace.dir, ...(ctx.device === undefined ? {} : { device: ctx.device }) };
      const made = workspace.edit(ctx.engine, imageId, wish, { ...call, onPreview });
      const { id } = await withoutDetails(made, "edits", ctx);
      await film.keep(id);
      return { editId: id };
    },
    { uses: [...uses], edits: imageId },
  );
  await workspace.jobs.wait(job.jobId, { seconds: 0 });
  return job;
}
