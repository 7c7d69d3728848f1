/** float32 → 16-bit, for what is kept for later: K and V, weights of 16-bit graphs. Round to nearest, ties to even. */

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);
/** The largest float32 that does not round to infinity as a half. */
export const HALF_MAX = 65504;

/** IEEE half bits; magnitudes from 65520 become infinite. */
export function floatToHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = halfBits(source[i] as number); // inside both arrays
  return out;
}

/** bfloat16 bits: the upper half of the word, rounded. */
export function floatToBfloat(values: Float32Array): Uint16Array<ArrayBuffer> {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const bits = source[i] as number; // inside both arrays
    const nan = (bits & 0x7fffffff) > 0x7f800000;
    out[i] = nan ? (bits >>> 16) | 0x40 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  }
  return out;
}

function halfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // from 65520 on
  if (magnitude >= 0x38800000) {
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  return sign | subnormal(magnitude);
}

/** Adding 0.5 puts the last place of the sum where that of a half's subnormals is: the sum's bits are the result. */
function subnormal(magnitude: number): number {
  BITS[0] = magnitude;
  FLOAT[0] = Math.fround((FLOAT[0] as number) + 0.5);
  return (BITS[0] as number) - 0x3f000000;
}
