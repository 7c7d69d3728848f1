/** The regions of a bend on its lattice, wherever their motion has brought them. */
import { invert } from "../geometry/affine.ts";
import { dilate } from "../geometry/mask.ts";
import { bendRoom } from "../geometry/room.ts";
import type { Affine, Box, Mask } from "../raster.ts";
import { type BendLattice, nodesTouched } from "./bend-lattice.ts";
import { cropMask, growBox } from "./resample.ts";

/** One bent operation. */
export interface Bend {
  /** Binary above 127, not empty. */
  readonly mask: Mask;
  /** The part of the motion done at progress 0–1, source → target. */
  at(progress: number): Affine;
}

export interface BendRegion extends Bend {
  /** Pixels around it in which its surroundings follow. */
  readonly room: number;
  /** Target → source at that progress. */
  backAt(progress: number): Affine;
  /** 1 at nodes on the region (all corners of every cell that it touches) at that progress. */
  nodesAt(progress: number): Uint8Array;
  /** Sets 1 at nodes within `distance` pixels of it at any of these times. */
  markAround(progress: readonly number[], distance: number, nodes: Uint8Array): void;
}

export interface Regions {
  readonly lattice: BendLattice;
  readonly bends: readonly BendRegion[];
}

/** `box` is the mask's own. */
export function regionOn(lattice: BendLattice, { mask, at }: Bend, box: Box): BendRegion {
  const whole = at(1);
  const cornersOfCells = dilatedCrop(mask, box, 1 + Math.SQRT2 * lattice.step * stretch(invert(whole)));
  const touched = nodesTouched(mask, lattice);
  return {
    mask,
    at,
    room: bendRoom(mask, whole),
    backAt: (progress) => invert(at(progress)),
    nodesAt: (progress) => {
      const nodes = new Uint8Array(lattice.width * lattice.height);
      markNodes(lattice, at(progress), (x, y) => isInside(cornersOfCells, x, y), nodes);
      return nodes;
    },
    markAround: (times, distance, nodes) => {
      const grown = dilate(touched, Math.max(1, distance / lattice.step));
      for (const time of times) markNodes(lattice, at(time), (x, y) => isNodeInside(grown, lattice, x, y), nodes);
    },
  };
}

interface Part {
  readonly mask: Mask;
  readonly box: Box;
}

function dilatedCrop(mask: Mask, tight: Box, radius: number): Part {
  const box = growBox(tight, Math.ceil(radius), mask);
  return { mask: dilate(cropMask(mask, box), radius), box };
}

function isInside({ mask, box }: Part, x: number, y: number): boolean {
  // A node on the picture's far edge belongs to its last pixel.
  const [u, v] = [Math.min(Math.floor(x), box[2] - (x === box[2] ? 1 : 0)) - box[0], Math.floor(y) - box[1]];
  const row = y === box[3] ? mask.height - 1 : v;
  return u >= 0 && row >= 0 && u < mask.width && row < mask.height && (mask.data[row * mask.width + u] ?? 0) > 127;
}

function isNodeInside(nodes: Mask, { origin, step }: BendLattice, x: number, y: number): boolean {
  const [u, v] = [Math.round((x - origin[0]) / step), Math.round((y - origin[1]) / step)];
  return u >= 0 && v >= 0 && u < nodes.width && v < nodes.height && (nodes.data[v * nodes.width + u] ?? 0) > 127;
}

type Test = (x: number, y: number) => boolean;

/** Sets 1 at nodes whose place, taken back to the start of the motion, is inside. */
function markNodes(lattice: BendLattice, affine: Affine, inside: Test, nodes: Uint8Array): void {
  const { width, height, origin, step } = lattice;
  const [a, b, c, d, e, f] = invert(affine);
  for (let v = 0, i = 0; v < height; v++) {
    const y = origin[1] + v * step;
    for (let u = 0; u < width; u++, i++) {
      const x = origin[0] + u * step;
      if (inside(a * x + b * y + c, d * x + e * y + f)) nodes[i] = 1;
    }
  }
}

/** How much longer a step can become under the map. */
function stretch([a, b, , d, e]: Affine): number {
  return Math.max(1, Math.hypot(a, d), Math.hypot(b, e));
}
