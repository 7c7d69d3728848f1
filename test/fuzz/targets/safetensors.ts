import { encodeSafetensors, readSafetensorsBuffer } from "../../../src/engine/weights/safetensors.ts";
import { damaged } from "../bytes.ts";
import { damagedJson } from "../json.ts";
import type { Target } from "../target.ts";

const TOKENS = [
  '"__metadata__"',
  '"dtype":"F16"',
  '"dtype":"I64"',
  '"shape":[',
  '"data_offsets":[',
  "18446744073709551615",
];

/** Header and all tensors that can be floats. */
export const safetensors: Target = {
  name: "safetensors",
  codes: ["checkpoint-invalid"],
  seeds: () => [
    encodeSafetensors({ a: { shape: [2, 3], data: new Float32Array(6) }, b: { shape: [], data: new Float32Array(1) } }),
    encodeSafetensors(
      {
        h: { shape: [4], dtype: "F16", bytes: new Uint8Array(8) },
        i: { shape: [1], dtype: "I64", bytes: new Uint8Array(8) },
      },
      { format: "pt" },
    ),
    encodeSafetensors({
      none: { shape: [0, 7], data: new Float32Array(0) },
      x: { shape: [3], dtype: "BF16", bytes: new Uint8Array(6) },
    }),
  ],
  mutate(input, other, dice) {
    if (dice.once(3)) return damaged(input, other, dice, TOKENS);
    const header = damagedJson(headerOf(input), headerOf(other), dice);
    return fileWith(header, dataOf(input));
  },
  open: () => async (input) => {
    const file = await readSafetensorsBuffer(input);
    for (const { name, dtype, length } of file.tensors.values()) {
      if (/^B?F(16|32)$/.test(dtype) && length < 1 << 20) await file.read(name);
    }
  },
};

function lengthOf(file: Uint8Array): number {
  if (file.length < 8) return 0;
  return Math.min(Number(Buffer.from(file).readBigUInt64LE(0)), file.length - 8);
}

function headerOf(file: Uint8Array): Uint8Array {
  return file.subarray(8, 8 + lengthOf(file));
}

function dataOf(file: Uint8Array): Uint8Array {
  return file.subarray(Math.min(file.length, 8 + lengthOf(file)));
}

function fileWith(header: Uint8Array, data: Uint8Array): Uint8Array {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([prefix, header, data]);
}
