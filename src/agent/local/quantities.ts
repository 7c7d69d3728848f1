/** Amounts as said, in pixels, degrees and factors of one picture; every default says itself aloud in `assumed`. */
import type { Box } from "../../engine/raster.ts";
import { type Amount, type Axis, notUnderstood, type Toward } from "./spoken.ts";

/** Pixels of the picture and the region's box in it. */
export interface Extents {
  readonly width: number;
  readonly height: number;
  readonly box: Box;
}

/** A value and what was taken for granted to get it. */
export interface Quantity {
  readonly value: number;
  readonly assumed: readonly string[];
}

function exactly(value: number): Quantity {
  return { value, assumed: [] };
}

function taking(value: number, assumption: string): Quantity {
  return { value, assumed: [assumption] };
}

/** Vague lengths as shares of the picture's longer edge. */
const VAGUE_LENGTH = { little: 0.05, lot: 0.2, far: 0.3 } as const;
const VAGUE_WORD = { little: "a little", lot: "a lot", far: "far" } as const;

export function lengthOf(toward: Toward, amount: Amount | undefined, scene: Extents): Quantity {
  const longer = Math.max(scene.width, scene.height);
  if (amount === undefined) return taking(0.1 * longer, "no distance was said = 10 % of the longer edge");
  switch (amount.type) {
    case "px":
      return exactly(nonNegative(amount.value));
    case "plain":
      return taking(nonNegative(amount.value), `${amount.value} without a unit = ${amount.value} px`);
    case "vague": {
      const share = VAGUE_LENGTH[amount.size];
      return taking(share * longer, `${VAGUE_WORD[amount.size]} = ${share * 100} % of the longer edge`);
    }
    case "percent":
      return percentOf(toward, nonNegative(amount.value), scene);
    case "share":
    case "times":
      return exactly(amount.value * extentOf(amount.of, toward, scene.box));
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

function percentOf(toward: Toward, percent: number, scene: Extents): Quantity {
  const of = toward[1] === 0 ? "width" : toward[0] === 0 ? "height" : "longer edge";
  const edge = of === "longer edge" ? Math.max(scene.width, scene.height) : scene[of];
  return taking((percent / 100) * edge, `${round(percent, 1)} % = of the picture's ${of}`);
}

function extentOf(of: Axis, toward: Toward, box: Box): number {
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  if (of === "both") return toward[1] === 0 ? width : toward[0] === 0 ? height : Math.max(width, height);
  return of === "width" ? width : height;
}

const VAGUE_ANGLE = { little: 10, lot: 45, far: 90 } as const;

export function angleOf(amount: Amount | undefined): Quantity {
  if (amount === undefined) return taking(30, "no angle was said = 30 degrees");
  if (amount.type === "degrees") return exactly(amount.value);
  if (amount.type === "plain") return taking(amount.value, `${amount.value} without a unit = degrees`);
  if (amount.type !== "vague") throw notUnderstood("A rotation needs degrees or a part of a turn, got another unit");
  const degrees = VAGUE_ANGLE[amount.size];
  return taking(degrees, `${VAGUE_WORD[amount.size]} = ${degrees} degrees`);
}

const VAGUE_FACTOR = { little: 1.1, lot: 1.5, far: 2 } as const;

/** `grow` undefined means that the amount itself says which way ("scale by 0.8"). */
export function factorOf(axis: Axis, grow: boolean | undefined, amount: Amount | undefined, box: Box): Quantity {
  const shrunk = grow === false;
  const step = (factor: number) => (shrunk ? 1 / factor : factor);
  if (amount === undefined) return taking(step(1.25), `no factor was said = ${round(step(1.25))} times`);
  switch (amount.type) {
    case "percent":
      return percentFactor(amount.value, amount.to, grow);
    case "times":
    case "plain":
      return exactly(shrunk && amount.value > 1 ? 1 / amount.value : amount.value);
    case "share":
      return exactly(amount.value);
    case "vague": {
      const factor = round(step(VAGUE_FACTOR[amount.size]), 4);
      return taking(factor, `${VAGUE_WORD[amount.size]} = ${factor} times`);
    }
    case "px":
      return exactly(1 + (shrunk ? -amount.value : amount.value) / extentOf(axis, [1, 0], box));
    case "degrees":
      throw notUnderstood("A change of size needs a factor or a per cent, got degrees");
    default: {
      const never: never = amount;
      throw new TypeError(`Unknown amount: ${String(never)}`);
    }
  }
}

function percentFactor(percent: number, to: boolean, grow: boolean | undefined): Quantity {
  if (to || grow === undefined)
    return taking(percent / 100, `${round(percent, 1)} % = ${round(percent / 100, 4)} times the size`);
  const factor = round(1 + (grow ? percent : -percent) / 100, 4);
  return taking(factor, `${round(percent, 1)} % ${grow ? "more" : "less"} = ${factor} times`);
}

/** No negative zero. */
export function round(value: number, digits = 3): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale + 0;
}
