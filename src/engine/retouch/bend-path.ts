/** A bend as a flow: the motion is cut into small steps, each of which moves the regions wholly and what surrounds them
 * the less the further away. Small steps cannot fold, and what is composed of such steps cannot either. */
import { apply, compose, invert } from "../geometry/affine.ts";
import type { Affine } from "../raster.ts";
import type { Free } from "./bend-free.ts";
import { type BendLattice, valueAt } from "./bend-lattice.ts";
import type { BendRegion, Regions } from "./bend-regions.ts";
import { type Fixed, harmonic, relax } from "./harmonic.ts";

/** Where each node of the lattice comes from: displacement target → source in pixels. */
export interface Displacement {
  readonly dx: Float32Array;
  readonly dy: Float32Array;
}

export interface Path {
  /** The part of the motion that is done, 0–1. */
  readonly share: number;
  readonly steps: number;
  readonly free: Free;
}

/** How much each node follows a region, along x and along y. */
interface Follow {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Traces all nodes back from the end of the path to its start. */
export function traceBack(regions: Regions, path: Path): Displacement {
  const { lattice, bends } = regions;
  const { xs, ys } = nodePlaces(lattice);
  const [dx, dy] = [Float32Array.from(xs), Float32Array.from(ys)];
  let follows: (Follow | undefined)[] = bends.map(() => undefined);
  for (let k = path.steps; k > 0; k--) {
    const [now, before] = [(path.share * k) / path.steps, (path.share * (k - 1)) / path.steps];
    const held = bends.map((bend) => bend.nodesAt(now));
    follows = follows.map((earlier, i) => followOf(lattice, path.free, held, i, earlier));
    const back = bends.map(({ at }) => compose(at(before), invert(at(now))));
    stepBack(lattice, follows, back, dx, dy);
  }
  for (let i = 0; i < dx.length; i++) {
    dx[i] = (dx[i] ?? 0) - (xs[i] ?? 0);
    dy[i] = (dy[i] ?? 0) - (ys[i] ?? 0);
  }
  bends.forEach((bend) => {
    settle(bend, path, lattice, dx, dy);
  });
  return { dx, dy };
}

function nodePlaces({ width, height, origin, step }: BendLattice): { xs: Float32Array; ys: Float32Array } {
  const count = width * height;
  return {
    xs: Float32Array.from({ length: count }, (_, i) => origin[0] + (i % width) * step),
    ys: Float32Array.from({ length: count }, (_, i) => origin[1] + Math.floor(i / width) * step),
  };
}

function followOf(
  lattice: BendLattice,
  free: Free,
  held: readonly Uint8Array[],
  which: number,
  earlier: Follow | undefined,
): Follow {
  const x = followAlong(lattice, free.x, held, which, earlier?.x);
  return { x, y: free.x === free.y ? x : followAlong(lattice, free.y, held, which, earlier?.y) };
}

/** 1 on region `which`, 0 where nothing may move and on the other regions. */
function followAlong(
  lattice: BendLattice,
  free: Uint8Array,
  held: readonly Uint8Array[],
  which: number,
  earlier: Float32Array | undefined,
): Float32Array {
  const fixed: Fixed = new Uint8Array(free.length);
  const values = new Float32Array(free.length);
  for (let i = 0; i < free.length; i++) {
    const leader = free[i] === 1 ? leaderAt(held, i) : -1;
    fixed[i] = free[i] === 1 && leader < 0 ? 0 : 1;
    values[i] = leader === which ? 1 : 0;
  }
  if (earlier === undefined) return harmonic(lattice, fixed, values);
  for (let i = 0; i < free.length; i++) if (fixed[i] === 0) values[i] = earlier[i] ?? 0;
  relax(lattice, fixed, values);
  return values;
}

/** Of overlapping regions the last one leads; −1 off all of them. */
function leaderAt(held: readonly Uint8Array[], node: number): number {
  for (let k = held.length - 1; k >= 0; k--) if (held[k]?.[node] === 1) return k;
  return -1;
}

/** Moves the places (x, y) one step back. Smoothstep leaves no kink at the region's border nor where the bend ends. */
function stepBack(
  lattice: BendLattice,
  follows: readonly (Follow | undefined)[],
  back: readonly Affine[],
  x: Float32Array,
  y: Float32Array,
): void {
  const place = new Float64Array(2);
  for (let i = 0; i < x.length; i++) {
    place[0] = x[i] ?? 0;
    place[1] = y[i] ?? 0;
    for (let k = 0; k < back.length; k++) follow(lattice, follows[k], back[k], x[i] ?? 0, y[i] ?? 0, place);
    x[i] = place[0] ?? 0;
    y[i] = place[1] ?? 0;
  }
}

/** Adds one region's part of the step from (x, y). */
function follow(
  lattice: BendLattice,
  weights: Follow | undefined,
  affine: Affine | undefined,
  x: number,
  y: number,
  place: Float64Array,
): void {
  if (!weights || !affine) return;
  const along = smooth(valueAt(weights.x, lattice, x, y));
  const down = weights.x === weights.y ? along : smooth(valueAt(weights.y, lattice, x, y));
  if (along === 0 && down === 0) return;
  const [a, b, c, d, e, f] = affine;
  place[0] = (place[0] ?? 0) + along * (a * x + b * y + c - x);
  place[1] = (place[1] ?? 0) + down * (d * x + e * y + f - y);
}

function smooth(t: number): number {
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}

/** Nodes on a region get its affine exactly: the steps only come near it where they interpolate across its border. */
function settle(
  bend: BendRegion,
  { share, free }: Path,
  lattice: BendLattice,
  dx: Float32Array,
  dy: Float32Array,
): void {
  const inverse = invert(bend.at(share));
  const { width, origin, step } = lattice;
  bend.nodesAt(share).forEach((inside, i) => {
    if (inside === 0 || free.x[i] === 0 || free.y[i] === 0) return;
    const [x, y] = [origin[0] + (i % width) * step, origin[1] + Math.floor(i / width) * step];
    const [sx, sy] = apply(inverse, [x, y]);
    dx[i] = sx - x;
    dy[i] = sy - y;
  });
}
