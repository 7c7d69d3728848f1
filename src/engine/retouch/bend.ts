/** Bending parts of something: regions follow their motion wholly, the editable area around them follows the less the
 * nearer its border, where nothing moves. Nothing folds: what has no room is done in part, and said. */
import { determinant } from "../geometry/affine.ts";
import { boundingBox } from "../geometry/mask.ts";
import type { Box, Mask } from "../raster.ts";
import { type BendLattice, latticeOver, nodesWithin } from "./bend-lattice.ts";
import { type Displacement, traceBack } from "./bend-path.ts";
import { type Bend, type Regions, regionOn } from "./bend-regions.ts";

export interface BendField extends Displacement {
  readonly lattice: BendLattice;
  /** The part of the motions that was done, 0–1: less than 1 where there was no room for all of it. */
  readonly kept: number;
  /** Smallest share of its own area that any place still has at its target: 1 / stretch; above 0 nothing folds. */
  readonly minJacobian: number;
}

/** Below this a place is drawn out beyond recognition, and a lattice cell may hide a fold. */
const MIN_JACOBIAN = 0.08;
const SHARES = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05] as const;

/** Only where `editable` is 255 does anything move: its ramp must not mix two places. Undefined for no bends. */
export function bendField(bends: readonly Bend[], editable: Mask): BendField | undefined {
  const area = boundingBox(editable, 254);
  const shown = bends.filter(({ mask }) => boundingBox(mask) !== null);
  if (area === null || shown.length === 0) return undefined;
  const lattice = latticeOver(shown.map(({ mask }) => boundingBox(mask) ?? area).reduce(around, area));
  const regions = { lattice, bends: shown.map((bend) => regionOn(lattice, bend)) };
  const inside = nodesWithin(editable, lattice, 255);
  for (const share of SHARES) {
    // The bend is spread as little as it can be: first near the regions, then further, then over the whole area.
    for (const wider of share === 1 ? [1, 2, Number.POSITIVE_INFINITY] : [Number.POSITIVE_INFINITY]) {
      const field = fieldOf(regions, inside, share, wider, editable);
      if (field.minJacobian >= MIN_JACOBIAN * leastArea(regions, share)) return field;
    }
  }
  const still = { dx: new Float32Array(inside.length), dy: new Float32Array(inside.length) };
  return { lattice, ...still, kept: 0, minJacobian: 1 };
}

function around(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function fieldOf(regions: Regions, inside: Uint8Array, share: number, wider: number, size: Mask): BendField {
  const free = freeNodes(regions, inside, share, wider, size);
  const displacement = traceBack(regions, { share, steps: STEPS, free });
  return {
    lattice: regions.lattice,
    ...displacement,
    kept: share,
    minJacobian: leastJacobian(regions.lattice, displacement, free),
  };
}

/** Steps so short that none of them folds: surroundings that follow over `room` hardly differ from node to node. */
const STEPS = 6;

const PROGRESS = [0, 0.25, 0.5, 0.75, 1] as const;

/** A region this near to the picture's edge, as a share of its room, takes the edge along. */
const AT_EDGE = 0.25;

/** Nodes in the area and near enough to a region on its way. The picture's edge holds still, unless a region is at it. */
function freeNodes(
  { lattice, bends }: Regions,
  inside: Uint8Array,
  share: number,
  wider: number,
  size: Mask,
): Uint8Array {
  const free = Uint8Array.from(inside);
  if (Number.isFinite(wider)) {
    const near = bends.flatMap((bend) => PROGRESS.map((p) => bend.nodesAround(p * share, wider * bend.room)));
    for (let i = 0; i < free.length; i++) if (!near.some((nodes) => nodes[i] === 1)) free[i] = 0;
  }
  const close = bends.flatMap((bend) => PROGRESS.map((p) => bend.nodesAround(p * share, AT_EDGE * bend.room)));
  for (const edge of edgesOf(lattice, size)) {
    if (edge.some((i) => close.some((nodes) => nodes[i] === 1))) continue;
    for (const i of edge) free[i] = 0;
  }
  return free;
}

/** The nodes on or beyond each side of the picture. */
function edgesOf({ width, height, origin, step }: BendLattice, size: Mask): number[][] {
  const nodes = Array.from({ length: width * height }, (_, i) => i);
  const x = (i: number) => origin[0] + (i % width) * step;
  const y = (i: number) => origin[1] + Math.floor(i / width) * step;
  return [
    nodes.filter((i) => x(i) <= 0),
    nodes.filter((i) => y(i) <= 0),
    nodes.filter((i) => x(i) >= size.width),
    nodes.filter((i) => y(i) >= size.height),
  ];
}

/** Enlarging a region draws it out itself: only what is worse than that counts. */
function leastArea({ bends }: Regions, share: number): number {
  return Math.min(1, ...bends.map(({ at }) => Math.abs(1 / determinant(at(share)))));
}

/** Smallest determinant of the map target → source at any corner of any cell that moves. */
function leastJacobian({ width, height, step }: BendLattice, { dx, dy }: Displacement, free: Uint8Array): number {
  let least = 1;
  for (let v = 0; v < height - 1; v++) {
    for (let u = 0; u < width - 1; u++) {
      const at = v * width + u;
      const cell = [at, at + 1, at + width, at + width + 1] as const;
      if (!cell.some((i) => free[i] === 1)) continue;
      for (const corner of [0, 1, 2, 3] as const) {
        const [row, column] = [corner & 2 ? cell[2] : cell[0], corner & 1 ? cell[1] : cell[0]];
        const xx = 1 + ((dx[row + 1] ?? 0) - (dx[row] ?? 0)) / step;
        const yx = ((dy[row + 1] ?? 0) - (dy[row] ?? 0)) / step;
        const xy = ((dx[column + width] ?? 0) - (dx[column] ?? 0)) / step;
        const yy = 1 + ((dy[column + width] ?? 0) - (dy[column] ?? 0)) / step;
        least = Math.min(least, xx * yy - xy * yx);
      }
    }
  }
  return least;
}
