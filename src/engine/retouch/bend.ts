/** Bending parts of something: regions follow their motion wholly, the editable area around them follows the less the
 * nearer its border, where nothing moves. Nothing folds: what has no room is done in part, and said. */
import { determinant } from "../geometry/affine.ts";
import { boundingBox } from "../geometry/mask.ts";
import type { Box, Mask } from "../raster.ts";
import { coresOf } from "./bend-core.ts";
import { edgesFor, type Free, freeNodes } from "./bend-free.ts";
import { leastJacobian, unfold } from "./bend-jacobian.ts";
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
const MIN_JACOBIAN = 0.06;
/** With less than this of the room that is needed, less of the motion is done. */
const LEAST_ROOM = 0.4;
/** Steps so short that none of them folds. */
const STEPS = 10;
/** What is tried before less of the motion is done: cores as large as they can be, then smaller ones with more room; the
 * bend spread near the regions only, then over the whole area. */
const LAST_WAY = { further: 2.5, wider: Number.POSITIVE_INFINITY };
const WAYS = [{ further: 1, wider: 1 }, { further: 2.5, wider: 1 }, { further: 1, wider: LAST_WAY.wider }, LAST_WAY];
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
    const edges = edgesFor(regions, share, editable);
    for (const { further, wider } of share === 1 ? WAYS : [LAST_WAY]) {
      const core = coresOf(regions, inside, edges, share, further);
      if (core.clear < LEAST_ROOM) break;
      const field = fieldOf(core.regions, share, freeNodes(regions, inside, edges, share, wider));
      if (field.minJacobian >= MIN_JACOBIAN * leastArea(regions, share)) return field;
    }
  }
  const still = { dx: new Float32Array(inside.length), dy: new Float32Array(inside.length) };
  return { lattice, ...still, kept: 0, minJacobian: 1 };
}

function around(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function fieldOf(regions: Regions, share: number, free: Free): BendField {
  const displacement = traceBack(regions, { share, steps: STEPS, free });
  const held = regions.bends
    .map((bend) => bend.nodesAt(share))
    .reduce((a, b) => a.map((node, i) => node | (b[i] ?? 0)));
  unfold(regions.lattice, displacement, free, held, 2 * MIN_JACOBIAN * leastArea(regions, share));
  return {
    lattice: regions.lattice,
    ...displacement,
    kept: share,
    minJacobian: leastJacobian(regions.lattice, displacement),
  };
}

/** Enlarging a region draws it out itself: only what is worse than that counts. */
function leastArea({ bends }: Regions, share: number): number {
  return Math.min(1, ...bends.map(({ at }) => Math.abs(1 / determinant(at(share)))));
}
