/** What a person does to a region — move, turn, scale about an anchor — and the recipe's motion that it means. */
import { type Affine, about, after, IDENTITY, type Point, rounded, shift, stretch, turn } from "./affine.ts";

export type SimpleMotion =
  | { type: "relocation" | "deformation"; by?: Point; to?: Point }
  | { type: "rotation"; degrees?: number; to?: Point; about?: Point }
  | { type: "scale"; factor: number | Point; about?: Point };
export type Motion = SimpleMotion | { type: "compose"; motions: SimpleMotion[] };

/** First scaled, then turned about the anchor, then moved; pixels of the picture, degrees clockwise. */
export interface Handling {
  readonly by: Point;
  readonly degrees: number;
  readonly scale: Point;
  readonly anchor: Point;
  /** The region stays attached to what it belongs to: a deformation. */
  readonly bend: boolean;
}

export function untouched(anchor: Point): Handling {
  return { by: [0, 0], degrees: 0, scale: [1, 1], anchor, bend: false };
}

export function affineOf({ by, degrees, scale, anchor }: Handling): Affine {
  return after(shift(by), about(anchor, after(turn(degrees), stretch(...scale))));
}

/** Undefined where nothing moves yet. */
export function motionOf({ by, degrees, scale, anchor, bend }: Handling): Motion | undefined {
  const at = rounded(anchor);
  const [sx, sy] = [round(scale[0], 3), round(scale[1], 3)];
  const motions: SimpleMotion[] = [];
  if (sx !== 1 || sy !== 1) motions.push({ type: "scale", factor: sx === sy ? sx : [sx, sy], about: at });
  if (round(degrees, 1) !== 0) motions.push({ type: "rotation", degrees: round(degrees, 1), about: at });
  const moved = rounded(by);
  if (moved[0] !== 0 || moved[1] !== 0) motions.push({ type: bend ? "deformation" : "relocation", by: moved });
  const [first] = motions;
  if (first === undefined) return undefined;
  return motions.length === 1 ? first : { type: "compose", motions };
}

/** The handling that a recipe's motion stands for; `centroid` is the region's. A later part's anchor is carried back to
 * where the handling has its one anchor. */
export function handlingOf(motion: Motion, centroid: Point): Handling {
  const parts = motion.type === "compose" ? motion.motions : [motion];
  const bend = parts.some(({ type }) => type === "deformation");
  let handling: Handling = { ...untouched(centroid), bend };
  for (const part of parts) handling = withPart(handling, part, centroid);
  return handling;
}

function withPart(handling: Handling, part: SimpleMotion, centroid: Point): Handling {
  switch (part.type) {
    case "relocation":
    case "deformation": {
      const by = part.by ?? (part.to ? ([part.to[0] - centroid[0], part.to[1] - centroid[1]] as const) : [0, 0]);
      return { ...handling, by: [handling.by[0] + (by[0] ?? 0), handling.by[1] + (by[1] ?? 0)] };
    }
    case "rotation": {
      const anchor = part.about ?? centroid;
      const degrees = part.degrees ?? (part.to ? angleBetween(anchor, centroid, part.to) : 0);
      return { ...handling, anchor, degrees: handling.degrees + degrees };
    }
    case "scale": {
      const [sx, sy] = typeof part.factor === "number" ? [part.factor, part.factor] : part.factor;
      const scale = [handling.scale[0] * sx, handling.scale[1] * sy] as const;
      return { ...handling, scale, anchor: part.about ?? handling.anchor };
    }
    default:
      return part satisfies never;
  }
}

/** Clockwise degrees from a to b as seen from `pole`, −180 … 180. */
export function angleBetween(pole: Point, a: Point, b: Point): number {
  const angle = ([x, y]: Point) => (Math.atan2(y - pole[1], x - pole[0]) * 180) / Math.PI;
  const turned = angle(b) - angle(a);
  return ((turned + 540) % 360) - 180;
}

export function isStill(handling: Handling): boolean {
  return motionOf(handling) === undefined;
}

export function affineOrNone(handling: Handling | undefined): Affine {
  return handling === undefined ? IDENTITY : affineOf(handling);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
