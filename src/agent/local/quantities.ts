/** Amounts as said, in pixels, degrees and factors of one picture; every default says itself aloud in `assumed`. */
import type { Box } from "../../engine/raster.ts";
import { type Amount, type Axis, notUnderstood, type Toward } from "./spoken.ts";

/** Pixels of the picture and the region's box in it. */
export interface Extents {
  readonly width: number;
  readonly height: number;
  readonly box: Box;
}

/** Vague lengths as shares of the picture's longer edge. */
const VAGUE_LENGTH = { little: 0.05, lot: 0.2, far: 0.3 } as const;
const VAGUE_WORD = { little: "a little", lot: "a lot", far: "far" } as const;

export function lengthOf(toward: Toward, amount: Amount | undefined, scene: Extents): { px: number; assumed?: string } {
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

function percentOf(toward: Toward, percent: number, scene: Extents): { px: number; assumed: string } {
  const of = toward[1] === 0 ? "width" : toward[0] === 0 ? "height" : "longer edge";
  const edge = of === "longer edge" ? Math.max(scene.width, scene.height) : scene[of];
  return { px: (percent / 100) * edge, assumed: `${percent} % = of the picture's ${of}` };
}

function extentOf(of: Axis, toward: Toward, box: Box): number {
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  if (of === "both") return toward[1] === 0 ? width : toward[0] === 0 ? height : Math.max(width, height);
  return of === "width" ? width : height;
}

const VAGUE_ANGLE = { little: 10, lot: 45, far: 90 } as const;

export function angleOf(amount: Amount | undefined): { degrees: number; assumed?: string } {
  if (amount === undefined) return { degrees: 30, assumed: "no angle was said = 30 degrees" };
  if (amount.type === "degrees") return { degrees: amount.value };
  if (amount.type === "plain") return { degrees: amount.value, assumed: `${amount.value} without a unit = degrees` };
  if (amount.type !== "vague") throw notUnderstood("A rotation needs degrees or a part of a turn, got another unit");
  const degrees = VAGUE_ANGLE[amount.size];
  return { degrees, assumed: `${VAGUE_WORD[amount.size]} = ${degrees} degrees` };
}

const VAGUE_FACTOR = { little: 1.1, lot: 1.5, far: 2 } as const;

/** `grow` undefined means that the amount itself says which way ("scale by 0.8"). */
export function factorOf(
  axis: Axis,
  grow: boolean | undefined,
  amount: Amount | undefined,
  box: Box,
): { factor: number; assumed?: string } {
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

/** No negative zero. */
export function round(value: number, digits = 3): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale + 0;
}
