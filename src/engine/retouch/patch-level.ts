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
  const missing = hole.data.map((value) => (value > 0 ? 1 : 0));
  const near = touching(missing, width, height, RADIUS);
  const isSource = clearOf(missing, width, height, RADIUS);
  return {
    width,
    height,
    pixels: Float32Array.from(rgb.data),
    hole: missing,
    weight: Float32Array.from(missing, (m) => 1 - m),
    total: new Float32Array(missing.length),
    sources: indicesOf(isSource),
    isSource,
    isRoomy: clearOf(missing, width, height, ROOM),
    targets: indicesOf(near),
    field: new Int32Array(missing.length).fill(-1),
    turn: new Uint8Array(missing.length),
    place: new Float32Array(missing.length * 2),
    cost: new Float32Array(missing.length),
  };
}

/** 1 where the square of 2 · radius + 1 pixels around a pixel lies inside the picture and holds no hole pixel. */
function clearOf(hole: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  return touching(hole, width, height, radius).map((touches, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inner = x >= radius && y >= radius && x < width - radius && y < height - radius;
    return touches === 0 && inner ? 1 : 0;
  });
}

/** 1 where that square holds a hole pixel. */
function touching(hole: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const out = new Uint8Array(hole.length);
  hole.forEach((missing, i) => {
    if (missing === 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
      out.fill(1, v * width + Math.max(0, x - radius), v * width + Math.min(width - 1, x + radius) + 1);
    }
  });
  return out;
}

function indicesOf(flags: Uint8Array): Int32Array {
  return Int32Array.from([...flags.keys()].filter((i) => flags[i] === 1));
}

/** Brings `total` of one target up to date after weights have changed. */
export function sumWeights(level: Level, target: number): void {
  let sum = 0;
  const { left, right, top, bottom } = reachOf(level, target);
  for (let dy = top; dy <= bottom; dy++) {
    for (let t = target + dy * level.width + left; t <= target + dy * level.width + right; t++)
      sum += level.weight[t] ?? 0;
  }
  level.total[target] = sum;
}

/** How far the patch around `target` extends before the picture ends. */
export function reachOf({ width, height }: Level, target: number) {
  const [x, y] = [target % width, Math.floor(target / width)];
  return {
    left: Math.max(-RADIUS, -x),
    right: Math.min(RADIUS, width - 1 - x),
    top: Math.max(-RADIUS, -y),
    bottom: Math.min(RADIUS, height - 1 - y),
  };
}

/**
 * `displacementCost` plus the weighted mean squared difference of the patches around `target` and `source`, per pixel of three channels; stops early
 * and returns Infinity once it is above `bound`. Target pixels beyond the picture do not count; needs `total`.
 */
export function patchCost(level: Level, target: number, source: number, bound: number): number {
  const { width, pixels, weight } = level;
  const { left, right, top, bottom } = reachOf(level, target);
  const total = (level.total[target] ?? 0) + 1e-6;
  const limit = bound * total;
  let sum = total * displacementCost(level, target, source);
  for (let dy = top; dy <= bottom; dy++) {
    let t = target + dy * width + left;
    let s = (source + dy * width + left) * 3;
    for (const end = t + right - left; t <= end; t++, s += 3) {
      const r = (pixels[t * 3] ?? 0) - (pixels[s] ?? 0);
      const g = (pixels[t * 3 + 1] ?? 0) - (pixels[s + 1] ?? 0);
      const b = (pixels[t * 3 + 2] ?? 0) - (pixels[s + 2] ?? 0);
      sum += (weight[t] ?? 0) * (r * r + g * g + b * b);
    }
    if (sum > limit) return Number.POSITIVE_INFINITY;
  }
  return sum / total;
}

/** Photos are layered: sky above, ground below. A match higher or lower costs more than one to the side. */
const RISE = 7000;
const SIDE = 600;

export function displacementCost({ width, height }: Level, target: number, source: number): number {
  const dx = ((source % width) - (target % width)) / width;
  const dy = (Math.floor(source / width) - Math.floor(target / width)) / height;
  return RISE * dy * dy + SIDE * dx * dx;
}

/** Sets the trust of every hole pixel by its distance (in 4-neighbour steps) to what is known, and all `total`s. */
export function trustByDistance(level: Level): void {
  const { hole, weight, width } = level;
  let front = [...hole.keys()].filter((i) => hole[i] === 0);
  const seen = hole.map((missing) => 1 - missing);
  for (let trust = 1 / TRUST_FALLS; front.length > 0; trust = Math.max(0.05, trust / TRUST_FALLS)) {
    front = front.flatMap((i) => neighbours(i, width, hole.length).filter((j) => claim(seen, j)));
    for (const i of front) weight[i] = trust;
  }
  for (const target of level.targets) sumWeights(level, target);
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
