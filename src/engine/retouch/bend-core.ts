/**
 * Which part of a region can follow its motion wholly. Where a region reaches up to what holds still (the editable
 * border, its attachment), where it leaves the picture's edge, or where another region goes another way, the stuff between
 * must be drawn out or pressed together: the core keeps that much away from them, the rest of the region follows less.
 */
import { apply } from "../geometry/affine.ts";
import { distancesTo } from "../geometry/mask.ts";
import type { Affine, Point } from "../raster.ts";
import type { Edges } from "./bend-free.ts";
import { type BendLattice, placeOf, valueAt } from "./bend-lattice.ts";
import type { BendRegion, Regions } from "./bend-regions.ts";

/** Pixels that are kept to what holds still behind, per pixel of motion: they are drawn out to about (1 + b) / b. */
const BEHIND = 0.5;
/** To a border that the region does not reach: only what is behind the thing is drawn out there. */
const GAP = 0.25;
/** And at the target, to what holds still ahead: pressing together shows less than drawing out. */
const AHEAD = 0.2;
/** Clearances above it are alike. */
const AMPLE = 8;
/** A core keeps further away than it must, if it is asked to, while it is so much of its region. */
const CORE = 0.6;
/** No core is smaller, as a share of its region. */
const LEAST_CORE = 0.15;

export interface Core {
  readonly regions: Regions;
  /** What the clearest nodes of every region have of the room that they need: 1 is enough. */
  readonly clear: number;
}

/** The regions with their cores in place of their whole areas, for this share of the motion. `inside` is the area; `further`
 * (≥ 1) asks for more room than is needed. Smaller regions choose first, larger ones give way to their cores. */
export function coresOf(regions: Regions, inside: Uint8Array, edges: Edges, share: number, further: number): Core {
  const { lattice, bends } = regions;
  const outside = inside.map((node) => 1 - node);
  const toBorder = distanceOf(outside, lattice);
  const cores: BendRegion[] = [];
  let clear = 1;
  for (const bend of [...bends].sort((a, b) => nodesOf(a) - nodesOf(b))) {
    const start = bend.nodesAt(0);
    const joined = outside.map((node, i) => node & (start[i] ?? 0));
    const toJoin = distanceOf(joined, lattice);
    const room = clearances({ lattice, bend, smaller: cores, toBorder, toJoin, edges, share });
    const own = room.filter((_, i) => start[i] === 1).sort();
    clear = Math.min(clear, quantile(own, 1 - LEAST_CORE));
    cores.push(withCore(bend, lattice, room, leastClearance(own, further)));
  }
  return { regions: { lattice, bends: cores }, clear };
}

function nodesOf({ nodesAt }: BendRegion): number {
  return nodesAt(0).reduce((sum, node) => sum + node, 0);
}

/** As much as `CORE` of the region has, but no more than is of use, and so little that a core is left. */
function leastClearance(sorted: Float32Array, further: number): number {
  return Math.min(Math.max(1, Math.min(further, quantile(sorted, 1 - CORE))), quantile(sorted, 1 - LEAST_CORE));
}

function quantile(sorted: Float32Array, share: number): number {
  return sorted[Math.floor(share * Math.max(0, sorted.length - 1))] ?? 0;
}

function withCore(bend: BendRegion, lattice: BendLattice, room: Float32Array, least: number): BendRegion {
  return {
    ...bend,
    nodesAt: (progress) => {
      const back = bend.backAt(progress);
      return bend.nodesAt(progress).map((node, i) => {
        if (node === 0) return 0;
        const [x, y] = apply(back, placeOf(lattice, i));
        return valueAt(room, lattice, x, y) >= least ? 1 : 0;
      });
    },
  };
}

interface Situation {
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
function clearances(situation: Situation): Float32Array {
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
    const need = isOn(lattice, place) ? needAt(toBorder, lattice, start, place, GAP) : AHEAD;
    return roomAt(toBorder, lattice, place) / (need * way);
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

/** Beyond the lattice nothing moves, unless that is beyond the picture: there the regions may leave. */
function roomAt(toBorder: Float32Array, lattice: BendLattice, place: Point): number {
  return isOn(lattice, place) ? valueAt(toBorder, lattice, place[0], place[1]) : 0;
}

function isOn({ width, height, origin, step }: BendLattice, [x, y]: Point): boolean {
  const [u, v] = [(x - origin[0]) / step, (y - origin[1]) / step];
  return u >= 0 && v >= 0 && u <= width - 1 && v <= height - 1;
}

/** In pixels of the picture; beyond every use where no node is marked. */
function distanceOf(nodes: Uint8Array, { width, height, step }: BendLattice): Float32Array {
  const far = (width + height) * step * 10;
  const marked = { width, height, data: nodes.map((node) => 255 * node) };
  return distancesTo(marked).map((d) => Math.min(far, d * step));
}

function distance([x, y]: Point, [u, v]: Point): number {
  return Math.hypot(u - x, v - y);
}
