/** Drawing a picture through a bend: each pixel fetches its colour from where its lattice cell says, bicubic. */
import type { Rgb } from "../raster.ts";
import type { BendField } from "./bend.ts";
import { CubicSampler } from "./cubic.ts";

/** Samples per side where the bend shrinks. */
const MAX_SAMPLES = 3;

/** `picture` bent; pixels that stay keep their bytes. Coordinates of the field are the picture's. */
export function warpThrough(picture: Rgb, { lattice, dx, dy }: BendField): Rgb {
  const { origin, step, width } = lattice;
  const out = { ...picture, data: new Uint8Array(picture.data) };
  const sampler = new CubicSampler(picture);
  const [x0, y0] = [Math.max(0, Math.floor(origin[0])), Math.max(0, Math.floor(origin[1]))];
  const x1 = Math.min(picture.width, Math.ceil(origin[0] + (width - 1) * step));
  const y1 = Math.min(picture.height, Math.ceil(origin[1] + (lattice.height - 1) * step));
  const cells = samplesPerCell(lattice, dx, dy);
  for (let y = y0; y < y1; y++) {
    const v = Math.min(lattice.height - 2, Math.floor((y + 0.5 - origin[1]) / step));
    for (let x = x0; x < x1; x++) {
      const u = Math.min(width - 2, Math.floor((x + 0.5 - origin[0]) / step));
      const at = v * width + u;
      const samples = cells[at] ?? 0;
      if (samples === 0) continue;
      sampler.clear();
      for (let k = 0; k < samples * samples; k++) {
        const px = x + ((k % samples) + 0.5) / samples;
        const py = y + (Math.floor(k / samples) + 0.5) / samples;
        const [fx, fy] = [(px - origin[0]) / step - u, (py - origin[1]) / step - v];
        sampler.add(px + bilinear(dx, at, width, fx, fy), py + bilinear(dy, at, width, fx, fy));
      }
      sampler.store(out.data, (y * picture.width + x) * 3);
    }
  }
  return out;
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
