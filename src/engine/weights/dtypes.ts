/** Element types of safetensors files and what they take. */

/** Bytes per element. The sub-byte types of recent writers (F4, F6) are not read. */
export const DTYPE_BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
  C64: 8,
} as const;

export type Dtype = keyof typeof DTYPE_BYTES;

/** The types that weights may have: all others are refused where a weight is expected. */
const WEIGHT_DTYPES = ["F32", "F16", "BF16"] as const;
export type WeightDtype = (typeof WEIGHT_DTYPES)[number];

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(DTYPE_BYTES, name);
}

export function isWeightDtype(name: string): name is WeightDtype {
  return WEIGHT_DTYPES.some((known) => known === name);
}

const TWO_POW_112 = 2 ** 112;

/** IEEE half bits → float32, exact for every input; NaN payloads are kept. */
export function halfToFloat(half: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(half.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < half.length; i++) {
    const h = half[i] ?? 0;
    // Shifted into float32 position the exponent is 112 too small; multiplying repairs subnormals as well.
    bits[i] = (h & 0x7fff) << 13;
    if ((h & 0x7c00) === 0x7c00) bits[i] = ((h & 0x7fff) << 13) | 0x7f800000;
    else out[i] = (out[i] ?? 0) * TWO_POW_112;
    if (h & 0x8000) bits[i] = (bits[i] ?? 0) | 0x80000000;
  }
  return out;
}

/** bfloat16 bits → float32: the upper half of the word. */
export function bfloatToFloat(half: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(half.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < half.length; i++) bits[i] = (half[i] ?? 0) << 16;
  return out;
}
