/** Offsets at which a picture resembles itself (He & Sun, "Statistics of Patch Offsets for Image Completion", 2012): the
 * period of a facade, steps along a line. */

import { type Features, patchFeatures } from "./patch-features.ts";
import { type Level, RADIUS } from "./patch-level.ts";

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
  for (let a = 0; a < sources.length; a += Math.max(1, Math.floor(sources.length / ASKED))) {
    const found = likest(level, features, a, near);
    if (found === undefined) continue;
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

/** The offset from source number `a` to the likest one that is not near. */
function likest({ width, sources }: Level, { values, size }: Features, a: number, near: number): Offset | undefined {
  const [x, y] = [(sources[a] ?? 0) % width, Math.floor((sources[a] ?? 0) / width)];
  let [best, found]: [number, Offset | undefined] = [Number.POSITIVE_INFINITY, undefined];
  for (let b = 0; b < sources.length; b++) {
    const dx = ((sources[b] ?? 0) % width) - x;
    const dy = Math.floor((sources[b] ?? 0) / width) - y;
    if (dx * dx + dy * dy < near) continue;
    let sum = 0;
    for (let f = 0; f < size && sum < best; f++)
      sum += ((values[a * size + f] ?? 0) - (values[b * size + f] ?? 0)) ** 2;
    if (sum < best) [best, found] = [sum, { dx, dy }];
  }
  return found;
}

/** Share of the hole's pixels that an offset leads to a source. */
function usableShare(level: Level): (offset: Offset) => number {
  const inside = [...level.hole.keys()].filter((i) => level.hole[i] === 1);
  const step = Math.max(1, Math.floor(inside.length / 200));
  const asked = inside.filter((_, n) => n % step === 0);
  return (offset) => asked.filter((i) => sourceAt(level, i, offset) >= 0).length / Math.max(1, asked.length);
}

/** The source that an offset leads to, or −1. */
export function sourceAt({ width, height, isSource }: Level, i: number, { dx, dy }: Offset): number {
  const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
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
