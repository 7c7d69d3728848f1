/** Drawing a picture through a bend: each pixel fetches its colour from where its lattice cell says, bicubic. */
import type { Rgb } from "../raster.ts";
import type { BendField } from "./bend.ts";
import { addCubic3, addLinear3 } from "./cubic.ts";

/** Samples per side where the bend shrinks. */
const MAX_SAMPLES = 4;

/** `picture` bent; pixels that stay keep their bytes. Coordinates of the field are the picture's. */
export function warpThrough(picture: Rgb, field: BendField): Rgb {
  const { lattice, dx, dy } = field;
  const { origin, step } = lattice;
  const out = { ...picture, data: new Uint8Array(picture.data) };
  const cells = samplesPerCell(lattice, dx, dy);
  const [x0, y0] = [Math.max(0, Math.floor(origin[0])), Math.max(0, Math.floor(origin[1]))];
  const x1 = Math.min(picture.width, Math.ceil(origin[0] + (lattice.width - 1) * step));
  const y1 = Math.min(picture.height, Math.ceil(origin[1] + (lattice.height - 1) * step));
  const colour = new Float64Array(3);
  for (let y = y0; y < y1; y++) {
    const v = Math.min(lattice.height - 2, Math.floor((y + 0.5 - origin[1]) / step));
    for (let x = x0; x < x1; x++) {
      const u = Math.min(lattice.width - 2, Math.floor((x + 0.5 - origin[0]) / step));
      const samples = cells[v * lattice.width + u] ?? 0;
      if (samples === 0) continue;
      colour.fill(0);
      for (let k = 0; k < samples * samples; k++) fetch(picture, field, u, v, x, y, k, samples, colour);
      store(colour, out.data, (y * picture.width + x) * 3);
    }
  }
  return out;
}

/** Adds sample `k` of pixel (x, y), whose centre lies in cell (u, v). */
function fetch(
  picture: Rgb,
  { lattice, dx, dy }: BendField,
  u: number,
  v: number,
  x: number,
  y: number,
  k: number,
  samples: number,
  colour: Float64Array,
): void {
  const px = x + ((k % samples) + 0.5) / samples;
  const py = y + (Math.floor(k / samples) + 0.5) / samples;
  const fx = (px - lattice.origin[0]) / lattice.step - u;
  const fy = (py - lattice.origin[1]) / lattice.step - v;
  const at = v * lattice.width + u;
  const sx = px + bilinear(dx, at, lattice.width, fx, fy);
  const sy = py + bilinear(dy, at, lattice.width, fx, fy);
  if (samples === 1) addCubic3(picture, sx, sy, colour);
  else addLinear3(picture, sx, sy, 1 / (samples * samples), colour);
}

function store(colour: Float64Array, to: Uint8Array, at: number): void {
  for (let c = 0; c < 3; c++) to[at + c] = Math.max(0, Math.min(255, Math.round(colour[c] ?? 0)));
}

function bilinear(field: Float32Array, at: number, width: number, fx: number, fy: number): number {
  const top = (field[at] ?? 0) * (1 - fx) + (field[at + 1] ?? 0) * fx;
  return top * (1 - fy) + ((field[at + width] ?? 0) * (1 - fx) + (field[at + width + 1] ?? 0) * fx) * fy;
}

/** Per cell: 0 where nothing moves, else as many samples per side as its longest edge holds source pixels per pixel. */
function samplesPerCell(lattice: BendField["lattice"], dx: Float32Array, dy: Float32Array): Uint8Array {
  const { width, height, step } = lattice;
  const out = new Uint8Array(width * height);
  for (let v = 0; v < height - 1; v++) {
    for (let u = 0; u < width - 1; u++) {
      const at = v * width + u;
      const cell = [at, at + 1, at + width, at + width + 1];
      if (cell.every((i) => Math.abs(dx[i] ?? 0) < 1e-3 && Math.abs(dy[i] ?? 0) < 1e-3)) continue;
      const across = Math.hypot(
        1 + ((dx[at + 1] ?? 0) - (dx[at] ?? 0)) / step,
        ((dy[at + 1] ?? 0) - (dy[at] ?? 0)) / step,
      );
      const along = Math.hypot(
        ((dx[at + width] ?? 0) - (dx[at] ?? 0)) / step,
        1 + ((dy[at + width] ?? 0) - (dy[at] ?? 0)) / step,
      );
      out[at] = Math.max(1, Math.min(MAX_SAMPLES, Math.ceil(Math.max(across, along) - 0.25)));
    }
  }
  return out;
}
