/** Colours from a field of matches: every patch over a pixel votes for its own copy. */
import type { Box, Mask, Rgb } from "../raster.ts";
import type { Level } from "./patch-level.ts";
import { matchAt, moved, type TurnedMatch } from "./patch-turn.ts";

/** Rewrites the hole's pixels by the weighted mean of all patches over them; good matches and trusted places count more. */
export function vote({ arena, record }: Level): void {
  arena.kernels.vote(record);
}

/** Three channels and the weight; both places lie inside their arrays. */
function add(sums: Float32Array, at: number, from: Uint8Array, source: number, weight: number): void {
  sums[at] = (sums[at] as number) + weight * (from[source] as number);
  sums[at + 1] = (sums[at + 1] as number) + weight * (from[source + 1] as number);
  sums[at + 2] = (sums[at + 2] as number) + weight * (from[source + 2] as number);
  sums[at + 3] = (sums[at + 3] as number) + weight;
}

/** The colour at (x, y), between four pixels that all lie in the picture. */
function addBetween(sums: Float32Array, at: number, { data, width }: Rgb, x: number, y: number, weight: number): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, low] = [(x - left) * weight, y - top];
  const i = top * width + left;
  add(sums, at, data, i * 3, (weight - right) * (1 - low));
  add(sums, at, data, (i + 1) * 3, right * (1 - low));
  add(sums, at, data, (i + width) * 3, (weight - right) * low);
  add(sums, at, data, (i + width + 1) * 3, right * low);
}

/**
 * The full-size picture with the pixels of `box` copied by the field of a smaller level. Pixels without a match keep the
 * picture's value. `covered` is 255 where a copy was made.
 */
export function voteAtFullSize(rgb: Rgb, level: Level, [x0, y0, x1, y1]: Box): { copied: Rgb; covered: Mask } {
  const { width, height } = rgb;
  const data = new Uint8Array(rgb.data);
  const covered = new Uint8Array(width * height);
  const copies = copiesOf(rgb, level);
  const sums = new Float32Array(4);
  for (let y = y0; y < y1; y++) {
    for (let x = x0, i = y * width + x0; x < x1; x++, i++) {
      const u = ((x + 0.5) * level.width) / width;
      const v = ((y + 0.5) * level.height) / height;
      if (copies.weight[Math.floor(v) * level.width + Math.floor(u)] === 0) continue;
      gather(sums, rgb, level, copies, x, y, u, v);
      const total = sums[3] as number;
      if (total === 0) continue;
      for (let c = 0; c < 3; c++) data[i * 3 + c] = Math.round((sums[c] as number) / total);
      covered[i] = 255;
    }
  }
  return { copied: { width, height, data }, covered: { width, height, data: covered } };
}

/** Of every pixel of the level: how far its match lies away on the full-size picture, and how much it counts; 0 where there
 * is no match. */
interface Copies {
  readonly right: Int32Array;
  readonly down: Int32Array;
  readonly weight: Float64Array;
}

function copiesOf({ width, height }: Rgb, level: Level): Copies {
  const { field, cost, columns, rows } = level;
  const variance = 0.25 * level.arena.kernels.usualCost(level.record); // sharper than in the search: a mean of different copies is a blur
  const [right, down] = [new Int32Array(field.length), new Int32Array(field.length)];
  const weight = new Float64Array(field.length);
  for (const target of level.targets) {
    const source = field[target] as number;
    if (source < 0) continue;
    right[target] = Math.round((((columns[source] as number) - (columns[target] as number)) * width) / level.width);
    down[target] = Math.round((((rows[source] as number) - (rows[target] as number)) * height) / level.height);
    weight[target] = Math.exp(-(cost[target] as number) / (2 * variance)) + 1e-9;
  }
  return { right, down, weight };
}

/** Offsets on the level of the patches that are asked: the pixel's own and four that overlap it. */
const ASKED = [0, 0, -1.5, -1.5, 1.5, -1.5, -1.5, 1.5, 1.5, 1.5] as const;

/** The mean's sums at (x, y) of the picture, which is (u, v) of the level. */
function gather(
  sums: Float32Array,
  rgb: Rgb,
  level: Level,
  copies: Copies,
  x: number,
  y: number,
  u: number,
  v: number,
): void {
  sums.fill(0);
  for (let k = 0; k < ASKED.length; k += 2) {
    const px = Math.floor(u + (ASKED[k] as number));
    const py = Math.floor(v + (ASKED[k + 1] as number));
    if (px < 0 || py < 0 || px >= level.width || py >= level.height) continue;
    const target = py * level.width + px;
    const weight = copies.weight[target] as number;
    if (weight === 0) continue;
    const match = level.turn[target] === 0 ? undefined : matchAt(level, target);
    if (match) {
      gatherTurned(sums, rgb, level, moved(match, u - 0.5 - px, v - 0.5 - py), weight);
      continue;
    }
    const right = x + (copies.right[target] as number);
    const down = y + (copies.down[target] as number);
    if (right < 0 || down < 0 || right >= rgb.width || down >= rgb.height) continue;
    add(sums, 0, rgb.data, (down * rgb.width + right) * 3, weight);
  }
}

function gatherTurned(sums: Float32Array, rgb: Rgb, level: Level, { x, y }: TurnedMatch, weight: number): void {
  const u = ((x + 0.5) * rgb.width) / level.width - 0.5;
  const v = ((y + 0.5) * rgb.height) / level.height - 0.5;
  if (u < 0 || v < 0 || u >= rgb.width - 1 || v >= rgb.height - 1) return;
  addBetween(sums, 0, rgb, u, v, weight);
}
