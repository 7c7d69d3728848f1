/** One level of the PatchMatch pyramid (Barnes et al. 2009; Wexler et al. 2007): its pixels, and for every patch that
 * touches the hole the place of its most similar patch outside. Indices are y · width + x. */
import type { Mask, Rgb } from "../raster.ts";

/** Patches are (2 · RADIUS + 1)² pixels. */
export const RADIUS = 3;
/** What a patch needs around its centre to be turned by any angle and read between pixels. */
const ROOM = Math.ceil(RADIUS * Math.SQRT2) + 2;
/** A pixel's trust falls by this factor per pixel of distance to what is known (Newson et al. 2014). */
const TRUST_FALLS = 1.3;

export interface Level {
  readonly width: number;
  readonly height: number;
  /** Of every index: x and y. Looking them up takes a fraction of the time of a division. */
  readonly columns: Int32Array;
  readonly rows: Int32Array;
  /** What a match costs that lies so many rows higher or lower, and so many columns to the side (see `displacementCost`). */
  readonly rise: Float64Array;
  readonly side: Float64Array;
  /** [H, W, 3], levels 0–255; hole pixels are rewritten by every vote. */
  readonly pixels: Float32Array;
  readonly hole: Uint8Array;
  /** How much each pixel counts in a comparison: 1 known, less inside the hole, 0 not yet filled. */
  readonly weight: Float32Array;
  /** Sum of `weight` over each target's patch (see `sumWeights`). */
  readonly total: Float32Array;
  /** Centres of patches that lie inside the picture and off the hole: the only ones ever copied from. */
  readonly sources: Int32Array;
  readonly isSource: Uint8Array;
  /** 1 where a patch may also be turned before it is copied. */
  readonly isRoomy: Uint8Array;
  /** Centres of patches that touch the hole. */
  readonly targets: Int32Array;
  /** Per target: its source, or −1. */
  readonly field: Int32Array;
  /** Per target: how the copy is turned, an index into `TURNS`; 0 is upright. */
  readonly turn: Uint8Array;
  /** Per target whose copy is turned: x and y of the source's centre, which need not be a pixel. */
  readonly place: Float32Array;
  /** Per target: weighted mean squared difference to its source. */
  readonly cost: Float32Array;
}

/** `hole` counts from value 1 on: pixels that a shrink mixed with the hole are no source. */
export function levelOf(rgb: Rgb, hole: Mask): Level {
  const { width, height } = rgb;
  const count = width * height;
  const missing = new Uint8Array(count);
  const weight = new Float32Array(count);
  const [columns, rows] = [new Int32Array(count), new Int32Array(count)];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      columns[i] = x;
      rows[i] = y;
      if (hole.data[i] === 0) weight[i] = 1;
      else missing[i] = 1;
    }
  }
  const isSource = clearOf(missing, width, height, RADIUS);
  return {
    width,
    height,
    columns,
    rows,
    rise: squaresOf(RISE, height),
    side: squaresOf(SIDE, width),
    pixels: new Float32Array(rgb.data),
    hole: missing,
    weight,
    total: new Float32Array(count),
    sources: indicesOf(isSource),
    isSource,
    isRoomy: clearOf(missing, width, height, ROOM),
    targets: indicesOf(touching(missing, width, height, RADIUS)),
    field: new Int32Array(count).fill(-1),
    turn: new Uint8Array(count),
    place: new Float32Array(count * 2),
    cost: new Float32Array(count),
  };
}

/** 1 where the square of 2 · radius + 1 pixels around a pixel lies inside the picture and holds no hole pixel. */
function clearOf(hole: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const touches = touching(hole, width, height, radius);
  const out = new Uint8Array(hole.length);
  for (let y = radius; y < height - radius; y++) {
    for (let i = y * width + radius; i < (y + 1) * width - radius; i++) out[i] = 1 - (touches[i] as number);
  }
  return out;
}

/** 1 where that square holds a hole pixel: across first, then down. */
function touching(hole: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const across = new Uint8Array(hole.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (hole[i] === 1) across.fill(1, i - Math.min(radius, x), i + Math.min(radius, width - 1 - x) + 1);
    }
  }
  const out = new Uint8Array(hole.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
      for (let x = 0; x < width; x++) if (across[v * width + x] === 1) out[row + x] = 1;
    }
  }
  return out;
}

/** Where a flag is 1, in ascending order. */
export function indicesOf(flags: Uint8Array): Int32Array {
  const found = new Int32Array(flags.length);
  let count = 0;
  for (let i = 0; i < flags.length; i++) if (flags[i] === 1) found[count++] = i;
  return found.slice(0, count);
}

