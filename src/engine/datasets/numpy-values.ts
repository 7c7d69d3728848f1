/** Numbers of numpy's element types from their bytes. */

interface ElementType {
  readonly bytes: number;
  at(view: DataView, offset: number, bigEndian: boolean): number;
}

/** By numpy's codes. */
export const ELEMENTS: Readonly<Record<string, ElementType>> = {
  b1: { bytes: 1, at: (view, i) => view.getUint8(i) },
  u1: { bytes: 1, at: (view, i) => view.getUint8(i) },
  i1: { bytes: 1, at: (view, i) => view.getInt8(i) },
  u2: { bytes: 2, at: (view, i, big) => view.getUint16(i, !big) },
  i2: { bytes: 2, at: (view, i, big) => view.getInt16(i, !big) },
  u4: { bytes: 4, at: (view, i, big) => view.getUint32(i, !big) },
  i4: { bytes: 4, at: (view, i, big) => view.getInt32(i, !big) },
  u8: { bytes: 8, at: (view, i, big) => Number(view.getBigUint64(i, !big)) },
  i8: { bytes: 8, at: (view, i, big) => Number(view.getBigInt64(i, !big)) },
  f4: { bytes: 4, at: (view, i, big) => view.getFloat32(i, !big) },
  f8: { bytes: 8, at: (view, i, big) => view.getFloat64(i, !big) },
};

/** `bytes` must hold `count` elements exactly; undefined where they do not. */
export function elements(
  code: string,
  bigEndian: boolean,
  bytes: Uint8Array,
  count: number,
): Float64Array<ArrayBuffer> | undefined {
  const type = ELEMENTS[code];
  if (type === undefined || bytes.length !== count * type.bytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = type.at(view, i * type.bytes, bigEndian);
  return out;
}

/** Column-major → row-major. */
export function rowMajor(data: Float64Array, shape: readonly number[]): Float64Array {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  return data.map((_, flat) => {
    let [rest, from] = [flat, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      from += (rest % size) * (strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    return data[from] ?? 0;
  });
}
