/** preview_edit: the instant tier of the same recipe, no model involved. */
import { z } from "zod";
import { defineTool, LOOKS } from "./define.ts";
import { editOf, recipeOf } from "./recipes.ts";
import { editFields, editOutput } from "./schemas.ts";
import { editText, editView, pictureLink, previewOf } from "./views.ts";

export const previewEdit = defineTool({
  name: "preview_edit",
  title: "Preview an edit",
  input: z.strictObject(editFields),
  output: editOutput,
  // The preview lands in the session's own scratch folder; nothing of the user's changes.
  annotations: { ...LOOKS, idempotent: false },
  async execute(args, ctx, { signal, onProgress }) {
    const edit = editOf(args, ctx);
    const recipe = await recipeOf(edit, { quality: "preview" }, ctx);
    const wish = { recipe, baseDir: ctx.workspace.dir };
    const record = await ctx.workspace.edit(ctx.engine, edit.imageId, wish, { signal, onProgress });
    return {
      structured: editView(record, ctx),
      text: editText(record),
      preview: await previewOf(ctx, record.outcome.files.image, signal),
      link: pictureLink(record.id, ctx),
    };
  },
});
