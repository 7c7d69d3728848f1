/** The coarse lattice on which a bend is computed: nodes every `step` pixels over a box of the picture. */
import type { Box, Mask, Point } from "../raster.ts";
import type { Lattice } from "./harmonic.ts";

export interface BendLattice extends Lattice {
  /** Place of the first node, in continuous pixels of the picture. */
  readonly origin: Point;
  /** Pixels between nodes. */
  readonly step: number;
}

/** Nodes along the longer side. */
const NODES = 96;
const MIN_STEP = 2;

export function latticeOver([x0, y0, x1, y1]: Box): BendLattice {
  const step = Math.max(MIN_STEP, Math.max(x1 - x0, y1 - y0) / (NODES - 1));
  const count = (length: number) => Math.ceil(length / step) + 1;
  return { origin: [x0, y0], step, width: count(x1 - x0), height: count(y1 - y0) };
}

/** Of a node, in continuous pixels of the picture. */
export function placeOf({ width, origin, step }: BendLattice, node: number): Point {
  return [origin[0] + (node % width) * step, origin[1] + Math.floor(node / width) * step];
}

/** 255 at each node that has a pixel of the mask within about half a step. */
export function nodesTouched(mask: Mask, lattice: BendLattice): Mask {
  const { width, height, origin, step } = lattice;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < mask.height; y++) {
    const v = Math.round((y + 0.5 - origin[1]) / step);
    if (v < 0 || v >= height) continue;
    for (let x = 0, i = y * mask.width; x < mask.width; x++, i++) {
      if ((mask.data[i] ?? 0) <= 127) continue;
      const u = Math.round((x + 0.5 - origin[0]) / step);
      if (u >= 0 && u < width) data[v * width + u] = 255;
    }
  }
  return { width, height, data };
}

/** Nodes at whose place the mask has at least `least`; the picture's own edge belongs to the picture. */
export function nodesWithin(mask: Mask, lattice: BendLattice, least: number): Uint8Array {
  const { width, height, origin, step } = lattice;
  const out = new Uint8Array(width * height);
  for (let v = 0, i = 0; v < height; v++) {
    const y = pixelAt(origin[1] + v * step, mask.height);
    for (let u = 0; u < width; u++, i++) {
      const x = pixelAt(origin[0] + u * step, mask.width);
      out[i] = (mask.data[y * mask.width + x] ?? 0) >= least ? 1 : 0;
    }
  }
  return out;
}

function pixelAt(place: number, length: number): number {
  return Math.max(0, Math.min(length - 1, Math.floor(place)));
}

/** The bilinear value of a lattice field at a place of the picture; beyond the lattice that of its edge. */
export function valueAt(
  field: Float32Array,
  { width, height, origin, step }: BendLattice,
  x: number,
  y: number,
): number {
  const u = Math.max(0, Math.min(width - 1.0001, (x - origin[0]) / step));
  const v = Math.max(0, Math.min(height - 1.0001, (y - origin[1]) / step));
  const [i, j] = [Math.floor(u), Math.floor(v)];
  const [fx, fy, at] = [u - i, v - j, j * width + i];
  const top = (field[at] ?? 0) * (1 - fx) + (field[at + 1] ?? 0) * fx;
  const bottom = (field[at + width] ?? 0) * (1 - fx) + (field[at + width + 1] ?? 0) * fx;
  return top * (1 - fy) + bottom * fy;
}
