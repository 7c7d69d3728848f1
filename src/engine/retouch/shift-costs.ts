/** What it costs a pixel of the hole to be copied from an offset, and what a join between two offsets costs, in squared levels. */
import { boxMean } from "./box-mean.ts";
import { displacementCost, indicesOf, type Level, neighbours, PIXEL } from "./patch-level.ts";
import { type Offset, sourceAt } from "./patch-offsets.ts";

/** Marks an offset that leads a pixel out of the picture or to the hole. */
export const IMPOSSIBLE = 1e7;
/** A join to what is known counts so often: it is seen for certain. */
const RIM = 2;
/** Weight of `displacementCost`. */
const AWAY = 4;
/** Weight of the difference, both blurred, to what the level was filled with: sky stays where sky was found. */
const TONE = 0.1;
const BLUR = 3;
/** A join where neither offset leads both pixels to a source. */
const BLIND = 30_000;

export interface ShiftCosts {
  /** Of each hole pixel (in the order of `inside`) with each offset: [pixels, offsets]. */
  readonly own: Float64Array;
  /** Indices of the hole's pixels. */
  readonly inside: Int32Array;
  readonly offsets: readonly Offset[];
  /** Of pixel n copied with offset a beside pixel m with offset b. */
  readonly join: (n: number, m: number, a: number, b: number) => number;
  /** How much the copies of pixel n with offsets a and b differ, both possible. */
  readonly seen: (n: number, a: number, b: number) => number;
}

export function shiftCosts(level: Level, offsets: readonly Offset[]): ShiftCosts {
  const inside = indicesOf(level.hole);
  const own = ownCosts(level, inside, offsets);
  const seen = seenSteps(level, { inside, offsets });
  return { own, inside, offsets, seen, join: joinCosts({ own, offsets, seen }) };
}

function ownCosts(level: Level, inside: Int32Array, offsets: readonly Offset[]): Float64Array {
  const own = new Float64Array(inside.length * offsets.length).fill(IMPOSSIBLE);
  const tones = tonesOf(level);
  inside.forEach((i, n) => {
    const rim = neighbours(i, level.width, level.hole.length).filter((j) => level.hole[j] === 0);
    offsets.forEach((offset, k) => {
      const source = sourceAt(level, i, offset);
      if (source < 0) return;
      let sum = AWAY * displacementCost(level, i, source) + TONE * difference(tones, i, source);
      for (const j of rim) sum += RIM * difference(level.pixels, j, j + source - i);
      own[n * offsets.length + k] = sum;
    });
  });
  return own;
}

function seenSteps({ width, pixels }: Level, { inside, offsets }: Pick<ShiftCosts, "inside" | "offsets">) {
  const steps = Int32Array.from(offsets, ({ dx, dy }) => dy * width + dx);
  return (n: number, a: number, b: number): number => {
    const i = inside[n] as number; // pixels and offsets are counted by the caller
    return difference(pixels, i + (steps[a] as number), i + (steps[b] as number));
  };
}

function joinCosts({ own, offsets, seen }: Pick<ShiftCosts, "own" | "offsets" | "seen">): ShiftCosts["join"] {
  const count = offsets.length;
  return (n, m, a, b) => {
    if (a === b || own[n * count + a] === IMPOSSIBLE || own[m * count + b] === IMPOSSIBLE) return 0;
    const atN = own[n * count + b] !== IMPOSSIBLE;
    const atM = own[m * count + a] !== IMPOSSIBLE;
    if (!atN && !atM) return BLIND;
    const sum = (atN ? seen(n, a, b) : 0) + (atM ? seen(m, a, b) : 0);
    return atN && atM ? sum : 2 * sum;
  };
}

/** Sum over three channels of the squared difference of pixels i and j, both in the picture. */
function difference(pixels: Float32Array, i: number, j: number): number {
  const r = (pixels[i * PIXEL] as number) - (pixels[j * PIXEL] as number);
  const g = (pixels[i * PIXEL + 1] as number) - (pixels[j * PIXEL + 1] as number);
  const b = (pixels[i * PIXEL + 2] as number) - (pixels[j * PIXEL + 2] as number);
  return r * r + g * g + b * b;
}

/** [H, W, PIXEL]: the picture as it is filled by now, blurred. */
function tonesOf({ width, height, pixels }: Level): Float32Array {
  return boxMean(pixels, width, height, PIXEL, BLUR);
}
