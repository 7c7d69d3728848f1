/** preview_edit: the instant tier of the same recipe, no model involved. */
import { z } from "zod";
import type { Recipe } from "../engine/recipe/schema.ts";
import { ADDS, defineTool, type ToolContext } from "./define.ts";
import { editOf, recipeOf } from "./recipes.ts";
import { editFields, editOutput } from "./schemas.ts";
import { editText, editView, pictureLink, previewOf } from "./views.ts";

const MODEL_TIERS = ["fast", "full"] as const;

const input = z.strictObject({
  ...editFields,
  estimate: z.enum(MODEL_TIERS).optional().describe("Also say what start_edit of this quality would take"),
});
const output = editOutput.extend({
  estimate: z
    .object({
      quality: z.enum(MODEL_TIERS),
      seconds: z.number().optional().describe("Absent where no such edit was made on this machine yet"),
      tokens: z.number().optional().describe("Picture tokens that the model would see"),
      iterations: z.number().optional().describe("Drag iterations"),
    })
    .optional(),
});
type Estimate = NonNullable<z.input<typeof output>["estimate"]>;

export const previewEdit = defineTool({
  name: "preview_edit",
  title: "Preview an edit",
  input,
  output,
  // The preview is an edit of the session, and the history stands at it.
  annotations: ADDS,
  async execute({ estimate: tier, ...args }, ctx, { signal, onProgress }) {
    const edit = editOf(args, ctx);
    const recipe = await recipeOf(edit, { quality: "preview" }, ctx);
    const wish = { recipe, baseDir: ctx.workspace.dir };
    const { conversational = false } = ctx;
    const options = { signal, onProgress, conversational };
    const record = await ctx.workspace.edit(ctx.engine, edit.imageId, wish, options);
    const estimate = tier && (await estimateOf({ ...recipe, quality: tier }, tier, edit.imageId, ctx, signal));
    return {
      structured: { ...editView(record, ctx), ...(estimate === undefined ? {} : { estimate }) },
      text: [editText(record), ...(estimate === undefined ? [] : [estimateText(estimate)])].join("\n"),
      preview: await previewOf(ctx, record.outcome.files.image, signal),
      link: pictureLink(record.id, ctx),
    };
  },
});

/** After the preview, not beside it: both decode the whole picture. */
async function estimateOf(
  recipe: Recipe,
  quality: Estimate["quality"],
  imageId: string,
  { engine, workspace, device }: ToolContext,
  signal: AbortSignal,
): Promise<Estimate> {
  const request = { image: workspace.picture(imageId).path, recipe, baseDir: workspace.dir };
  const { seconds, view } = await engine.plan({ ...request, ...(device === undefined ? {} : { device }) }, { signal });
  const { tokens, iterations } = view ?? {};
  return {
    quality,
    ...(seconds === undefined ? {} : { seconds }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(iterations === undefined ? {} : { iterations }),
  };
}

function estimateText({ quality, seconds }: Estimate): string {
  const time = seconds === undefined ? "unknown, none was made on this machine yet" : `about ${seconds.toFixed(0)} s`;
  return `Time of a ${quality} edit: ${time}.`;
}
