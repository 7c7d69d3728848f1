/** look: a small picture of an opened image or an edit. */
import { z } from "zod";
import type { LookRequest } from "../engine/api.ts";
import type { RegionRecord } from "../session/index.ts";
import { defineTool, LOOKS } from "./define.ts";
import { boxInput, boxOutput, pictureId } from "./schemas.ts";
import { PREVIEW_BYTES } from "./views.ts";

const input = z.strictObject({
  id: pictureId,
  overlay: z
    .enum(["none", "grid", "marks"])
    .optional()
    .describe("grid: pixel coordinates; marks: the regions selected so far, tinted"),
  crop: boxInput.optional().describe("Part to show, in pixels [x0, y0, x1, y1]"),
});
const output = z.object({
  id: z.string(),
  width: z.number().describe("Of the full picture"),
  height: z.number(),
  shownWidth: z.number().describe("Of the image block"),
  shownHeight: z.number(),
  crop: boxOutput.optional(),
  marks: z.array(z.object({ regionId: z.string(), label: z.string().optional(), color: z.string() })).optional(),
});

/** The engine tints masks in this order. */
const COLORS = ["red", "green", "blue", "yellow", "magenta", "cyan"] as const;

export const look = defineTool({
  name: "look",
  title: "Look at a picture",
  input,
  output,
  annotations: LOOKS,
  async execute({ id, overlay, crop }, ctx, { signal }) {
    const { path, width, height } = ctx.workspace.picture(id);
    const regions = overlay === "marks" ? ctx.workspace.regionsOf(id) : [];
    const request: LookRequest = {
      image: path,
      maxBytes: PREVIEW_BYTES,
      overlay: overlay === "grid" ? "grid" : "none",
    };
    if (regions.length > 0) request.masks = regions.map(({ maskPath }) => maskPath);
    if (crop) request.crop = [crop[0] ?? 0, crop[1] ?? 0, crop[2] ?? width, crop[3] ?? height];
    const preview = await ctx.engine.look(request, { signal });
    const marks = regions.map(markOf);
    const shown = `${preview.width} x ${preview.height}`;
    return {
      structured: {
        id,
        width,
        height,
        shownWidth: preview.width,
        shownHeight: preview.height,
        ...(crop ? { crop } : {}),
        ...(overlay === "marks" ? { marks } : {}),
      },
      text: [
        `${id}: ${width} x ${height}, shown at ${shown}${crop ? ` (crop ${crop.join(", ")})` : ""}.`,
        ...marks.map(({ color, regionId, label }) => `${color}: ${regionId}${label ? ` (${label})` : ""}`),
      ].join("\n"),
      preview,
    };
  },
});

function markOf({ id, label }: RegionRecord, index: number) {
  const color = COLORS[index % COLORS.length] ?? "red";
  return { regionId: id, color, ...(label === undefined ? {} : { label }) };
}
