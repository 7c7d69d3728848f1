/** select_region: from a hint to a mask that operations can name. */
import { z } from "zod";
import type { Selection } from "../engine/api.ts";
import type { RegionRecord } from "../session/index.ts";
import { adjustMask } from "./adjust-mask.ts";
import { ADDS, defineTool, type ToolContext } from "./define.ts";
import { longAxisOf } from "./long-axis.ts";
import { tidied } from "./places.ts";
import { boxOutput, pointOutput, warningsOutput } from "./schemas.ts";
import { hintEcho, hintOf, hintOutput, type SelectInput, selectInput } from "./select-hint.ts";
import { PREVIEW_BYTES, regionText } from "./views.ts";

const output = z.object({
  regionId: z.string(),
  imageId: z.string(),
  label: z.string().optional(),
  box: boxOutput.describe("Around the region, pixels"),
  centroid: pointOutput,
  area: z.number().describe("Share of the picture, 0–1"),
  longAxis: z
    .object({
      degrees: z.number().describe("Clockwise from upright, above -90 and at most 90"),
      elongation: z.number().describe("Length along it over length across it"),
    })
    .optional()
    .describe("How the region stands; absent for a round one"),
  confidence: z.number().describe("0–1, unsure below 0.5; 1 for a drawn shape taken as it is"),
  hint: hintOutput.describe("The hint as it was understood, in pixels"),
  warnings: warningsOutput.describe("region-fragmented, region-touches-border, region-small, low-confidence"),
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
    const longAxis = await longAxisOf(region.maskPath);
    return {
      structured: { ...regionView(region), ...(longAxis && { longAxis }), hint: hintEcho(hint) },
      text: regionText(region),
      preview: await ctx.engine.look(look, { signal }),
    };
  },
});

function regionView({ id, imageId, label, selection }: RegionRecord): Omit<z.input<typeof output>, "hint"> {
  const { box, centroid, area, confidence, warnings } = selection;
  const measures = { box: [...box], centroid: tidied(centroid), area, confidence, warnings };
  return { regionId: id, imageId, ...(label === undefined ? {} : { label }), ...measures };
}

export async function adjusted(
  { combine, grow, feather }: SelectInput,
  maskPath: string,
  { workspace }: ToolContext,
): Promise<Partial<Selection>> {
  if (combine === undefined && grow === undefined && feather === undefined) return {};
  return adjustMask(maskPath, {
    ...(combine ? { combine: { maskPath: workspace.region(combine.with).maskPath, op: combine.op } } : {}),
    ...(grow === undefined ? {} : { grow }),
    ...(feather === undefined ? {} : { feather }),
  });
}
