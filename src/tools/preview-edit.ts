/** preview_edit: the instant tier of the same recipe, no model involved. */
import { defineTool, LOOKS } from "./define.ts";
import { recipeOf } from "./recipes.ts";
import { editInput, editOutput } from "./schemas.ts";
import { editLink, editText, editView, previewOf } from "./views.ts";

export const previewEdit = defineTool({
  name: "preview_edit",
  title: "Preview an edit",
  input: editInput,
  output: editOutput,
  // The preview lands in the session's own scratch folder; nothing of the user's changes.
  annotations: { ...LOOKS, idempotent: false },
  async execute(args, ctx, { signal, onProgress }) {
    const recipe = await recipeOf(args, { quality: "preview" }, ctx);
    const wish = { recipe, baseDir: ctx.workspace.dir };
    const record = await ctx.workspace.edit(ctx.engine, args.imageId, wish, { signal, onProgress });
    return {
      structured: editView(record),
      text: editText(record),
      preview: await previewOf(ctx, record.outcome.files.image, signal),
      link: editLink(record),
    };
  },
});
