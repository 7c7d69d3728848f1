/** Colours from a field of matches: every patch over a pixel votes for its own copy. */
import type { Box, Mask, Rgb } from "../raster.ts";
import { type Level, RADIUS } from "./patch-level.ts";
import { matchAt, moved, type TurnedMatch } from "./patch-turn.ts";

/** Rewrites the hole's pixels by the weighted mean of all patches over them; good matches and trusted places count more. */
export function vote(level: Level): void {
  const { width, height, pixels, hole } = level;
  const sums = new Float32Array(hole.length * 4);
  const variance = spreadOf(level);
  for (const target of level.targets) {
    const source = level.field[target] ?? 0;
    const trust = (level.weight[target] ?? 0) * Math.exp(-(level.cost[target] ?? 0) / (2 * variance)) + 1e-9;
    const match = matchAt(level, target);
    const [x, y] = [target % width, Math.floor(target / width)];
    for (let dy = Math.max(-RADIUS, -y); dy <= Math.min(RADIUS, height - 1 - y); dy++) {
      for (let dx = Math.max(-RADIUS, -x); dx <= Math.min(RADIUS, width - 1 - x); dx++) {
        const shift = dy * width + dx;
        if (hole[target + shift] !== 1) continue;
        if (match) voteTurned(sums, target + shift, level, moved(match, dx, dy), trust);
        else add(sums, (target + shift) * 4, pixels, (source + shift) * 3, trust);
      }
    }
  }
  hole.forEach((missing, i) => {
    const total = sums[i * 4 + 3] ?? 0;
    if (missing === 0 || total === 0) return;
    for (let c = 0; c < 3; c++) pixels[i * 3 + c] = (sums[i * 4 + c] ?? 0) / total;
  });
}

function voteTurned(sums: Float32Array, i: number, level: Level, { x, y }: TurnedMatch, trust: number): void {
  addBetween(sums, i * 4, { data: level.pixels, width: level.width }, x, y, trust);
}

function add(sums: Float32Array, at: number, from: ArrayLike<number>, source: number, weight: number): void {
  for (let c = 0; c < 3; c++) sums[at + c] = (sums[at + c] ?? 0) + weight * (from[source + c] ?? 0);
  sums[at + 3] = (sums[at + 3] ?? 0) + weight;
}

/** The colour at (x, y), between four pixels that all lie in the picture. */
function addBetween(
  sums: Float32Array,
  at: number,
  { data, width }: Picture,
  x: number,
  y: number,
  weight: number,
): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, low] = [(x - left) * weight, y - top];
  const i = top * width + left;
  add(sums, at, data, i * 3, (weight - right) * (1 - low));
  add(sums, at, data, (i + 1) * 3, right * (1 - low));
  add(sums, at, data, (i + width) * 3, (weight - right) * low);
  add(sums, at, data, (i + width + 1) * 3, right * low);
}

interface Picture {
  readonly data: ArrayLike<number>;
  readonly width: number;
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

function gather(sums: Float32Array, rgb: Rgb, level: Level, place: Place, variance: number): void {
  sums.fill(0);
  for (let k = 0; k < ASKED.length; k += 2) {
    const [px, py] = [Math.floor(place.u + (ASKED[k] ?? 0)), Math.floor(place.v + (ASKED[k + 1] ?? 0))];
    if (px < 0 || py < 0 || px >= level.width || py >= level.height) continue;
    const target = py * level.width + px;
    if ((level.field[target] ?? -1) < 0) continue;
    const weight = Math.exp(-(level.cost[target] ?? 0) / (2 * variance)) + 1e-9;
    const match = matchAt(level, target);
    if (match) gatherTurned(sums, rgb, level, moved(match, place.u - 0.5 - px, place.v - 0.5 - py), weight);
    else gatherUpright(sums, rgb, level, place, target, weight);
  }
}

function gatherUpright(
  sums: Float32Array,
  rgb: Rgb,
  level: Level,
  { x, y }: Place,
  target: number,
  weight: number,
): void {
  const source = level.field[target] ?? 0;
  const [columns, rows] = [
    (source % level.width) - (target % level.width),
    rowOf(source, level) - rowOf(target, level),
  ];
  const u = x + Math.round((columns * rgb.width) / level.width);
  const v = y + Math.round((rows * rgb.height) / level.height);
  if (u < 0 || v < 0 || u >= rgb.width || v >= rgb.height) return;
  add(sums, 0, rgb.data, (v * rgb.width + u) * 3, weight);
}

function rowOf(i: number, { width }: Level): number {
  return Math.floor(i / width);
}

function gatherTurned(sums: Float32Array, rgb: Rgb, level: Level, { x, y }: TurnedMatch, weight: number): void {
  const u = ((x + 0.5) * rgb.width) / level.width - 0.5;
  const v = ((y + 0.5) * rgb.height) / level.height - 0.5;
  if (u < 0 || v < 0 || u >= rgb.width - 1 || v >= rgb.height - 1) return;
  addBetween(sums, 0, rgb, u, v, weight);
}
