/** How areas change under a bend, and the mending of what comes out folded. A cell's map is bilinear, so that its
 * determinant is least at one of its corners: the triangle of the corner and its two neighbours tells it. */
import type { Free } from "./bend-free.ts";
import type { BendLattice } from "./bend-lattice.ts";
import type { Displacement } from "./bend-path.ts";

/** Smallest determinant of the map target → source at any corner of any cell. */
export function leastJacobian(lattice: BendLattice, field: Displacement): number {
  let least = 1;
  for (const at of cellsOf(lattice)) least = Math.min(least, cellJacobian(lattice, field, at));
  return least;
}

function cellsOf({ width, height }: BendLattice): number[] {
  const cells: number[] = [];
  for (let v = 0; v < height - 1; v++) for (let u = 0; u < width - 1; u++) cells.push(v * width + u);
  return cells;
}

/** The least of the cell whose first corner is node `at`. */
function cellJacobian({ width, step }: BendLattice, { dx, dy }: Displacement, at: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let corner = 0; corner < 4; corner++) {
    const row = corner & 2 ? at + width : at;
    const column = corner & 1 ? at + 1 : at;
    const xx = 1 + ((dx[row + 1] ?? 0) - (dx[row] ?? 0)) / step;
    const yx = ((dy[row + 1] ?? 0) - (dy[row] ?? 0)) / step;
    const xy = ((dx[column + width] ?? 0) - (dx[column] ?? 0)) / step;
    const yy = 1 + ((dy[column + width] ?? 0) - (dy[column] ?? 0)) / step;
    least = Math.min(least, xx * yy - xy * yx);
  }
  return least;
}

/** Rounds after which what still folds has no room. */
const ROUNDS = 60;

/**
 * Moves the nodes of cells below `least` until none is, if that can be done: a node's determinants are linear in its own
 * place, so each step raises the least of them. What is pressed into a few cells, and what slides along a stepped border,
 * needs it: the flow itself does not fold, but nodes are too coarse for it there. Held nodes and such as may not move stay.
 */
export function unfold(lattice: BendLattice, field: Displacement, free: Free, held: Uint8Array, least: number): void {
  for (let round = 0; round < ROUNDS; round++) {
    const folded = cellsOf(lattice).filter((at) => cellJacobian(lattice, field, at) < least);
    if (folded.length === 0) return;
    const nodes = new Set(folded.flatMap((at) => [at, at + 1, at + lattice.width, at + lattice.width + 1]));
    for (const node of nodes) if (held[node] === 0) raise(lattice, field, free, node, least);
  }
}

/** Moves one node so that the least determinant around it grows. */
function raise(lattice: BendLattice, field: Displacement, free: Free, node: number, wanted: number): void {
  const { dx, dy } = field;
  const worst = worstAround(lattice, field, node);
  if (worst.value >= wanted) return;
  const [gx, gy] = [free.x[node] === 1 ? worst.gx : 0, free.y[node] === 1 ? worst.gy : 0];
  const slope = gx * gx + gy * gy;
  if (slope < 1e-12) return;
  const [x, y] = [dx[node] ?? 0, dy[node] ?? 0];
  for (let by = (1.2 * wanted - worst.value) / slope, k = 0; k < 5; k++, by /= 2) {
    dx[node] = x + by * gx;
    dy[node] = y + by * gy;
    if (worstAround(lattice, field, node).value > worst.value) return;
  }
  dx[node] = x;
  dy[node] = y;
}

interface Worst {
  readonly value: number;
  /** How the determinant grows with the node's displacement. */
  readonly gx: number;
  readonly gy: number;
}

/** The least of the twelve corner determinants that the node takes part in. */
function worstAround({ width, height, step }: BendLattice, { dx, dy }: Displacement, node: number): Worst {
  const [u, v] = [node % width, Math.floor(node / width)];
  let worst: Worst = { value: Number.POSITIVE_INFINITY, gx: 0, gy: 0 };
  for (let cell = 0; cell < 4; cell++) {
    const [left, top] = [u - (cell & 1), v - (cell >> 1)];
    if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) continue;
    const at = top * width + left;
    for (let corner = 0; corner < 4; corner++) {
      const row = corner & 2 ? at + width : at;
      const column = corner & 1 ? at + 1 : at;
      const [ax, ay] = [1 + ((dx[row + 1] ?? 0) - (dx[row] ?? 0)) / step, ((dy[row + 1] ?? 0) - (dy[row] ?? 0)) / step];
      const [bx, by] = [
        ((dx[column + width] ?? 0) - (dx[column] ?? 0)) / step,
        1 + ((dy[column + width] ?? 0) - (dy[column] ?? 0)) / step,
      ];
      const value = ax * by - bx * ay;
      if (value >= worst.value) continue;
      const alongRow = sign(node, row + 1, row) / step;
      const downColumn = sign(node, column + width, column) / step;
      if (alongRow === 0 && downColumn === 0) continue;
      worst = { value, gx: alongRow * by - downColumn * ay, gy: downColumn * ax - alongRow * bx };
    }
  }
  return worst;
}

function sign(node: number, plus: number, minus: number): number {
  return node === plus ? 1 : node === minus ? -1 : 0;
}