/** `weight` · (k / length)² for k = 0 … length − 1. */
function squaresOf(weight: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, k) => weight * (k / length) * (k / length));
}

// Below, no index leaves its array: patches are cut at the picture's border, and sources lie inside it.

/** Brings `total` of one target up to date after weights have changed. */
export function sumWeights(level: Level, target: number): void {
  const { width, weight } = level;
  const { left, right, top, bottom } = reachOf(level, target);
  let sum = 0;
  for (let dy = top; dy <= bottom; dy++) {
    const end = target + dy * width + right;
    for (let t = target + dy * width + left; t <= end; t++) sum += weight[t] as number;
  }
  level.total[target] = sum;
}

/** How far the patch around `target` extends before the picture ends. */
export function reachOf({ width, height, columns, rows }: Level, target: number) {
  const x = columns[target] as number;
  const y = rows[target] as number;
  return {
    left: Math.max(-RADIUS, -x),
    right: Math.min(RADIUS, width - 1 - x),
    top: Math.max(-RADIUS, -y),
    bottom: Math.min(RADIUS, height - 1 - y),
  };
}

/**
 * `displacementCost` plus the weighted mean squared difference of the patches around `target` and `source`, per pixel of three
 * channels; stops early and returns Infinity once it is above `bound`. Target pixels beyond the picture do not count; needs
 * `total`. The hot loop of a fill.
 */
export function patchCost(level: Level, target: number, source: number, bound: number): number {
  const { width, pixels, weight } = level;
  const total = (level.total[target] as number) + 1e-6;
  const limit = bound * total;
  let sum = total * displacementCost(level, target, source);
  if (sum > limit) return Number.POSITIVE_INFINITY;
  const { left, right, top, bottom } = reachOf(level, target);
  for (let dy = top; dy <= bottom; dy++) {
    let t = target + dy * width + left;
    let s = (source + dy * width + left) * 3;
    for (const end = t + right - left; t <= end; t++, s += 3) {
      const r = (pixels[t * 3] as number) - (pixels[s] as number);
      const g = (pixels[t * 3 + 1] as number) - (pixels[s + 1] as number);
      const b = (pixels[t * 3 + 2] as number) - (pixels[s + 2] as number);
      sum += (weight[t] as number) * (r * r + g * g + b * b);
    }
    if (sum > limit) return Number.POSITIVE_INFINITY;
  }
  return sum / total;
}

/** Photos are layered: sky above, ground below. A match higher or lower costs more than one to the side. */
const RISE = 7000;
const SIDE = 600;

export function displacementCost({ columns, rows, rise, side }: Level, target: number, source: number): number {
  const across = Math.abs((columns[source] as number) - (columns[target] as number));
  const down = Math.abs((rows[source] as number) - (rows[target] as number));
  return (rise[down] as number) + (side[across] as number);
}

/** Sets the trust of every hole pixel by its distance (in 4-neighbour steps) to what is known, and all `total`s. */
export function trustByDistance(level: Level): void {
  const { hole, weight } = level;
  const seen = new Uint8Array(hole.length);
  for (let i = 0; i < hole.length; i++) seen[i] = 1 - (hole[i] as number);
  const queue = new Int32Array(hole.length);
  let tail = 0;
  for (let i = 0; i < hole.length; i++) if (hole[i] === 0) tail = claimAround(level, i, seen, queue, tail);
  for (let head = 0, trust = 1 / TRUST_FALLS; head < tail; trust = Math.max(0.05, trust / TRUST_FALLS)) {
    const end = tail;
    for (; head < end; head++) {
      const i = queue[head] as number;
      weight[i] = trust;
      tail = claimAround(level, i, seen, queue, tail);
    }
  }
  for (const target of level.targets) sumWeights(level, target);
}

/** Appends those of a pixel's four neighbours that were not seen yet; returns the queue's new end. */
function claimAround({ width, columns }: Level, i: number, seen: Uint8Array, queue: Int32Array, end: number): number {
  let tail = end;
  const x = columns[i] as number;
  if (x > 0 && claim(seen, i - 1)) queue[tail++] = i - 1;
  if (x < width - 1 && claim(seen, i + 1)) queue[tail++] = i + 1;
  if (i >= width && claim(seen, i - width)) queue[tail++] = i - width;
  if (i + width < seen.length && claim(seen, i + width)) queue[tail++] = i + width;
  return tail;
}

function claim(seen: Uint8Array, i: number): boolean {
  if (seen[i] !== 0) return false;
  seen[i] = 1;
  return true;
}

export function neighbours(i: number, width: number, length: number): number[] {
  const x = i % width;
  return [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width].filter((j) => j >= 0 && j < length);
}
