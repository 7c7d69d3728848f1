/** What select_region takes, and the engine's hint that it stands for. */
import { z } from "zod";
import type { SelectHint } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import type { Picture } from "../session/index.ts";
import type { ToolContext } from "./define.ts";
import { readablePath } from "./roots.ts";
import { boxInput, pictureId, polygonInput, strokeInput } from "./schemas.ts";

export const selectInput = z.strictObject({
  imageId: pictureId,
  box: boxInput.optional().describe("[x0, y0, x1, y1] around the object"),
  points: z
    .array(z.strictObject({ x: z.number(), y: z.number(), positive: z.boolean().optional() }))
    .min(1)
    .max(64)
    .optional()
    .describe("Points on the object; positive: false for points beside it"),
  polygon: polygonInput.optional(),
  stroke: strokeInput.optional().describe("A brush stroke; width always in pixels"),
  mask: z.string().optional().describe("PNG path inside the roots, or a PNG data URI"),
  salient: z.boolean().optional().describe("true: the object that stands out"),
  refine: z
    .boolean()
    .optional()
    .describe("Fit to the object's outline; default: true for a box, false for a drawn shape"),
  label: z.string().max(200).optional(),
  combine: z
    .strictObject({ with: z.string().describe("regionId"), op: z.enum(["union", "subtract", "intersect"]) })
    .optional()
    .describe("subtract: the earlier region without this one"),
  grow: z.number().min(-200).max(200).optional().describe("Pixels outwards; negative shrinks"),
  coordSpace: z
    .enum(["pixel", "norm1000", "norm1"])
    .optional()
    .describe("Of box, points, polygon, stroke; default pixel"),
});
export type SelectInput = z.infer<typeof selectInput>;

const HINTS = ["box", "points", "polygon", "stroke", "mask", "salient"] as const;

/** Throws `selection-needed` unless exactly one hint is given. */
export async function hintOf(args: SelectInput, picture: Picture, ctx: ToolContext): Promise<SelectHint> {
  const given = HINTS.filter((name) => args[name] !== undefined && args[name] !== false);
  if (given.length !== 1) {
    throw new EditError(
      "selection-needed",
      `Expected one of ${HINTS.join(", ")}, got ${given.join(" and ") || "none"}`,
    );
  }
  const place = placing(args.coordSpace ?? "pixel", picture);
  const { box, points, polygon, stroke, mask } = args;
  if (points) {
    const placed = points.map(({ x, y, positive }) => ({ point: place([x, y]), positive: positive ?? true }));
    return { type: "points", points: placed };
  }
  if (box) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box;
    const corners: [number, number, number, number] = [...place([x0, y0]), ...place([x1, y1])];
    return { type: "region", region: { box: corners }, refine: args.refine ?? true };
  }
  const refine = args.refine ?? false;
  if (polygon) return { type: "region", region: { polygon: polygon.map(place) }, refine };
  if (stroke) {
    return { type: "region", region: { stroke: { points: stroke.points.map(place), width: stroke.width } }, refine };
  }
  if (mask) {
    const readable = mask.startsWith("data:") ? mask : await readablePath(ctx.roots, mask);
    return { type: "region", region: { mask: readable }, refine };
  }
  return { type: "salient" };
}

/** From the model's coordinate convention to pixels. */
function placing(space: NonNullable<SelectInput["coordSpace"]>, { width, height }: Picture) {
  const unit = { pixel: 0, norm1000: 1000, norm1: 1 }[space];
  const [sx, sy] = unit === 0 ? [1, 1] : [width / unit, height / unit];
  return ([x = 0, y = 0]: readonly number[]): [number, number] => [x * sx, y * sy];
}
