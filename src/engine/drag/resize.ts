/** Resizing of feature and mask planes as the paper's code does it: half-pixel centres, clamped at the edges, no antialias. */

/** (channels, height, width) row-major. */
export interface Planes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** Rows, columns. */
export type Size2 = readonly [height: number, width: number];

/** Output i mixes inputs low[i] and high[i] with weights 1 − mix[i] and mix[i]. */
interface Taps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly mix: Float64Array;
}

function linearTaps(from: number, to: number): Taps {
  const [low, high, mix] = [new Int32Array(to), new Int32Array(to), new Float64Array(to)];
  for (let i = 0; i < to; i++) {
    const position = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    low[i] = Math.floor(position);
    high[i] = Math.min(Math.floor(position) + 1, from - 1);
    mix[i] = position - Math.floor(position);
  }
  return { low, high, mix };
}

/** Matrix A (to × from) of a one-dimensional bilinear resize: `A_h · X · A_wᵀ` resizes the plane X, its transpose the gradient. */
export function resizeMatrix(from: number, to: number): Float32Array<ArrayBuffer> {
  const { low, high, mix } = linearTaps(from, to);
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const weight = mix[i] ?? 0;
    matrix[i * from + (low[i] ?? 0)] = 1 - weight;
    // Beyond the last input both taps coincide and the weight is 0.
    if (weight > 0) matrix[i * from + (high[i] ?? 0)] = weight;
  }
  return matrix;
}

/** Bilinear resize of every plane, accumulated in float64. */
export function resizeBilinear(planes: Planes, [height, width]: Size2): Planes {
  const rows = linearTaps(planes.height, height);
  const columns = linearTaps(planes.width, width);
  const data = new Float32Array(planes.channels * height * width);
  for (let c = 0, out = 0; c < planes.channels; c++) {
    const base = c * planes.height * planes.width;
    for (let y = 0; y < height; y++) {
      const upper = base + (rows.low[y] ?? 0) * planes.width;
      const lower = base + (rows.high[y] ?? 0) * planes.width;
      const v = rows.mix[y] ?? 0;
      for (let x = 0; x < width; x++, out++) {
        data[out] = (1 - v) * mixed(planes.data, upper, columns, x) + v * mixed(planes.data, lower, columns, x);
      }
    }
  }
  return { channels: planes.channels, height, width, data };
}

function mixed(data: Float32Array, row: number, { low, high, mix }: Taps, x: number): number {
  const u = mix[x] ?? 0;
  return (1 - u) * (data[row + (low[x] ?? 0)] ?? 0) + u * (data[row + (high[x] ?? 0)] ?? 0);
}

/** Nearest resize of every plane: output i reads input ⌊i · from / to⌋ (no half-pixel shift). */
export function resizeNearest(planes: Planes, [height, width]: Size2): Planes {
  const data = new Float32Array(planes.channels * height * width);
  for (let c = 0, out = 0; c < planes.channels; c++) {
    for (let y = 0; y < height; y++) {
      const row = (c * planes.height + Math.floor((y * planes.height) / height)) * planes.width;
      for (let x = 0; x < width; x++, out++) data[out] = planes.data[row + Math.floor((x * planes.width) / width)] ?? 0;
    }
  }
  return { channels: planes.channels, height, width, data };
}
