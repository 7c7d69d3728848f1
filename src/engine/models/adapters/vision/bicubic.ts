/** Bicubic resizing as torch's `interpolate` does it (Keys' cubic with a = −¾, pixel centres at half integers, edges
 * repeated, no antialiasing), as a matrix [to, from]. */
const A = -0.75;

export function bicubicMatrix(from: number, to: number): Float32Array {
  const out = new Float32Array(to * from);
  for (let row = 0; row < to; row++) {
    const at = ((row + 0.5) * from) / to - 0.5;
    const base = Math.floor(at);
    for (let tap = base - 1; tap <= base + 2; tap++) {
      const column = Math.min(from - 1, Math.max(0, tap));
      out[row * from + column] = (out[row * from + column] ?? 0) + weight(Math.abs(at - tap));
    }
  }
  return out;
}

function weight(x: number): number {
  if (x <= 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
  return x < 2 ? ((A * x - 5 * A) * x + 8 * A) * x - 4 * A : 0;
}
