/** Position tables and time sinusoids, computed with the reference's own roundings (flux.md §1.3, §1.4, §1.11). */
import type { Tensor } from "../onnx/session.ts";

const SINUSOID = 256;
const HALF = SINUSOID / 2;
const RATE = Math.fround(-Math.log(10000));

/** [1, 256]: cosine half first; `value` is a time in 0–1 or a guidance scale. All products in float32. */
export function sinusoid(value: number): Tensor {
  const s = Math.fround(Math.fround(value) * 1000);
  const data = new Float32Array(SINUSOID);
  for (let i = 0; i < HALF; i++) {
    const exponent = Math.fround(Math.fround(RATE * i) / HALF);
    const angle = Math.fround(s * Math.fround(Math.exp(exponent)));
    data[i] = Math.cos(angle);
    data[HALF + i] = Math.sin(angle);
  }
  return { shape: [1, SINUSOID], data };
}

export interface RopeTables {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/** cos and sin [T + h·w, d], each value repeated twice: text tokens at (0,0,0), image tokens at (0, row, column).
 * Angles in float64, then rounded. */
export function ropeTables(
  axes: readonly [number, number, number],
  textTokens: number,
  h: number,
  w: number,
): RopeTables {
  const d = axes[0] + axes[1] + axes[2];
  const tokens = textTokens + h * w;
  const cos = new Float32Array(tokens * d).fill(1);
  const sin = new Float32Array(tokens * d);
  for (let p = 0; p < h * w; p++) {
    const at = (textTokens + p) * d;
    rotate(cos, sin, at + axes[0], axes[1], Math.floor(p / w));
    rotate(cos, sin, at + axes[0] + axes[1], axes[2], p % w);
  }
  return { cos: { shape: [tokens, d], data: cos }, sin: { shape: [tokens, d], data: sin } };
}

function rotate(cos: Float32Array, sin: Float32Array, at: number, width: number, position: number): void {
  for (let j = 0; j < width; j++) {
    const angle = position * 10000 ** ((-2 * (j >> 1)) / width);
    cos[at + j] = Math.cos(angle);
    sin[at + j] = Math.sin(angle);
  }
}
