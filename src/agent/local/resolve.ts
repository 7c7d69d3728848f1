/** Puts a spoken motion into pixels of one picture and one region, and says aloud what it took for granted. */
import type { Box, Point } from "../../engine/raster.ts";
import type { Motion, SimpleMotion } from "../../engine/recipe/schema.ts";
import { repeat } from "./again.ts";
import { followCentroid, isIdentity, simpleMotions } from "./follow.ts";
import { type Amount, type Axis, notUnderstood, type Place, type SpokenMotion, type Toward } from "./spoken.ts";

/** Pixels of the picture; `box` and `centroid` of the region before the first motion. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly box: Box;
  readonly centroid: Point;
}

export interface Resolved {
  readonly motion: Motion;
  readonly assumed: readonly string[];
}

interface Step {
  readonly motion: SimpleMotion;
  readonly assumed?: string | undefined;
}

/**
 * The motions in their order; rotations and sizes are about the region's centre as it is by then.
 * `earlier` are the motions this region has made in the conversation: they come first in the result.
 */
export function resolve(spoken: readonly SpokenMotion[], scene: Scene, earlier: readonly SimpleMotion[] = []): Resolved {
  const motions: SimpleMotion[] = [...earlier];
  const assumed: string[] = [];
  for (const one of spoken) {
    const step = resolveOne(one, followed(scene, motions), motions.at(-1));
    motions.push(step.motion);
    if (step.assumed !== undefined) assumed.push(step.assumed);
  }
  return { motion: asMotion(motions), assumed: [...new Set([...assumed, ...aboutAssumed(motions.slice(earlier.length))])] };
}

function asMotion(motions: readonly SimpleMotion[]): Motion {
  const kept = merged(motions.filter((motion) => !isIdentity(motion)));
  const [first, ...rest] = kept;
  if (first === undefined) return { type: "relocation", by: [0, 0] };
  return rest.length === 0 ? first : { type: "compose", motions: [...kept] };
}

/** Neighbouring offsets of one type add up, so that "a bit further" stays one relocation. */
function merged(motions: readonly SimpleMotion[]): SimpleMotion[] {
  const out: SimpleMotion[] = [];
  for (const motion of motions) {
    const last = out.at(-1);
    if (last !== undefined && "by" in last && "by" in motion && last.type === motion.type && last.by && motion.by) {
      out[out.length - 1] = { type: last.type, by: [last.by[0] + motion.by[0], last.by[1] + motion.by[1]] };
    } else out.push(motion);
  }
  return out.filter((motion) => !isIdentity(motion));
}

function aboutAssumed(motions: readonly SimpleMotion[]): string[] {
  return motions.some((motion) => motion.type === "rotation") ? ["rotation about the region's centre"] : [];
}

/** The scene with the region where the motions so far have brought it. */
function followed(scene: Scene, motions: readonly SimpleMotion[]): Scene {
  const [x, y] = followCentroid(scene.centroid, motions);
  const [dx, dy] = [x - scene.centroid[0], y - scene.centroid[1]];
  const [x0, y0, x1, y1] = scene.box;
  return { ...scene, centroid: [x, y], box: [x0 + dx, y0 + dy, x1 + dx, y1 + dy] };
}

function resolveOne(spoken: SpokenMotion, scene: Scene, last: SimpleMotion | undefined): Step {
  switch (spoken.type) {
    case "move":
      return resolveMove(spoken.toward, spoken.amount, spoken.stretch, scene);
    case "place":
      return { motion: { type: "relocation", by: offsetTo(spoken.place, scene) } };
    case "turn":
      return resolveTurn(spoken.clockwise, spoken.amount, scene);
    case "scale":
      return resolveScale(spoken.axis, spoken.grow, spoken.amount, scene);
    case "again":
      return resolveOne(repeat(spoken, last), scene, last);
    default: {
      const never: never = spoken;
      throw new TypeError(`Unknown spoken motion: ${String(never)}`);
    }
  }
}

function resolveMove(toward: Toward, amount: Amount | undefined, stretch: boolean, scene: Scene): Step {
  const { px, assumed } = lengthOf(toward, amount, scene);
  const norm = Math.hypot(toward[0], toward[1]);
  const by: [number, number] = [round((toward[0] / norm) * px), round((toward[1] / norm) * px)];
  return { motion: { type: stretch ? "deformation" : "relocation", by }, assumed };
}

/** Vague lengths as shares of the picture's longer edge. */
const VAGUE_LENGTH = { little: 0.05, lot: 0.2, far: 0.3 } as const;
const VAGUE_WORD = { little: "a little", lot: "a lot", far: "far" } as const;

function lengthOf(toward: Toward, amount: Amount | undefined, scene: Scene): { px: number; assumed?: string } {
  const longer = Math.max(scene.width, scene.height);
  if (amount === undefined) return { px: 0.1 * longer, assumed: "no distance was said = 10 % of the longer edge" };
  switch (amount.type) {
    case "px":
      return { px: nonNegative(amount.value) };
    case "plain":
      return { px: nonNegative(amount.value), assumed: `${amount.value} without a unit = ${amount.value} px` };
    case "vague": {
      const share = VAGUE_LENGTH[amount.size];
      return { px: share * longer, assumed: `${VAGUE_WORD[amount.size]} = ${share * 100} % of the longer edge` };
    }
    case "percent":
      return percentOf(toward, nonNegative(amount.value), scene);
    case "share":
    case "times":
      return { px: amount.value * extentOf(amount.of, toward, scene.box) };
    case "degrees":
      throw notUnderstood("A move needs a length, got degrees");
    default: {
      const never: never = amount;
      throw new TypeError(`Unknown amount: ${String(never)}`);
    }
  }
}

