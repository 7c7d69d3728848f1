/** Puts a spoken motion into pixels of one picture and one region, and says aloud what it took for granted. */
import type { Box, Point } from "../../engine/raster.ts";
import type { Motion, SimpleMotion } from "../../engine/recipe/schema.ts";
import type { LongAxis } from "../../tools/long-axis.ts";
import { repeat } from "./again.ts";
import { followedBox, followPoint } from "./follow.ts";
import { asMotion } from "./merge.ts";
import { angleOf, factorOf, lengthOf, round } from "./quantities.ts";
import {
  type Amount,
  type Axis,
  notUnderstood,
  type Pivot,
  type Place,
  type SpokenMotion,
  type Stand,
  type Toward,
} from "./spoken.ts";
import { standing } from "./standing.ts";

/** Pixels of the picture; `box` and `centroid` of the region before the first motion. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly box: Box;
  readonly centroid: Point;
  readonly longAxis?: LongAxis | undefined;
}

export interface Resolved {
  readonly motion: Motion;
  /** One by one as they were said, the earlier ones first. */
  readonly motions: readonly SimpleMotion[];
  readonly assumed: readonly string[];
}

interface Step {
  readonly motion: SimpleMotion;
  readonly assumed: readonly string[];
}

/**
 * The motions in their order; rotations and sizes are about the region's centre as it is by then.
 * `earlier` are the motions this region has made in the conversation: they come first in the result.
 */
export function resolve(
  spoken: readonly SpokenMotion[],
  scene: Scene,
  earlier: readonly SimpleMotion[] = [],
): Resolved {
  const motions: SimpleMotion[] = [...earlier];
  const assumed: string[] = [];
  for (const one of spoken) {
    const step = resolveOne(one, followed(scene, motions), motions);
    motions.push(step.motion);
    assumed.push(...step.assumed);
  }
  return { motion: asMotion(motions), motions, assumed: [...new Set(assumed)] };
}

/** The scene with the region where the motions so far have brought it. */
function followed(scene: Scene, motions: readonly SimpleMotion[]): Scene {
  return { ...scene, centroid: followPoint(scene.centroid, motions), box: followedBox(scene.box, motions) };
}

function resolveOne(spoken: SpokenMotion, scene: Scene, earlier: readonly SimpleMotion[]): Step {
  switch (spoken.type) {
    case "move":
      return resolveMove(spoken.toward, spoken.amount, spoken.stretch, scene);
    case "place":
      return { motion: shift(along(spoken.axis, offsetTo(spoken.place, scene)), spoken.stretch), assumed: [] };
    case "turn":
      return resolveTurn(spoken, scene);
    case "upright":
      return resolveUpright(spoken.stand, scene, earlier);
    case "scale":
      return resolveScale(spoken.axis, spoken.grow, spoken.amount, scene);
    case "again":
      return resolveOne(repeat(spoken, earlier.at(-1)), scene, earlier);
    default: {
      const never: never = spoken;
      throw new TypeError(`Unknown spoken motion: ${String(never)}`);
    }
  }
}

function resolveMove(toward: Toward, amount: Amount | undefined, stretch: boolean, scene: Scene): Step {
  const { value: px, assumed } = lengthOf(toward, amount, scene);
  const norm = Math.hypot(toward[0], toward[1]);
  const by: [number, number] = [round((toward[0] / norm) * px), round((toward[1] / norm) * px)];
  const slanting = toward[0] !== 0 && toward[1] !== 0;
  const each = slanting ? [`${round(px, 1)} px along the diagonal = ${round(px / norm, 1)} px each way`] : [];
  return { motion: shift(by, stretch), assumed: [...assumed, ...each] };
}

function along(axis: Axis | undefined, [x, y]: [number, number]): [number, number] {
  return [axis === "height" ? 0 : x, axis === "width" ? 0 : y];
}

function shift(by: [number, number], stretch: boolean): SimpleMotion {
  return { type: stretch ? "deformation" : "relocation", by };
}

function offsetTo(place: Place, scene: Scene): [number, number] {
  const [cx, cy] = scene.centroid;
  if (place.type === "point") return [round(place.at[0] - cx), round(place.at[1] - cy)];
  const [x, y] = place.toward;
  if (x === 0 && y === 0) return [round(scene.width / 2 - cx), round(scene.height / 2 - cy)];
  return [
    round(toEdge(x, scene.box[0], scene.box[2], scene.width)),
    round(toEdge(y, scene.box[1], scene.box[3], scene.height)),
  ];
}

function toEdge(side: number, low: number, high: number, size: number): number {
  return side < 0 ? -low : side > 0 ? size - high : 0;
}

function resolveTurn({ clockwise, amount, pivot }: Extract<SpokenMotion, { type: "turn" }>, scene: Scene): Step {
  const { value: degrees, assumed } = angleOf(amount);
  const centre = pivot === undefined ? ["rotation about the region's centre"] : [];
  const motion: SimpleMotion = {
    type: "rotation",
    degrees: clockwise ? degrees : -degrees,
    about: pivotOf(pivot, scene),
  };
  return { motion, assumed: [...assumed, ...centre] };
}

/** What was turned in this conversation is turned back; anything else is measured. */
function resolveUpright(stand: Stand, scene: Scene, earlier: readonly SimpleMotion[]): Step {
  const turned =
    earlier.reduce((sum, motion) => sum + (motion.type === "rotation" ? (motion.degrees ?? 0) : 0), 0) % 360;
  const about = pivotOf(undefined, scene);
  if (turned === 0) {
    const { degrees, assumed } = standing(stand, scene.longAxis);
    return { motion: { type: "rotation", degrees, about }, assumed };
  }
  const motion: SimpleMotion = { type: "rotation", degrees: round(-turned), about };
  return { motion, assumed: [`upright = as before it was turned by ${round(turned)} degrees`] };
}

function pivotOf(pivot: Pivot | undefined, { box, centroid }: Scene): [number, number] {
  if (pivot === undefined) return [round(centroid[0]), round(centroid[1])];
  if (pivot.type === "point") return [...pivot.at];
  return [round(side(pivot.toward[0], box[0], box[2])), round(side(pivot.toward[1], box[1], box[3]))];
}

function side(toward: number, low: number, high: number): number {
  return toward < 0 ? low : toward > 0 ? high : (low + high) / 2;
}

function resolveScale(axis: Axis, grow: boolean | undefined, amount: Amount | undefined, scene: Scene): Step {
  const { value: factor, assumed } = factorOf(axis, grow, amount, scene.box);
  if (!(factor > 0)) throw notUnderstood(`Expected a factor above 0, got ${factor}`);
  const value = round(factor, 4);
  const both: [number, number] = axis === "width" ? [value, 1] : [1, value];
  const about: [number, number] = [round(scene.centroid[0]), round(scene.centroid[1])];
  return { motion: { type: "scale", factor: axis === "both" ? value : both, about }, assumed };
}
