import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodeSafetensors,
  openSafetensors,
  readSafetensorsBuffer,
  writeSafetensors,
} from "../../../src/engine/weights/safetensors.ts";
import { EditError } from "../../../src/errors.ts";

const temp = () => mkdtemp(join(tmpdir(), "safetensors-"));

/** A file with this header (text or JSON value), `data` bytes behind it, and possibly a lie about the header's length. */
function fileWith(header: unknown, data = 0, claimed?: bigint): Buffer {
  const text = typeof header === "string" ? Buffer.from(header) : Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(claimed ?? BigInt(text.length));
  return Buffer.concat([prefix, text, Buffer.alloc(data)]);
}

const f32 = (shape: unknown, begin: unknown, end: unknown) => ({ dtype: "F32", shape, data_offsets: [begin, end] });

describe("a lying header", () => {
  test.each<[string, Buffer, RegExp]>([
    ["a file of 7 bytes", Buffer.alloc(7), /at least 8 bytes, found 7/],
    [
      "a header longer than the file",
      fileWith({}, 0, 2n ** 62n),
      /at most 2 bytes in a file of 10, found a length of 46116/,
    ],
    ["no JSON", fileWith("{"), /UTF-8 JSON/],
    ["no UTF-8", fileWith(Buffer.from([0x7b, 0xff, 0x7d]).toString("latin1")).fill(0xff, 9, 10), /UTF-8 JSON/],
    ["an array", fileWith([]), /JSON object as header, found an array/],
    ["a tensor that is null", fileWith({ a: null }), /"a": expected an object.*found null/],
    ["an unknown dtype", fileWith({ a: { dtype: "F31", shape: [], data_offsets: [0, 4] } }, 4), /"a".*found "F31"/],
    [
      "a dtype from the prototype",
      fileWith({ a: { dtype: "toString", shape: [], data_offsets: [0, 4] } }, 4),
      /"toString"/,
    ],
    ["no shape", fileWith({ a: f32(undefined, 0, 4) }, 4), /"a": expected a shape/],
    ["a negative size", fileWith({ a: f32([-1, -1], 0, 4) }, 4), /\[-1,-1\]/],
    ["a fractional size", fileWith({ a: f32([0.5, 2], 0, 4) }, 4), /\[0.5,2\]/],
    ["a shape whose product overflows", fileWith({ a: f32([2 ** 40, 2 ** 40], 0, 0) }), /"a": expected .* found 0/],
    ["an end before the begin", fileWith({ a: f32([1], 4, 0) }, 8), /in order within 8 bytes of data, found \[4, 0\]/],
    ["an end beyond the file", fileWith({ a: f32([3], 0, 12) }, 8), /within 8 bytes of data, found \[0, 12\]/],
    [
      "three offsets",
      fileWith({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4, 8] } }, 8),
      /data_offsets \[begin, end\]/,
    ],
    ["a length of another shape", fileWith({ a: f32([3], 0, 8) }, 8), /expected 12 bytes for F32 \[3\], found 8/],
    ["an overlap", fileWith({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), /"b" overlaps/],
    ["a hole", fileWith({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /"b" leaves a hole/],
    ["bytes after the last tensor", fileWith({ a: f32([1], 0, 4) }, 5), /to end at byte \d+, found/],
    ["metadata that is no object", fileWith({ __metadata__: [] }), /"__metadata__" to be an object/],
    [
      "metadata with a number",
      fileWith({ __metadata__: { step: 1 } }),
      /a string at "__metadata__" key "step", found a number/,
    ],
  ])("%s is refused", async (_, bytes, message) => {
    await expect(readSafetensorsBuffer(bytes, "model.safetensors")).rejects.toMatchObject({
      code: "checkpoint-invalid",
      message: expect.stringMatching(message),
    });
    await expect(readSafetensorsBuffer(bytes, "model.safetensors")).rejects.toThrow(/^model\.safetensors: /);
  });

  test("random damage to a good file gives a file that reads or a checkpoint-invalid, nothing else", async () => {
    const good = encodeSafetensors({
      a: { shape: [2, 3], data: new Float32Array(6) },
      b: { shape: [], dtype: "BF16", bytes: new Uint8Array(2) },
    });
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(good.length), async (changes, cut) => {
        const bytes = Uint8Array.from(good).subarray(0, good.length - (cut % 5));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        try {
          const file = await readSafetensorsBuffer(bytes);
          for (const { offset, length } of file.tensors.values())
            expect(offset + length).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(EditError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("values", () => {
  /** Reference conversion through the definition of the format. */
  function halfByDefinition(bits: number): number {
    const [sign, exponent, mantissa] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    if (exponent === 31) return mantissa ? Number.NaN : sign * Infinity;
    return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
  }

  test("every F16 bit pattern converts exactly", async () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const file = await readSafetensorsBuffer(
      encodeSafetensors({ h: { dtype: "F16", shape: [65536], bytes: new Uint8Array(bits.buffer) } }),
    );
    const floats = await file.read("h");
    const wrong = [...bits].filter((h) => !Object.is(floats[h], halfByDefinition(h)));
    expect(wrong).toEqual([]);
  });

  test("every BF16 bit pattern is the upper half of a float32", async () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const file = await readSafetensorsBuffer(
      encodeSafetensors({ b: { dtype: "BF16", shape: [65536], bytes: new Uint8Array(bits.buffer) } }),
    );
    const words = new Uint32Array((await file.read("b")).buffer);
    expect([...bits].filter((b) => words[b] !== b * 65536)).toEqual([]);
  });

  test("what is written is read: values, shapes, scalars, empty tensors, metadata", async () => {
    const path = join(await temp(), "t.safetensors");
    const values = Float32Array.of(1, -0, Infinity, 1e-45, 3, 4);
    const tensors = {
      "a.weight": { shape: [2, 3], data: values },
      scalar: { shape: [], data: Float32Array.of(7) },
      empty: { shape: [0, 5], data: new Float32Array(0) },
      ids: { shape: [1], dtype: "I64" as const, bytes: new Uint8Array(8) },
    };
    await writeSafetensors(path, tensors, { format: "pt" });
    const file = await openSafetensors(path);
    expect(await file.read("a.weight")).toEqual(values);
    expect(file.tensors.get("empty")?.shape).toEqual([0, 5]);
    expect(await file.read("empty")).toHaveLength(0);
    expect(await file.read("scalar")).toEqual(Float32Array.of(7));
    expect(file.metadata.format).toBe("pt");
    expect(file.tensors.get("a.weight")?.offset).toSatisfy((at: number) => at % 8 === 0);
    await expect(file.read("ids")).rejects.toThrow(/"ids": expected F32, F16 or BF16, found I64/);
    await expect(file.read("b")).rejects.toThrow(/"b", it is missing/);
    expect(await readdir(join(path, ".."))).toEqual(["t.safetensors"]);
  });

  test("a file that shrank after opening is refused, not read as zeros", async () => {
    const path = join(await temp(), "t.safetensors");
    await writeSafetensors(path, { a: { shape: [64], data: new Float32Array(64) } });
    const file = await openSafetensors(path);
    await writeFile(path, Buffer.alloc(100));
    await expect(file.read("a")).rejects.toMatchObject({ code: "checkpoint-invalid" });
  });

  test("a missing file and a folder are refused", async () => {
    const dir = await temp();
    await expect(openSafetensors(join(dir, "none"))).rejects.toMatchObject({ code: "checkpoint-invalid" });
    await expect(openSafetensors(dir)).rejects.toThrow(/got a folder/);
  });

  test("data that does not fill its shape is the programmer's mistake", () => {
    expect(() => encodeSafetensors({ a: { shape: [3], data: new Float32Array(2) } })).toThrow(TypeError);
  });
});
