/** start_edit: the edit as a job, waited for as long as the caller likes (at most 50 s: clients give up after 60). */
import { z } from "zod";
import type { Preview } from "../engine/api.ts";
import type { JobCall } from "../session/index.ts";
import { ADDS, defineTool } from "./define.ts";
import { followed, jobAnswer, jobOutput, withoutDetails } from "./job-answer.ts";
import { knownModel } from "./models.ts";
import { editOf, picturesOf, recipeOf } from "./recipes.ts";
import { editFields, modelInput, qualityInput, waitInput } from "./schemas.ts";

const input = z.strictObject({
  ...editFields,
  quality: qualityInput.optional().describe("Default full"),
  model: modelInput.optional(),
  seed: z
    .number()
    .int()
    .min(0)
    .max(0xffffffff)
    .optional()
    .describe("Same arguments and seed, same picture; default 42"),
  waitSeconds: waitInput,
});

export const startEdit = defineTool({
  name: "start_edit",
  title: "Start an edit",
  input,
  output: jobOutput,
  annotations: ADDS,
  async execute({ quality = "full", model, seed, waitSeconds, ...args }, ctx, call) {
    const edit = editOf(args, ctx);
    const { workspace, engine, device, conversational = false } = ctx;
    workspace.picture(edit.imageId);
    const choices = { quality, seed, model: model === undefined ? undefined : await knownModel(model, ctx) };
    const recipe = await recipeOf(edit, choices, ctx);
    const wish = { recipe, baseDir: workspace.dir, ...(device === undefined ? {} : { device }) };
    const film = ctx.film?.();
    const work = async (job: JobCall) => {
      const watched = film ? { onPreview: (picture: Preview) => film.show(jobId, picture) } : {};
      const made = workspace.edit(engine, edit.imageId, wish, { ...job, ...watched, conversational });
      const { id } = await withoutDetails(made, "start_edit", ctx);
      await film?.keep(id);
      return { editId: id };
    };
    const { jobId } = workspace.jobs.start(work, { uses: picturesOf(edit, ctx), edits: edit.imageId });
    const job = await followed(jobId, waitSeconds ?? 0, ctx, call);
    // Who cancels this call never learns the jobId: nobody else could stop the job.
    if (call.signal.aborted) workspace.jobs.cancel(jobId);
    return jobAnswer(job, ctx, call.signal);
  },
});
