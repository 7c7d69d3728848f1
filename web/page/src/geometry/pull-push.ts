/** Fills a hole with colours that flow in from its rim: averages on ever coarser grids, then back (Grossman and Dally's
 * push-pull). Rough, but a few milliseconds: what shows while the server's own preview is on its way. */

/** RGBA, row-major; alpha 0 is unknown. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Colours of the unknown pixels are replaced; the known ones stay. */
export function fillUnknown(grid: Grid): void {
  if (grid.width <= 1 && grid.height <= 1) return;
  const coarse = halved(grid);
  fillUnknown(coarse);
  const { width, height, data } = grid;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = 4 * (y * width + x);
      if ((data[i + 3] ?? 0) > 0) continue;
      const from = sampled(coarse, (x + 0.5) / 2 - 0.5, (y + 0.5) / 2 - 0.5);
      for (let c = 0; c < 3; c++) data[i + c] = from[c] ?? 0;
      data[i + 3] = 1;
    }
  }
}

function halved({ width, height, data }: Grid): Grid {
  const [w, h] = [Math.max(1, width >> 1), Math.max(1, height >> 1)];
  const out = new Float32Array(4 * w * h);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = 4 * (y * width + x);
      if ((data[i + 3] ?? 0) === 0) continue;
      const o = 4 * (Math.min(h - 1, y >> 1) * w + Math.min(w - 1, x >> 1));
      for (let c = 0; c < 3; c++) out[o + c] = (out[o + c] ?? 0) + (data[i + c] ?? 0);
      out[o + 3] = (out[o + 3] ?? 0) + 1;
    }
  }
  for (let o = 0; o < out.length; o += 4) {
    const known = out[o + 3] ?? 0;
    if (known === 0) continue;
    for (let c = 0; c < 3; c++) out[o + c] = (out[o + c] ?? 0) / known;
    out[o + 3] = 1;
  }
  return { width: w, height: h, data: out };
}

function sampled({ width, height, data }: Grid, x: number, y: number): [number, number, number] {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const at = (u: number, v: number) => 4 * (clamp(v, height) * width + clamp(u, width));
  const corners = [at(x0, y0), at(x0 + 1, y0), at(x0, y0 + 1), at(x0 + 1, y0 + 1)] as const;
  const weights = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy] as const;
  const channel = (c: number) => corners.reduce((sum, i, k) => sum + (weights[k] ?? 0) * (data[i + c] ?? 0), 0);
  return [channel(0), channel(1), channel(2)];
}

function clamp(value: number, size: number): number {
  return Math.min(size - 1, Math.max(0, value));
}
