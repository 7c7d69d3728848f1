/** How much room each place of a region has to what holds still around it and to other regions, against what its motion
 * needs. */
import { apply } from "../geometry/affine.ts";
import { distancesTo, type Size } from "../geometry/mask.ts";
import type { Affine, Point } from "../raster.ts";
import type { Edges } from "./bend-free.ts";
import { type BendLattice, placeOf, valueAt } from "./bend-lattice.ts";
import type { BendRegion } from "./bend-regions.ts";

/** Pixels that are kept to what holds still behind, per pixel of motion: they are drawn out to about (1 + b) / b. */
const BEHIND = 0.5;
/** To a border that the region does not reach: only what is behind the thing is drawn out there. */
const GAP = 0.25;
/** And at the target, to what holds still ahead: pressing together shows less than drawing out. */
const AHEAD = 0.2;
/** Clearances above it are alike. */
const AMPLE = 8;
export interface Situation {
  readonly lattice: BendLattice;
  readonly bend: BendRegion;
  /** Cores. */
  readonly smaller: readonly BendRegion[];
  /** Pixels to the nearest node outside the area. */
  readonly toBorder: Float32Array;
  /** And to the nearest of them on the region itself: where it is cut off from the rest of its thing. */
  readonly toJoin: Float32Array;
  readonly edges: Edges;
  readonly share: number;
}

/** Per node, as if it were the region's before the motion: room that there is / room that is needed, at most AMPLE. */
export function clearances(situation: Situation): Float32Array {
  const { lattice, bend, smaller, share } = situation;
  const rivals = smaller.map((other) => ({
    whole: other.at(share),
    start: distanceOf(other.nodesAt(0), lattice),
    end: distanceOf(other.nodesAt(share), lattice),
  }));
  const [half, whole] = [bend.at(share / 2), bend.at(share)];
  return Float32Array.from({ length: lattice.width * lattice.height }, (_, i) => {
    const place = placeOf(lattice, i);
    const [middle, end] = [apply(half, place), apply(whole, place)];
    const apart = rivals.map((rival) => rivalRoom(rival, lattice, i, place, end));
    return Math.min(AMPLE, borderRoom(situation, i, place, middle, end), ...apart);
  });
}

function borderRoom(
  { lattice, toBorder, toJoin, edges }: Situation,
  node: number,
  start: Point,
  middle: Point,
  end: Point,
): number {
  const way = distance(start, end);
  if (way < 1e-3) return AMPLE;
  const walls = edges.walls.map(({ axis, at, inward }) => {
    const away = inward * (end[axis] - start[axis]);
    return away <= 0 ? AMPLE : (inward * (start[axis] - at)) / (BEHIND * away);
  });
  const ahead = [middle, end].map((place) => {
    if (isBeyond(place, edges.size)) return AMPLE; // it may leave the picture
    if (!isOn(lattice, place)) return 0;
    return valueAt(toBorder, lattice, ...place) / (needAt(toBorder, lattice, start, place, GAP) * way);
  });
  const behind = [(toJoin[node] ?? 0) / (BEHIND * way), (toBorder[node] ?? 0) / (GAP * way)];
  return Math.min(...behind, ...ahead, ...walls);
}

/** Ahead things are pressed together; what is passed by is sheared, which takes `beside`. */
function needAt(
  distances: Float32Array,
  lattice: BendLattice,
  [fromX, fromY]: Point,
  [x, y]: Point,
  beside: number,
): number {
  const e = lattice.step;
  const across = valueAt(distances, lattice, x + e, y) - valueAt(distances, lattice, x - e, y);
  const down = valueAt(distances, lattice, x, y + e) - valueAt(distances, lattice, x, y - e);
  const length = Math.hypot(across, down) * Math.hypot(x - fromX, y - fromY);
  const facing = length === 0 ? 0 : -(across * (x - fromX) + down * (y - fromY)) / length;
  return facing <= 0 ? beside : beside + (AHEAD - beside) * facing ** 2;
}

interface Rival {
  readonly whole: Affine;
  readonly start: Float32Array;
  readonly end: Float32Array;
}

function rivalRoom(rival: Rival, lattice: BendLattice, node: number, start: Point, end: Point): number {
  const way = distance(end, apply(rival.whole, start));
  if (way < 0.25) return AMPLE;
  const behind = (rival.start[node] ?? 0) / (BEHIND * way);
  if (!isOn(lattice, end)) return behind;
  const need = needAt(rival.end, lattice, apply(rival.whole, start), end, BEHIND);
  return Math.min(behind, valueAt(rival.end, lattice, end[0], end[1]) / (need * way));
}

function isBeyond([x, y]: Point, { width, height }: Size): boolean {
  return x < 0 || y < 0 || x > width || y > height;
}

/** Beyond the lattice nothing moves. */
function isOn({ width, height, origin, step }: BendLattice, [x, y]: Point): boolean {
  const [u, v] = [(x - origin[0]) / step, (y - origin[1]) / step];
  return u >= 0 && v >= 0 && u <= width - 1 && v <= height - 1;
}

/** In pixels of the picture; beyond every use where no node is marked. */
export function distanceOf(nodes: Uint8Array, { width, height, step }: BendLattice): Float32Array {
  const far = (width + height) * step * 10;
  const marked = { width, height, data: nodes.map((node) => 255 * node) };
  return distancesTo(marked).map((d) => Math.min(far, d * step));
}

function distance([x, y]: Point, [u, v]: Point): number {
  return Math.hypot(u - x, v - y);
}
