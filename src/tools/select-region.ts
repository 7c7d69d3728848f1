/** select_region: from a hint to a mask that operations can name. */
import { z } from "zod";
import type { Selection } from "../engine/api.ts";
import type { RegionRecord } from "../session/index.ts";
import { adjustMask } from "./adjust-mask.ts";
import { ADDS, defineTool, type ToolContext } from "./define.ts";
import { boxOutput, pointOutput, warningsOutput } from "./schemas.ts";
import { hintOf, type SelectInput, selectInput } from "./select-hint.ts";
import { PREVIEW_BYTES, regionText } from "./views.ts";

const output = z.object({
  regionId: z.string(),
  imageId: z.string(),
  label: z.string().optional(),
  box: boxOutput,
  centroid: pointOutput,
  area: z.number(),
  confidence: z.number(),
  warnings: warningsOutput,
});

export const selectRegion = defineTool({
  name: "select_region",
  title: "Select a region",
  input: selectInput,
  output,
  annotations: ADDS,
  async execute(args, ctx, { signal }) {
    const picture = ctx.workspace.picture(args.imageId);
    const hint = await hintOf(args, picture, ctx);
    const adjust = (maskPath: string) => adjusted(args, maskPath, ctx);
    const region = await ctx.workspace.select(ctx.engine, picture.id, { hint, label: args.label, adjust }, { signal });
    const look = { image: picture.path, masks: [region.maskPath], maxBytes: PREVIEW_BYTES };
    return {
      structured: regionView(region),
      text: regionText(region),
      preview: await ctx.engine.look(look, { signal }),
    };
  },
});

function regionView({ id, imageId, label, selection }: RegionRecord): z.input<typeof output> {
  const { box, centroid, area, confidence, warnings } = selection;
  const measures = { box: [...box], centroid: [...centroid], area, confidence, warnings };
  return { regionId: id, imageId, ...(label === undefined ? {} : { label }), ...measures };
}

async function adjusted(
  { combine, grow }: SelectInput,
  maskPath: string,
  { workspace }: ToolContext,
): Promise<Partial<Selection>> {
  if (combine === undefined && grow === undefined) return {};
  return adjustMask(maskPath, {
    ...(combine ? { combine: { maskPath: workspace.region(combine.with).maskPath, op: combine.op } } : {}),
    ...(grow === undefined ? {} : { grow }),
  });
}
