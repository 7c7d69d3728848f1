/** Offsets at which a picture resembles itself (He & Sun, "Statistics of Patch Offsets for Image Completion", 2012): the
 * period of a facade, steps along a line. */

import { type Features, patchFeatures } from "./patch-features.ts";
import { indicesOf, type Level, RADIUS } from "./patch-level.ts";

export interface Offset {
  readonly dx: number;
  readonly dy: number;
}

interface Votes {
  /** [2 H − 1, 2 W − 1]: how often an offset was found; (0, 0) lies in the middle. */
  readonly counts: Float32Array;
  readonly across: number;
}

/** So many of the known patches, evenly chosen, are asked. */
const ASKED = 400;
/** Nearer likeness is smoothness; this share of the longer side. */
const NEAR = 1 / 15;
/** An offset that serves less of the hole than this is of no use. */
const LEAST_SHARE = 0.02;

/** The offsets found most often in the known picture that serve the hole, best first. */
export function dominantOffsets(level: Level, count: number): Offset[] {
  const { counts, across } = votesFor(level);
  const middle = (counts.length - 1) / 2;
  const share = usableShare(level);
  const found: (Offset & { score: number })[] = [];
  for (let at = across + 1; at < counts.length - across - 1; at++) {
    if (!isPeak(counts, across, at)) continue;
    const dy = Math.round((at - middle) / across);
    const dx = at - middle - dy * across;
    const served = share({ dx, dy });
    if (served >= LEAST_SHARE) found.push({ dx, dy, score: (counts[at] ?? 0) * Math.sqrt(served) });
  }
  return found.sort((a, b) => b.score - a.score).slice(0, count);
}

function isPeak(counts: Float32Array, across: number, at: number): boolean {
  const own = counts[at] ?? 0;
  if (own === 0) return false;
  return [1, across, across + 1, across - 1].every((d) => (counts[at - d] ?? 0) <= own && (counts[at + d] ?? 0) <= own);
}

/** Each asked patch votes for the offset to its likest other one, and for the way back, by its contrast: what is plain is
 * like itself everywhere. */
function votesFor(level: Level): Votes {
  const { width, height, sources } = level;
  const across = 2 * width - 1;
  const counts = new Float32Array(across * (2 * height - 1));
  const middle = (counts.length - 1) / 2;
  const features = patchFeatures(level);
  const near = Math.max(RADIUS + 1, Math.max(width, height) * NEAR) ** 2;
  const step = Math.max(1, Math.floor(sources.length / ASKED));
  for (let a = 0, b = -1; a < sources.length; a += step) {
    b = likest(level, features, a, near, b < 0 ? -1 : b + step);
    if (b < 0) continue;
    const found = offsetOf(level, a, b);
    for (const sign of [1, -1])
      addVote({ counts, across }, middle + sign * (found.dy * across + found.dx), features.contrast[a] ?? 0);
  }
  return { counts, across };
}

/** Spread over 3×3 offsets. */
function addVote({ counts, across }: Votes, at: number, weight: number): void {
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const i = at + dy * across + dx;
      if (i >= 0 && i < counts.length) counts[i] = (counts[i] ?? 0) + weight * (2 - Math.abs(dx)) * (2 - Math.abs(dy));
    }
  }
}

function offsetOf({ sources, columns, rows }: Level, a: number, b: number): Offset {
  const [from, to] = [sources[a] as number, sources[b] as number];
  return { dx: (columns[to] as number) - (columns[from] as number), dy: (rows[to] as number) - (rows[from] as number) };
}

/**
 * The number of the source that is likest to number `a` and not near, and of several the first; −1 if there is none. `guess` may
 * be it. Looked for from sources of the same total outwards: n values whose totals differ by d differ by at least d²/n.
 */
function likest(level: Level, features: Features, a: number, near: number, guess: number): number {
  const { sources, columns, rows } = level;
  const { order, totals, place, size } = features;
  const x = columns[sources[a] as number] as number;
  const y = rows[sources[a] as number] as number;
  const own = totals[place[a] as number] as number;
  let best = Number.POSITIVE_INFINITY;
  let found = -1;
  let below = (place[a] as number) - 1;
  let above = below + 2;
  let asked = guess >= 0 && guess < order.length ? guess : a; // itself is near and never found
  for (;;) {
    const sum = unlikeness(features, a, asked, best);
    if (sum < best || (sum === best && asked < found)) {
      const dx = (columns[sources[asked] as number] as number) - x;
      const dy = (rows[sources[asked] as number] as number) - y;
      if (dx * dx + dy * dy >= near) {
        best = sum;
        found = asked;
      }
    }
    const down = below < 0 ? Number.POSITIVE_INFINITY : own - (totals[below] as number);
    const up = above === order.length ? Number.POSITIVE_INFINITY : (totals[above] as number) - own;
    const least = Math.min(down, up);
    if (least === Number.POSITIVE_INFINITY || (least * least) / size > best * (1 + 1e-9)) return found;
    asked = order[down < up ? below-- : above++] as number; // between 0 and the length
  }
}

/** Sum of squared differences, given up once it is above `bound`. */
function unlikeness({ values, size }: Features, a: number, b: number, bound: number): number {
  let sum = 0;
  for (let i = a * size, j = b * size, end = i + size; i < end && sum <= bound; i += 3, j += 3) {
    const l = (values[i] as number) - (values[j] as number);
    const m = (values[i + 1] as number) - (values[j + 1] as number);
    const n = (values[i + 2] as number) - (values[j + 2] as number);
    sum = sum + l * l + m * m + n * n;
  }
  return sum;
}

/** Share of the hole's pixels that an offset leads to a source. */
function usableShare(level: Level): (offset: Offset) => number {
  const inside = indicesOf(level.hole);
  const step = Math.max(1, Math.floor(inside.length / 200));
  const asked = inside.filter((_, n) => n % step === 0);
  return (offset) => asked.filter((i) => sourceAt(level, i, offset) >= 0).length / Math.max(1, asked.length);
}

/** The source that an offset leads to, or −1. */
export function sourceAt({ width, height, columns, rows, isSource }: Level, i: number, { dx, dy }: Offset): number {
  const x = (columns[i] as number) + dx;
  const y = (rows[i] as number) + dy;
  const inside = x >= 0 && y >= 0 && x < width && y < height;
  return inside && isSource[y * width + x] === 1 ? y * width + x : -1;
}

/** The offsets of upright copies that the hole's field itself uses most. */
export function commonOffsets({ width, hole, field, turn }: Level, count: number): Offset[] {
  const counts = new Map<string, Offset & { times: number }>();
  hole.forEach((missing, i) => {
    const source = field[i] ?? -1;
    if (missing === 0 || source < 0 || turn[i] !== 0) return;
    const [dx, dy] = [(source % width) - (i % width), Math.floor(source / width) - Math.floor(i / width)];
    counts.set(`${dx} ${dy}`, { dx, dy, times: 1 + (counts.get(`${dx} ${dy}`)?.times ?? 0) });
  });
  return [...counts.values()].sort((a, b) => b.times - a.times).slice(0, count);
}
