/** One level of the PatchMatch pyramid (Barnes et al. 2009; Wexler et al. 2007): its pixels, and for every patch that
 * touches the hole the place of its most similar patch outside. Indices are y · width + x. */
import { Arena } from "../kernels/arena.ts";
import type { Mask, Rgb } from "../raster.ts";
import { TURNS } from "./turns.ts";

/** Patches are (2 · RADIUS + 1)² pixels. */
export const RADIUS = 3;
/** Floats of a pixel: red, green, blue and 1, so that kernels read it at once and count by the last. */
export const PIXEL = 4;

/** All arrays but `sources` lie in the arena, where the kernels read and write them. */
export interface Level {
  readonly arena: Arena;
  /** Where kernels find the level. */
  readonly record: number;
  readonly width: number;
  readonly height: number;
  /** Of every index: x and y. Looking them up takes a fraction of the time of a division. */
  readonly columns: Int32Array;
  readonly rows: Int32Array;
  /** What a match costs that lies so many rows higher or lower, and so many columns to the side (see `displacementCost`). */
  readonly rise: Float64Array;
  readonly side: Float64Array;
  /** Four numbers of each of `TURNS`. */
  readonly turns: Float64Array;
  /** [H, W, PIXEL], levels 0–255; hole pixels are rewritten by every vote. */
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

/** Bytes per pixel of a level that is begun afresh once, and of what kernels need meanwhile. */
const BYTES = 108;
const SCRATCH = 48;
/** Of a level, whatever its size: beginnings of arrays are rounded up. */
const FIXED = 4096;

/** Room for levels of so many pixels. */
export function arenaFor(counts: readonly number[]): Arena {
  const bytes = counts.reduce((sum, count) => sum + count * BYTES + FIXED, 0);
  return new Arena(bytes, SCRATCH * Math.max(...counts));
}

/** `hole` counts from value 1 on: pixels that a shrink mixed with the hole are no source. */
export function levelOf(rgb: Rgb, hole: Mask, arena: Arena = arenaFor([hole.data.length])): Level {
  const { width, height } = rgb;
  const count = width * height;
  const level = recorded({
    arena,
    width,
    height,
    columns: arena.integers(count),
    rows: arena.integers(count),
    rise: arena.doubles(squaresOf(RISE, height)),
    side: arena.doubles(squaresOf(SIDE, width)),
    turns: arena.doubles(TURNS.flatMap(({ xx, xy, yx, yy }) => [xx, xy, yx, yy])),
    hole: arena.bytes(count),
    sources: new Int32Array(0),
    isSource: arena.bytes(count),
    isRoomy: arena.bytes(count),
    targets: arena.integers(count),
    ...nothingFound(arena, count),
  });
  const [picture = 0, mask = 0, free = 0] = arena.lend(rgb.data, hole.data);
  const found = arena.kernels.begin(level.record, picture, mask, free);
  return { ...level, sources: indicesOf(level.isSource), targets: level.targets.subarray(0, found) };
}

/** The same level with nothing found in its hole yet; what never changes is shared. */
export function afresh(level: Level): Level {
  const begun = nothingFound(level.arena, level.hole.length);
  begun.pixels.set(level.pixels);
  begun.weight.set(level.weight);
  return recorded({ ...level, ...begun });
}

/** What a search rewrites. */
function nothingFound(arena: Arena, count: number) {
  return {
    pixels: arena.floats(count * PIXEL),
    weight: arena.floats(count),
    total: arena.floats(count),
    field: arena.integers(count).fill(-1),
    turn: arena.bytes(count),
    place: arena.floats(count * 2),
    cost: arena.floats(count),
  };
}

/** The values in the order of the class `Level` in `../kernels/assembly/level.ts`. */
function recorded(level: Omit<Level, "record">): Level {
  const { arena, width, height, targets, columns, rows, rise, side, turns } = level;
  const { pixels, hole, weight, total, isSource, isRoomy, field, turn, place, cost } = level;
  const fixed = [width, height, targets.length, targets, columns, rows, rise, side];
  const found = [pixels, hole, weight, total, isSource, isRoomy, field, turn, place, cost];
  return { ...level, record: arena.record([...fixed, ...found, turns, arena.scratch]) };
}

/** Where a flag is 1, in ascending order. */
export function indicesOf(flags: Uint8Array): Int32Array {
  const found = new Int32Array(flags.length);
  let count = 0;
  for (let i = 0; i < flags.length; i++) if (flags[i] === 1) found[count++] = i;
  return found.slice(0, count);
}

/** `weight` · (k / length)² for k = 0 … length − 1. */
function squaresOf(weight: number, length: number): number[] {
  return Array.from({ length }, (_, k) => weight * (k / length) * (k / length));
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
export function trustByDistance({ arena, record }: Level): void {
  arena.kernels.trustByDistance(record);
}

export function neighbours(i: number, width: number, length: number): number[] {
  const x = i % width;
  return [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width].filter((j) => j >= 0 && j < length);
}
