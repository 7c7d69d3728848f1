/** What select_region takes, and the engine's hint that it stands for. */
import { z } from "zod";
import type { SelectHint } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import type { Picture } from "../session/index.ts";
import type { ToolContext } from "./define.ts";
import { placing } from "./places.ts";
import { readableMask } from "./roots.ts";
import {
  boxInput,
  boxOutput,
  coordinate,
  coordSpaceInput,
  labelInput,
  MAX_DATA_URI,
  pictureId,
  pointOutput,
  polygonInput,
  regionId,
  strokeInput,
} from "./schemas.ts";

export const selectInput = z.strictObject({
  imageId: pictureId,
  box: boxInput.optional().describe("[x0, y0, x1, y1] around the object"),
  points: z
    .array(z.strictObject({ x: coordinate, y: coordinate, positive: z.boolean().optional() }))
    .min(1)
    .max(64)
    .optional()
    .describe("Points on the object; positive: false for points beside it"),
  polygon: polygonInput.optional(),
  stroke: strokeInput.optional().describe("A brush stroke; width always in pixels"),
  mask: z.string().max(MAX_DATA_URI).optional().describe("PNG path inside the roots, or a PNG data URI"),
  salient: z.boolean().optional().describe("true: the object that stands out"),
  refine: z
    .boolean()
    .optional()
    .describe("Fit to the object's outline; default: true for a box, false for a drawn shape"),
  label: labelInput.optional().describe("Name for people, at most 200 characters"),
  combine: z
    .strictObject({ with: regionId, op: z.enum(["union", "subtract", "intersect"]) })
    .optional()
    .describe("subtract: the earlier region without this one"),
  grow: z.number().min(-200).max(200).optional().describe("Pixels outwards; negative shrinks"),
  feather: z
    .number()
    .min(0)
    .max(200)
    .optional()
    .describe(
      "Softens the outline over so many pixels: rounds corners, drops hairs and closes cracks thinner than that",
    ),
  coordSpace: coordSpaceInput.optional().describe("Of box, points, polygon, stroke; default pixel"),
});
export type SelectInput = z.infer<typeof selectInput>;

/** The hint as it was understood, in pixels of the picture. */
export const hintOutput = z.object({
  type: z.enum(["box", "points", "polygon", "stroke", "mask", "salient"]),
  coordSpace: z.literal("pixel"),
  refine: z.boolean(),
  box: boxOutput.optional(),
  points: z.array(z.object({ x: z.number(), y: z.number(), positive: z.boolean() })).optional(),
  polygon: z.array(pointOutput).optional(),
  stroke: z.object({ points: z.array(pointOutput), width: z.number() }).optional(),
});

type Kind = z.infer<typeof hintOutput>["type"];
const KINDS: readonly Kind[] = hintOutput.shape.type.options;

/** Throws `selection-needed` unless exactly one hint is given, and what `readablePath` throws for a mask. */
export async function hintOf(args: SelectInput, picture: Picture, ctx: ToolContext): Promise<SelectHint> {
  const place = placing(args.coordSpace, picture);
  const kind = kindOf(args);
  const refine = args.refine ?? kind === "box";
  switch (kind) {
    case "points": {
      const placed = (args.points ?? []).map(({ x, y, positive = true }) => ({ point: place([x, y]), positive }));
      return { type: "points", points: placed };
    }
    case "box": {
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = args.box ?? [];
      return { type: "region", region: { box: [...place([x0, y0]), ...place([x1, y1])] }, refine };
    }
    case "polygon":
      return { type: "region", region: { polygon: (args.polygon ?? []).map(place) }, refine };
    case "stroke": {
      const { points, width } = args.stroke ?? { points: [], width: 1 };
      return { type: "region", region: { stroke: { points: points.map(place), width } }, refine };
    }
    case "mask":
      return { type: "region", region: { mask: await readableMask(ctx.roots, args.mask ?? "") }, refine };
    case "salient":
      return { type: "salient" };
    default: {
      const unknown: never = kind;
      throw new TypeError(`Unknown hint ${String(unknown)}`);
    }
  }
}

function kindOf(args: SelectInput): Kind {
  const given = KINDS.filter((name) => args[name] !== undefined && args[name] !== false);
  const [kind] = given;
  if (kind !== undefined && given.length === 1) return kind;
  const expected = `Expected one of ${KINDS.join(", ")}`;
  throw new EditError("selection-needed", `${expected}, got ${given.join(" and ") || "none"}`);
}

/** For the answer: what the engine was told, but for a mask's pixels. */
export function hintEcho(hint: SelectHint): z.infer<typeof hintOutput> {
  const coordSpace = "pixel";
  if (hint.type === "salient") return { type: "salient", coordSpace, refine: true };
  if (hint.type === "points") {
    const points = hint.points.map(({ point: [x, y], positive }) => ({ x, y, positive }));
    return { type: "points", coordSpace, refine: true, points };
  }
  const { region, refine } = hint;
  if ("box" in region) return { type: "box", coordSpace, refine, box: [...region.box] };
  if ("polygon" in region) return { type: "polygon", coordSpace, refine, polygon: region.polygon.map((at) => [...at]) };
  if ("stroke" in region) {
    const stroke = { points: region.stroke.points.map((at) => [...at]), width: region.stroke.width };
    return { type: "stroke", coordSpace, refine, stroke };
  }
  return { type: "mask", coordSpace, refine };
}
