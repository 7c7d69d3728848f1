import type { Tensor } from "../onnx/session.ts";

/** The largest value of every `size`×`size` window, windows `stride` apart, none over the edge. x is [1, C, H, W]. */
export function maxPool({ shape, data }: Tensor, size: number, stride: number): Tensor {
  const [, channels = 0, height = 0, width = 0] = shape;
  const [rows, columns] = [height, width].map((side) => Math.floor((side - size) / stride) + 1) as [number, number];
  if (rows < 1 || columns < 1)
    throw new TypeError(`Expected at least ${size}x${size} places to pool, got ${height}x${width}`);
  const out = new Float32Array(channels * rows * columns);
  for (let c = 0, at = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++, at++) {
        const corner = (c * height + y * stride) * width + x * stride;
        out[at] = largest(data, corner, size, width);
      }
    }
  }
  return { shape: [1, channels, rows, columns], data: out };
}

function largest(data: Float32Array, corner: number, size: number, width: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let dy = 0; dy < size; dy++) {
    for (let dx = 0; dx < size; dx++) most = Math.max(most, data[corner + dy * width + dx] ?? most);
  }
  return most;
}
