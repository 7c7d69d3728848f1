/** Copies that are turned or mirrored (Barnes et al., "The Generalized PatchMatch Correspondence Algorithm", 2010): an arch
 * is continued by its other half, a ring by another part of it. They are sampled between pixels, so they cost some sharpness. */
import type { Level } from "./patch-level.ts";
import { TURNS, type Turn } from "./turns.ts";

/** A centre to copy from, between pixels, and how the copy is turned: an index into `TURNS`, never 0. */
export interface TurnedMatch {
  readonly turn: number;
  readonly x: number;
  readonly y: number;
}

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
