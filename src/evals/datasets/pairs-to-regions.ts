/** RegionDrag's regions: dense pairs of points on a grid of 8 pixels, one group of touching cells per region. */
import { dilate, emptyMask, erode, type Size } from "../../engine/geometry/mask.ts";
import type { Mask, Point } from "../../engine/raster.ts";
import type { SimpleMotion } from "../../engine/recipe/schema.ts";

export interface Pair {
  /** Continuous pixels of the picture. */
  readonly handle: Point;
  readonly target: Point;
}

export interface PairRegion {
  readonly mask: Mask;
  /** Applied in order. */
  readonly motions: readonly SimpleMotion[];
  /** Root mean square distance in pixels between the targets and where the motions take the handles. */
  readonly misfit: number;
}

/** As reports print it. */
export const PAIR_RULE =
  "Pairs became regions: cells of the 8 pixel grid whose targets touch and whose handles lie within 40 pixels belong " +
  "together; the region is the union of their handles' cells; it moves by the similarity nearest to the pairs in least " +
  "squares, its turn left out below 3° and its change of size below 5 %.";

const CELL = 8;
const TOGETHER = 40;
const LEAST_TURN = 3;
const LEAST_SCALE = 0.05;

export function regionsOfPairs(pairs: readonly Pair[], size: Size): PairRegion[] {
  return groupsOf(pairs).map((group) => {
    const fit = similarity(group);
    const motions = motionsOf(fit);
    return { mask: cellsMask(group, size, Math.min(1, fit.scale)), motions, misfit: misfitOf(group, fit) };
  });
}

/** Flood fill over cells of the target grid. */
function groupsOf(pairs: readonly Pair[]): Pair[][] {
  const cells = new Map<string, number[]>();
  const keyOf = ([x, y]: Point, dx = 0, dy = 0) => `${Math.floor(x / CELL) + dx},${Math.floor(y / CELL) + dy}`;
  pairs.forEach(({ target }, i) => {
    const key = keyOf(target);
    cells.set(key, [...(cells.get(key) ?? []), i]);
  });
  const taken = new Set<number>();
  const groups: Pair[][] = [];
  for (const seed of pairs.keys()) {
    if (taken.has(seed)) continue;
    const group: Pair[] = [];
    const open = [seed];
    taken.add(seed);
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      const pair = pairs[i] as Pair; // indices of the list itself
      group.push(pair);
      for (const j of neighbours(cells, keyOf, pair)) {
        if (taken.has(j) || !near(pair.handle, (pairs[j] as Pair).handle)) continue;
        taken.add(j);
        open.push(j);
      }
    }
    groups.push(group);
  }
  return groups;
}

function neighbours(
  cells: ReadonlyMap<string, readonly number[]>,
  keyOf: (point: Point, dx: number, dy: number) => string,
  { target }: Pair,
): number[] {
  const steps = [-1, 0, 1];
  return steps.flatMap((dy) => steps.flatMap((dx) => cells.get(keyOf(target, dx, dy)) ?? []));
}

function near(a: Point, b: Point): boolean {
  return Math.hypot(a[0] - b[0], a[1] - b[1]) <= TOGETHER;
}

interface Similarity {
  readonly from: Point;
  readonly to: Point;
  readonly scale: number;
  readonly degrees: number;
}

/** Least squares over the pairs (Umeyama 1991 in the plane, without reflection). */
function similarity(group: readonly Pair[]): Similarity {
  const from = meanOf(group.map(({ handle }) => handle));
  const to = meanOf(group.map(({ target }) => target));
  let [dot, cross, square] = [0, 0, 0];
  for (const { handle, target } of group) {
    const [x, y, u, v] = [handle[0] - from[0], handle[1] - from[1], target[0] - to[0], target[1] - to[1]];
    dot += x * u + y * v;
    cross += x * v - y * u;
    square += x * x + y * y;
  }
  const flat = square < 1e-9;
  return {
    from,
    to,
    scale: flat ? 1 : Math.hypot(dot, cross) / square,
    degrees: flat ? 0 : (Math.atan2(cross, dot) * 180) / Math.PI,
  };
}

function motionsOf({ from, to, scale, degrees }: Similarity): SimpleMotion[] {
  const motions: SimpleMotion[] = [];
  if (Math.abs(degrees) >= LEAST_TURN) motions.push({ type: "rotation", degrees, about: [...from] });
  if (Math.abs(scale - 1) >= LEAST_SCALE && scale > 0) motions.push({ type: "scale", factor: scale, about: [...from] });
  const by: [number, number] = [to[0] - from[0], to[1] - from[1]];
  if (motions.length === 0 || Math.hypot(...by) >= 0.5) motions.push({ type: "relocation", by });
  return motions;
}

/** Squares of a cell around every handle, wider where the region shrinks, with what they enclose closed. */
function cellsMask(group: readonly Pair[], size: Size, shrink: number): Mask {
  const half = Math.ceil(CELL / 2 / Math.max(shrink, 0.25));
  const mask = emptyMask(size);
  const data = new Uint8Array(mask.data);
  for (const { handle } of group) {
    const [cx, cy] = [Math.floor(handle[0]), Math.floor(handle[1])];
    for (let y = Math.max(0, cy - half); y < Math.min(size.height, cy + half); y++) {
      data.fill(255, y * size.width + Math.max(0, cx - half), y * size.width + Math.min(size.width, cx + half));
    }
  }
  return erode(dilate({ ...mask, data }, half), half);
}

function misfitOf(group: readonly Pair[], { from, to, scale, degrees }: Similarity): number {
  const turn = (degrees * Math.PI) / 180;
  const [cos, sin] = [scale * Math.cos(turn), scale * Math.sin(turn)];
  const squares = group.map(({ handle, target }) => {
    const [x, y] = [handle[0] - from[0], handle[1] - from[1]];
    return (to[0] + cos * x - sin * y - target[0]) ** 2 + (to[1] + sin * x + cos * y - target[1]) ** 2;
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}
