/** Bending parts of something: regions follow their motion wholly, the editable area around them follows the less the
 * nearer its border, where nothing moves. Nothing folds: what has no room is done in part, and said. */
import { determinant } from "../geometry/affine.ts";
import { boundingBox, type Size } from "../geometry/mask.ts";
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
  const shown = bends.flatMap((bend) => {
    const box = boundingBox(bend.mask);
    return box === null ? [] : [{ bend, box }];
  });
  if (area === null || shown.length === 0) return undefined;
  const lattice = latticeOver(shown.map(({ box }) => box).reduce(around, area));
  const regions = { lattice, bends: shown.map(({ bend, box }) => regionOn(lattice, bend, box)) };
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
  size: Size,
): Uint8Array {
  const within = (times: number): Uint8Array => {
    const nodes = new Uint8Array(inside.length);
    for (const bend of bends)
      bend.markAround(
        PROGRESS.map((p) => p * share),
        times * bend.room,
        nodes,
      );
    return nodes;
  };
  const near = Number.isFinite(wider) ? within(wider) : inside;
  const free = inside.map((node, i) => node & (near[i] ?? 0));
  const close = within(AT_EDGE);
  for (const edge of edgesOf(lattice, size)) {
    if (!edge.some((i) => close[i] === 1)) for (const i of edge) free[i] = 0;
  }
  return free;
}

/** The nodes on or beyond each side of the picture. */
function edgesOf({ width, height, origin, step }: BendLattice, size: Size): number[][] {
  const columns = indices(width, (u) => origin[0] + u * step);
  const rows = indices(height, (v) => origin[1] + v * step);
  const inColumns = (list: readonly number[]) => list.flatMap((u) => rows.all.map((v) => v * width + u));
  const inRows = (list: readonly number[]) => list.flatMap((v) => columns.all.map((u) => v * width + u));
  return [
    inColumns(columns.where((x) => x <= 0)),
    inColumns(columns.where((x) => x >= size.width)),
    inRows(rows.where((y) => y <= 0)),
    inRows(rows.where((y) => y >= size.height)),
  ];
}

function indices(count: number, placeOf: (index: number) => number) {
  const all = Array.from({ length: count }, (_, i) => i);
  return { all, where: (test: (place: number) => boolean) => all.filter((i) => test(placeOf(i))) };
}

/** Enlarging a region draws it out itself: only what is worse than that counts. */
function leastArea({ bends }: Regions, share: number): number {
  return Math.min(1, ...bends.map(({ at }) => Math.abs(1 / determinant(at(share)))));
}

/** Smallest determinant of the map target → source at any corner of any cell that moves. */
function leastJacobian({ width, height, step }: BendLattice, { dx, dy }: Displacement, free: Uint8Array): number {
  let least = 1;
  for (let v = 0; v < height - 1; v++) {
    for (let u = 0, at = v * width; u < width - 1; u++, at++) {
      const below = at + width;
      if (((free[at] ?? 0) | (free[at + 1] ?? 0) | (free[below] ?? 0) | (free[below + 1] ?? 0)) === 0) continue;
      for (let corner = 0; corner < 4; corner++) {
        const row = corner & 2 ? below : at;
        const column = corner & 1 ? at + 1 : at;
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
