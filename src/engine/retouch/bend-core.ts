/**
 * Which part of a region can follow its motion wholly. Where a region reaches up to what holds still (the editable
 * border, its attachment), where it leaves the picture's edge, or where another region goes another way, the stuff between
 * must be drawn out or pressed together: the core keeps that much away from them, the rest of the region follows less.
 */
import { apply } from "../geometry/affine.ts";
import type { Edges } from "./bend-free.ts";
import { type BendLattice, placeOf, valueAt } from "./bend-lattice.ts";
import type { BendRegion, Regions } from "./bend-regions.ts";
import { clearances, distanceOf } from "./bend-room.ts";

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
