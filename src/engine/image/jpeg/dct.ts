/** The cosine transform of 8x8 samples and its inverse, in floating point. Source: T.81 A.3.3. */

/** [frequency, sample]; its transpose is its inverse. */
const BASIS = Float64Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});
const INVERSE = BASIS.map((_, i) => BASIS[(i & 7) * 8 + (i >> 3)] ?? 0);

/** Samples around 0 to coefficients, both row-major: [8, 8]. */
export function forwardDct(samples: Float64Array): Float64Array {
  return between(BASIS, samples);
}

export function inverseDct(coefficients: Float64Array): Float64Array {
  return between(INVERSE, coefficients);
}

/** M · X · Mᵀ as (M · (M · X)ᵀ)ᵀ, all 8x8. */
function between(matrix: Float64Array, block: Float64Array): Float64Array {
  return timesTransposed(matrix, timesTransposed(matrix, block));
}

/** M · Bᵀ. */
function timesTransposed(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(64);
  for (let y = 0; y < 64; y += 8) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let k = 0; k < 8; k++) sum += (a[y + k] ?? 0) * (b[x * 8 + k] ?? 0);
      out[y + x] = sum;
    }
  }
  return out;
}