function nonNegative(value: number): number {
  if (value < 0) throw notUnderstood(`Expected a length of 0 or more, got ${value}: say the opposite direction`);
  return value;
}

function percentOf(toward: Toward, percent: number, scene: Scene): { px: number; assumed: string } {
  const of = toward[1] === 0 ? "width" : toward[0] === 0 ? "height" : "longer edge";
  const edge = of === "longer edge" ? Math.max(scene.width, scene.height) : scene[of];
  return { px: (percent / 100) * edge, assumed: `${percent} % = of the picture's ${of}` };
}

function extentOf(of: Axis, toward: Toward, box: Box): number {
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  if (of === "both") return toward[1] === 0 ? width : toward[0] === 0 ? height : Math.max(width, height);
  return of === "width" ? width : height;
}

function offsetTo(place: Place, scene: Scene): [number, number] {
  const [cx, cy] = scene.centroid;
  if (place.type === "point") return [round(place.at[0] - cx), round(place.at[1] - cy)];
  const [x, y] = place.toward;
  if (x === 0 && y === 0) return [round(scene.width / 2 - cx), round(scene.height / 2 - cy)];
  return [round(toEdge(x, scene.box[0], scene.box[2], scene.width)), round(toEdge(y, scene.box[1], scene.box[3], scene.height))];
}

function toEdge(side: number, low: number, high: number, size: number): number {
  return side < 0 ? -low : side > 0 ? size - high : 0;
}

const VAGUE_ANGLE = { little: 10, lot: 45, far: 90 } as const;

function resolveTurn(clockwise: boolean, amount: Amount | undefined, scene: Scene): Step {
  const { degrees, assumed } = angleOf(amount);
  const about: [number, number] = [round(scene.centroid[0]), round(scene.centroid[1])];
  return { motion: { type: "rotation", degrees: clockwise ? degrees : -degrees, about }, assumed };
}

function angleOf(amount: Amount | undefined): { degrees: number; assumed?: string } {
  if (amount === undefined) return { degrees: 30, assumed: "no angle was said = 30 degrees" };
  if (amount.type === "degrees") return { degrees: amount.value };
  if (amount.type === "plain") return { degrees: amount.value, assumed: `${amount.value} without a unit = degrees` };
  if (amount.type !== "vague") throw notUnderstood("A rotation needs degrees or a part of a turn, got another unit");
  const degrees = VAGUE_ANGLE[amount.size];
  return { degrees, assumed: `${VAGUE_WORD[amount.size]} = ${degrees} degrees` };
}

const VAGUE_FACTOR = { little: 1.1, lot: 1.5, far: 2 } as const;

function resolveScale(axis: Axis, grow: boolean | undefined, amount: Amount | undefined, scene: Scene): Step {
  const { factor, assumed } = factorOf(axis, grow, amount, scene.box);
  if (!(factor > 0)) throw notUnderstood(`Expected a factor above 0, got ${factor}`);
  const value = round(factor, 4);
  const both: [number, number] = axis === "width" ? [value, 1] : [1, value];
  const about: [number, number] = [round(scene.centroid[0]), round(scene.centroid[1])];
  return { motion: { type: "scale", factor: axis === "both" ? value : both, about }, assumed };
}

/** `grow` undefined means that the amount itself says which way ("scale by 0.8"). */
function factorOf(axis: Axis, grow: boolean | undefined, amount: Amount | undefined, box: Box): { factor: number; assumed?: string } {
  const shrunk = grow === false;
  const step = (factor: number) => (shrunk ? 1 / factor : factor);
  if (amount === undefined) return { factor: step(1.25), assumed: `no factor was said = ${round(step(1.25))} times` };
  switch (amount.type) {
    case "percent":
      return { factor: percentFactor(amount.value, amount.to, grow) };
    case "times":
    case "plain":
      return { factor: shrunk && amount.value > 1 ? 1 / amount.value : amount.value };
    case "share":
      return { factor: amount.value };
    case "vague": {
      const factor = round(step(VAGUE_FACTOR[amount.size]), 4);
      return { factor, assumed: `${VAGUE_WORD[amount.size]} = ${factor} times` };
    }
    case "px":
      return { factor: 1 + (shrunk ? -amount.value : amount.value) / extentOf(axis, [1, 0], box) };
    case "degrees":
      throw notUnderstood("A change of size needs a factor or a per cent, got degrees");
    default: {
      const never: never = amount;
      throw new TypeError(`Unknown amount: ${String(never)}`);
    }
  }
}

function percentFactor(percent: number, to: boolean, grow: boolean | undefined): number {
  if (to || grow === undefined) return percent / 100;
  return 1 + (grow ? percent : -percent) / 100;
}

function round(value: number, digits = 3): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale + 0;
}

export { simpleMotions };
