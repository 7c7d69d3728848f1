/** Colours from a field of matches: every patch over a pixel votes for its own copy. */
import type { Box, Mask, Rgb } from "../raster.ts";
import { type Level, RADIUS } from "./patch-level.ts";

/** Rewrites the hole's pixels by the weighted mean of all patches over them; good matches and trusted places count more. */
export function vote(level: Level): void {
  const { width, height, pixels, hole } = level;
  const sums = new Float32Array(hole.length * 4);
  const variance = spreadOf(level);
  for (const target of level.targets) {
    const source = level.field[target] ?? 0;
    const trust = (level.weight[target] ?? 0) * Math.exp(-(level.cost[target] ?? 0) / (2 * variance)) + 1e-9;
    const [x, y] = [target % width, Math.floor(target / width)];
    for (let dy = Math.max(-RADIUS, -y); dy <= Math.min(RADIUS, height - 1 - y); dy++) {
      for (let dx = Math.max(-RADIUS, -x); dx <= Math.min(RADIUS, width - 1 - x); dx++) {
        const shift = dy * width + dx;
        if (hole[target + shift] === 1) add(sums, (target + shift) * 4, pixels, (source + shift) * 3, trust);
      }
    }
  }
  hole.forEach((missing, i) => {
    const total = sums[i * 4 + 3] ?? 0;
    if (missing === 0 || total === 0) return;
    for (let c = 0; c < 3; c++) pixels[i * 3 + c] = (sums[i * 4 + c] ?? 0) / total;
  });
}

function add(sums: Float32Array, at: number, from: ArrayLike<number>, source: number, weight: number): void {
  for (let c = 0; c < 3; c++) sums[at + c] = (sums[at + c] ?? 0) + weight * (from[source + c] ?? 0);
  sums[at + 3] = (sums[at + 3] ?? 0) + weight;
}

/** 75th percentile of the costs (Wexler et al. 2007): what counts as a usual match here. */
function spreadOf({ targets, cost }: Level): number {
  const costs = Float32Array.from(targets, (target) => cost[target] ?? 0).sort();
  return Math.max(1, 0.5 * (costs[Math.floor(0.75 * costs.length)] ?? 1));
}

/**
 * The full-size picture with the pixels of `box` copied by the field of a smaller level. Pixels without a match keep the
 * picture's value. `covered` is 255 where a copy was made.
 */
export function voteAtFullSize(rgb: Rgb, level: Level, [x0, y0, x1, y1]: Box): { copied: Rgb; covered: Mask } {
  const { width, height } = rgb;
  const data = new Uint8Array(rgb.data);
  const covered = new Uint8Array(width * height);
  const matched = new Uint8Array(level.hole.length);
  for (const target of level.targets) matched[target] = 1;
  const sums = new Float32Array(4);
  const variance = 0.25 * spreadOf(level); // sharper than in the search: a mean of different copies is a blur
  for (let y = y0; y < y1; y++) {
    for (let x = x0, i = y * width + x0; x < x1; x++, i++) {
      const [u, v] = [((x + 0.5) * level.width) / width, ((y + 0.5) * level.height) / height];
      if (matched[Math.floor(v) * level.width + Math.floor(u)] === 0) continue;
      gather(sums, rgb, level, { x, y, u, v }, variance);
      if ((sums[3] ?? 0) === 0) continue;
      for (let c = 0; c < 3; c++) data[i * 3 + c] = Math.round((sums[c] ?? 0) / (sums[3] ?? 1));
      covered[i] = 255;
    }
  }
  return { copied: { width, height, data }, covered: { width, height, data: covered } };
}

interface Place {
  readonly x: number;
  readonly y: number;
  /** The same place on the level. */
  readonly u: number;
  readonly v: number;
}

/** Offsets on the level of the patches that are asked: the pixel's own and four that overlap it. */
const ASKED = [0, 0, -1.5, -1.5, 1.5, -1.5, -1.5, 1.5, 1.5, 1.5] as const;

function gather(sums: Float32Array, rgb: Rgb, level: Level, { x, y, u, v }: Place, variance: number): void {
  sums.fill(0);
  for (let k = 0; k < ASKED.length; k += 2) {
    const [px, py] = [Math.floor(u + (ASKED[k] ?? 0)), Math.floor(v + (ASKED[k + 1] ?? 0))];
    if (px < 0 || py < 0 || px >= level.width || py >= level.height) continue;
    const target = py * level.width + px;
    const source = level.field[target] ?? -1;
    if (source < 0) continue;
    const dx = Math.round((((source % level.width) - px) * rgb.width) / level.width);
    const dy = Math.round(((Math.floor(source / level.width) - py) * rgb.height) / level.height);
    if (x + dx < 0 || y + dy < 0 || x + dx >= rgb.width || y + dy >= rgb.height) continue;
    const weight = Math.exp(-(level.cost[target] ?? 0) / (2 * variance)) + 1e-9;
    add(sums, 0, rgb.data, ((y + dy) * rgb.width + x + dx) * 3, weight);
  }
}
