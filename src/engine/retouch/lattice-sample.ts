/** Small fields under a large picture: cells of equal size, read bilinearly between their centres. */

export interface Cells {
  /** Interleaved [height, width, channels]. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * Writes the field's channels at pixel (x, y) of a picture of `across` × `down` pixels that the cells cover; beyond the
 * outer centres the value stays.
 */
export function readCells(cells: Cells, across: number, down: number, x: number, y: number, out: Float32Array): void {
  const { data, width, height, channels } = cells;
  const u = Math.max(0, Math.min(width - 1, ((x + 0.5) * width) / across - 0.5));
  const v = Math.max(0, Math.min(height - 1, ((y + 0.5) * height) / down - 0.5));
  const [i, j] = [Math.floor(u), Math.floor(v)];
  const [fx, fy] = [u - i, v - j];
  const at = (j * width + i) * channels;
  const right = i < width - 1 ? channels : 0;
  const below = j < height - 1 ? width * channels : 0;
  for (let c = 0; c < channels; c++) {
    const top = (data[at + c] ?? 0) * (1 - fx) + (data[at + right + c] ?? 0) * fx;
    const bottom = (data[at + below + c] ?? 0) * (1 - fx) + (data[at + below + right + c] ?? 0) * fx;
    out[c] = top * (1 - fy) + bottom * fy;
  }
}
