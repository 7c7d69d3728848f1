/** Copies that are turned or mirrored (Barnes et al., "The Generalized PatchMatch Correspondence Algorithm", 2010): an arch
 * is continued by its other half, a ring by another part of it. They are sampled between pixels, so they cost some sharpness. */
import { displacementCost, type Level, reachOf } from "./patch-level.ts";

/** Where a step (dx, dy) at the target leads at the source: (xx · dx + xy · dy, yx · dx + yy · dy). */
export interface Turn {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
}

/** A centre to copy from, between pixels, and how the copy is turned: an index into `TURNS`, never 0. */
export interface TurnedMatch {
  readonly turn: number;
  readonly x: number;
  readonly y: number;
}

/** A turned copy replaces one that is upright only when it is better by this factor and these squared levels. */
const CLEARLY = 1.3;
const BETTER_BY = 30;

/** 0 is upright; then small turns, quarters, and mirror images of the more usual of these. */
export const TURNS: readonly Turn[] = [0, 15, -15, 30, -30, 90, 180, 270].flatMap((degrees) => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const turn = { xx: cos, xy: -sin, yx: sin, yy: cos };
  return Math.abs(degrees) === 30 || degrees === 270
    ? [turn]
    : [turn, { xx: -turn.xx, xy: turn.xy, yx: -turn.yx, yy: turn.yy }];
});

/** The target's match if that is turned. */
export function matchAt({ turn, place }: Level, target: number): TurnedMatch | undefined {
  const kind = turn[target] ?? 0;
  if (kind === 0) return undefined;
  return { turn: kind, x: place[target * 2] ?? 0, y: place[target * 2 + 1] ?? 0 };
}

/** The match that goes with a target `dx`, `dy` further on. */
export function moved({ turn, x, y }: TurnedMatch, dx: number, dy: number): TurnedMatch {
  const { xx, xy, yx, yy } = TURNS[turn] as Turn; // indices come from this table only
  return { turn, x: x + xx * dx + xy * dy, y: y + yx * dx + yy * dy };
}

/** The pixel nearest to the match's centre where that has room around it, else −1. */
export function roomAt({ width, height, isRoomy }: Level, { x, y }: TurnedMatch): number {
  const [u, v] = [Math.round(x), Math.round(y)];
  if (u < 0 || v < 0 || u >= width || v >= height) return -1;
  return isRoomy[v * width + u] === 1 ? v * width + u : -1;
}

/** As `patchCost`, of a turned copy, raised so that upright copies are kept unless this one is clearly better. */
export function turnedCost(level: Level, target: number, match: TurnedMatch, source: number, bound: number): number {
  const { width, pixels, weight } = level;
  const { xx, xy, yx, yy } = TURNS[match.turn] as Turn; // indices come from this table only
  const { left, right, top, bottom } = reachOf(level, target);
  const total = (level.total[target] ?? 0) + 1e-6;
  const fixed = BETTER_BY + displacementCost(level, target, source);
  const limit = ((bound - fixed) / CLEARLY) * total;
  let sum = 0;
  for (let dy = top; dy <= bottom && sum <= limit; dy++) {
    for (let dx = left; dx <= right; dx++) {
      const t = target + dy * width + dx;
      const square = squareBetween(pixels, width, t, match.x + xx * dx + xy * dy, match.y + yx * dx + yy * dy);
      sum += (weight[t] as number) * square;
    }
  }
  return sum > limit ? Number.POSITIVE_INFINITY : fixed + (CLEARLY * sum) / total;
}

/** Squared difference over three channels of pixel `t` and the colour at (x, y), bilinear and rounded to 32 bits; the four pixels
 * around (x, y) must lie in the picture. */
function squareBetween(data: Float32Array, width: number, t: number, x: number, y: number): number {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const fx = x - i;
  const fy = y - j;
  const at = (j * width + i) * 3;
  const below = at + width * 3;
  let sum = 0;
  for (let c = 0; c < 3; c++) {
    const upper = (data[at + c] as number) * (1 - fx) + (data[at + 3 + c] as number) * fx;
    const lower = (data[below + c] as number) * (1 - fx) + (data[below + 3 + c] as number) * fx;
    const difference = (data[t * 3 + c] as number) - Math.fround(upper * (1 - fy) + lower * fy);
    sum += difference * difference;
  }
  return sum;
}
