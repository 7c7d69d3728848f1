/** look: a small picture of an opened image or an edit. */
import { z } from "zod";
import type { Guess, LookRequest } from "../engine/api.ts";
import type { RegionRecord } from "../session/index.ts";
import { defineTool, LOOKS } from "./define.ts";
import { boxInput, boxOutput, pictureId, pointOutput } from "./schemas.ts";
import { PREVIEW_BYTES } from "./views.ts";
import { percent } from "./words.ts";

const input = z.strictObject({
  id: pictureId,
  overlay: z
    .enum(["none", "grid", "marks"])
    .optional()
    .describe(
      "grid: pixel coordinates; marks: the regions selected so far, tinted, and numbered guesses of what else may be meant",
    ),
  crop: boxInput.optional().describe("Part to show, in pixels [x0, y0, x1, y1]"),
  edge: z.number().int().min(64).max(2048).optional().describe("Longest edge of the image block at most; default 1024"),
});
const output = z.object({
  id: z.string(),
  width: z.number().describe("Of the full picture"),
  height: z.number(),
  shownWidth: z.number().describe("Of the image block"),
  shownHeight: z.number(),
  crop: boxOutput.optional(),
  marks: z.array(z.object({ regionId: z.string(), label: z.string().optional(), color: z.string() })).optional(),
  guesses: z
    .array(
      z.object({ number: z.number(), box: boxOutput, centroid: pointOutput, area: z.number(), salience: z.number() }),
    )
    .optional()
    .describe("As numbered in the picture, the clearest first; pass a box on to select_region"),
});

/** The engine tints masks in this order. */
const COLORS = ["red", "green", "blue", "yellow", "magenta", "cyan"] as const;

export const look = defineTool({
  name: "look",
  title: "Look at a picture",
  input,
  output,
  annotations: LOOKS,
  async execute({ id, overlay, crop, edge }, ctx, { signal }) {
    const { path, width, height } = ctx.workspace.picture(id);
    const regions = overlay === "marks" ? ctx.workspace.regionsOf(id) : [];
    const guesses = overlay === "marks" ? await ctx.engine.guesses(path, { signal }) : [];
    const request: LookRequest = {
      image: path,
      maxBytes: PREVIEW_BYTES,
      overlay: overlay === "grid" ? "grid" : "none",
      ...(edge === undefined ? {} : { maxEdge: edge }),
    };
    if (regions.length > 0) request.masks = regions.map(({ maskPath }) => maskPath);
    if (guesses.length > 0) request.boxes = guesses.map(({ box }) => box);
    if (crop) request.crop = [crop[0] ?? 0, crop[1] ?? 0, crop[2] ?? width, crop[3] ?? height];
    const preview = await ctx.engine.look(request, { signal });
    const shown = { id, width, height, shownWidth: preview.width, shownHeight: preview.height, ...(crop && { crop }) };
    const marks = regions.map(markOf);
    return {
      structured: { ...shown, ...(overlay === "marks" ? { marks, guesses: guesses.map(guessOf) } : {}) },
      text: [headline(shown), ...marks.map(markLine), ...guesses.map(guessLine)].join("\n"),
      preview,
    };
  },
});

type Shown = Pick<z.infer<typeof output>, "id" | "width" | "height" | "shownWidth" | "shownHeight" | "crop">;

function headline({ id, width, height, shownWidth, shownHeight, crop }: Shown): string {
  const part = crop ? ` (crop ${crop.join(", ")})` : "";
  return `${id}: ${width} x ${height}, shown at ${shownWidth} x ${shownHeight}${part}.`;
}

function markLine({ color, regionId, label }: ReturnType<typeof markOf>): string {
  return `${color}: ${regionId}${label ? ` (${label})` : ""}`;
}

function guessLine({ box, area }: Guess, index: number): string {
  return `${index + 1}: box [${box.join(", ")}], ${percent(area)} of the picture`;
}

function guessOf({ box, centroid, area, salience }: Guess, index: number) {
  return { number: index + 1, box: [...box], centroid: [...centroid], area, salience };
}

function markOf({ id, label }: RegionRecord, index: number) {
  const color = COLORS[index % COLORS.length] ?? "red";
  return { regionId: id, color, ...(label === undefined ? {} : { label }) };
}
