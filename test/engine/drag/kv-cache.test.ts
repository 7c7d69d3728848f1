import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { KvCache } from "../../../src/engine/drag/kv-cache.ts";
import { bfloatToFloat, halfToFloat } from "../../../src/engine/weights/dtypes.ts";
import { floatToBfloat, floatToHalf } from "../../../src/engine/weights/half.ts";
import { numbers } from "../../helpers/evaluate.ts";

const dir = await mkdtemp(join(tmpdir(), "dragflow-kv-"));
afterAll(() => rm(dir, { recursive: true, force: true }));

const pass = (seed: number) => ({ "kv.double.0.k": { shape: [10, 8], data: numbers(80, seed) } });
const BYTES = 80 * 2;

describe("keys and values kept for later", () => {
  test("float32 comes back as it was", async () => {
    const cache = new KvCache();
    await cache.add(pass(1));
    expect(await cache.get(0)).toEqual(pass(1));
    await expect(cache.get(1)).rejects.toThrow("Expected a pass below 1, got 1");
  });

  test("16 bit: half the bytes, each value its nearest half", async () => {
    const cache = new KvCache({ precision: "16-bit" });
    await cache.add(pass(1));
    expect(cache.bytes).toBe(BYTES);
    const { data } = (await cache.get(0))["kv.double.0.k"] ?? { data: [] };
    expect([...data]).toEqual([...halfToFloat(floatToHalf(numbers(80, 1)))]);
  });

  test("beyond a half's range bfloat16 is used, so that nothing becomes infinite", async () => {
    const cache = new KvCache({ precision: "16-bit" });
    const data = Float32Array.of(1e30, -2, 65504);
    await cache.add({ "kv.double.0.k": { shape: [3], data } });
    const got = (await cache.get(0))["kv.double.0.k"]?.data ?? [];
    for (const [i, value] of data.entries()) expect(Math.abs((got[i] ?? 0) / value - 1)).toBeLessThan(2 ** -8);
  });

  test("over the budget the first passes go to disk, the last stays, all come back; closing leaves no file", async () => {
    const cache = new KvCache({ precision: "16-bit", budget: 2 * BYTES, dir });
    for (let i = 0; i < 5; i++) await cache.add(pass(i));
    expect(cache.bytes).toBe(2 * BYTES);
    const [folder = ""] = await readdir(dir);
    expect((await readdir(join(dir, folder))).sort()).toEqual(["0", "1", "2"]);
    for (let i = 4; i >= 0; i--) {
      const got = (await cache.get(i))["kv.double.0.k"];
      expect(got).toEqual({ shape: [10, 8], data: halfToFloat(floatToHalf(numbers(80, i))) });
    }
    await cache.close();
    expect(await readdir(dir)).toEqual([]);
  });

  test("a budget below one pass keeps the last one only", async () => {
    const cache = new KvCache({ budget: 0, dir });
    for (let i = 0; i < 3; i++) await cache.add(pass(i));
    expect(cache.bytes).toBe(2 * BYTES);
    expect(await cache.get(0)).toEqual(pass(0));
    await cache.close();
  });
});

describe("16-bit conversions", () => {
  /** Every finite half, and what lies between neighbours: the rule is nearest, ties to even. */
  test("halves: all of them, midpoints and their neighbours", () => {
    const all = Uint16Array.from({ length: 0x7c00 }, (_, i) => i);
    expect(floatToHalf(halfToFloat(all))).toEqual(all);
    const floats = halfToFloat(all);
    const middle = floats.map((value, i) => (i + 1 < all.length ? (value + (floats[i + 1] ?? 0)) / 2 : value));
    const even = all.map((bits, i) => (i + 1 < all.length && bits % 2 === 1 ? bits + 1 : bits));
    expect(floatToHalf(middle)).toEqual(even);
    const above = middle.map((value) => value * (1 + 2 ** -20) + 1e-12);
    expect(floatToHalf(above.subarray(0, -1))).toEqual(all.map((bits) => bits + 1).subarray(0, -1));
  });

  test("signs, infinities and what is no number", () => {
    const values = Float32Array.of(-0, -1, 65519, 65520, -1e9, Number.POSITIVE_INFINITY, Number.NaN);
    expect([...floatToHalf(values)]).toEqual([0x8000, 0xbc00, 0x7bff, 0x7c00, 0xfc00, 0x7c00, 0x7e00]);
    expect(bfloatToFloat(floatToBfloat(values))[6]).toBeNaN();
  });

  test("bfloat16: nearest, ties to even", () => {
    const cases = Float32Array.of(1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, -3.140625);
    expect([...bfloatToFloat(floatToBfloat(cases))]).toEqual([1, 1, 1 + 2 ** -6, 1 + 2 ** -7, -3.140625]);
  });
});
