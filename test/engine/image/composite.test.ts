import { describe, expect, it } from "vitest";
import { applyEdit } from "../../../src/engine/image/composite.ts";
import { toRgb } from "../../../src/engine/image/decode.ts";
import type { NativeImage } from "../../../src/engine/image/native.ts";
import type { Rgb } from "../../../src/engine/raster.ts";
import { greyProfile, maskOf, nativeOf, p3Profile, picture, rgbOf } from "./make.ts";

const inside = (x: number, y: number) => x >= 5 && x < 12 && y >= 3 && y < 9;
const weight = maskOf(20, 12, inside);

function brightened(rgb: Rgb, by: number): Rgb {
  return { ...rgb, data: rgb.data.map((v) => Math.min(255, v + by)) };
}

function outsideDiffers(native: NativeImage, samples: ArrayLike<number>): boolean {
  return native.samples.some((v, i) => {
    const pixel = Math.trunc(i / native.channels);
    return !inside(pixel % 20, Math.trunc(pixel / 20)) && v !== samples[i];
  });
}

it("a part of the picture changes what the whole would", async () => {
  const native = nativeOf(picture(4, 16));
  const before = await toRgb(native);
  const after = brightened(before, 60);
  const whole = await applyEdit(native, { before, after, weight });
  const cut = (from: Rgb) =>
    rgbOf(9, 8, (x, y) => [...from.data.subarray(((y + 2) * 20 + x + 4) * 3, ((y + 2) * 20 + x + 5) * 3)]);
  const part = { before: cut(before), after: cut(after), weight: maskOf(9, 8, (x, y) => inside(x + 4, y + 2)) };
  expect((await applyEdit(native, { ...part, origin: [4, 2] })).samples).toEqual(whole.samples);
  expect(whole.samples).not.toEqual(native.samples);
});

describe.each([
  [1, 8],
  [2, 8],
  [3, 8],
  [4, 8],
  [1, 16],
  [3, 16],
  [4, 16],
] as const)("%i channels of %i bits", (channels, depth) => {
  const native = nativeOf(picture(channels, depth));
  it("changes nothing when the edit changes nothing", async () => {
    const before = await toRgb(native);
    expect(
      (await applyEdit(native, { before, after: { ...before, data: before.data.slice() }, weight })).samples,
    ).toEqual(native.samples);
  });
  it("adds the change inside the weight, leaves the outside and alpha", async () => {
    const before = await toRgb(native);
    const { samples } = await applyEdit(native, { before, after: brightened(before, 60), weight });
    expect(samples.constructor).toBe(native.samples.constructor);
    expect(outsideDiffers(native, samples)).toBe(false);
    expect(samples).not.toEqual(native.samples);
    if (channels % 2 === 0) {
      const alphas = (all: ArrayLike<number>) => Array.from(all).filter((_, i) => i % channels === channels - 1);
      expect(alphas(samples)).toEqual(alphas(native.samples));
    }
  });
});

describe("arithmetic", () => {
  const one = (
    samples: Uint8Array | Uint16Array,
    channels: 1 | 3 | 4,
    depth: 8 | 16,
    extra: Partial<NativeImage> = {},
  ) => nativeOf({ width: 1, height: 1, channels, depth, samples }, extra);
  const pixel = (...data: number[]): Rgb => ({ width: 1, height: 1, data: Uint8Array.from(data) });
  const at = (value: number) => maskOf(1, 1, () => true, value);

  it("8-bit sRGB takes `after` where the weight is full, and half of it at half", async () => {
    const native = one(Uint8Array.of(100, 50, 200), 3, 8);
    const full = await applyEdit(native, { before: pixel(100, 50, 200), after: pixel(0, 255, 201), weight: at(255) });
    expect([...full.samples]).toEqual([0, 255, 201]);
    const half = await applyEdit(native, { before: pixel(100, 50, 200), after: pixel(0, 150, 200), weight: at(128) });
    expect([...half.samples]).toEqual([50, 100, 200]);
  });
  it("16-bit keeps the detail below 8 bits", async () => {
    const native = one(Uint16Array.of(25701, 25800, 65000), 3, 16);
    const { samples } = await applyEdit(native, {
      before: pixel(100, 100, 253),
      after: pixel(110, 100, 255),
      weight: at(255),
    });
    expect([...samples]).toEqual([25701 + 2570, 25800, 65000 + 514]);
  });
  it("grey takes the change of luma", async () => {
    const { samples } = await applyEdit(one(Uint8Array.of(100), 1, 8), {
      before: pixel(100, 100, 100),
      after: pixel(200, 100, 100),
      weight: at(255),
    });
    expect([...samples]).toEqual([121]);
  });
  it("fully transparent pixels stay, with a warning", async () => {
    const native = one(Uint8Array.of(9, 8, 7, 0), 4, 8);
    const { samples, warnings } = await applyEdit(native, {
      before: pixel(128, 128, 128),
      after: pixel(0, 0, 0),
      weight: at(255),
    });
    expect([...samples]).toEqual([9, 8, 7, 0]);
    expect(warnings).toMatchObject([{ code: "transparent-kept" }]);
  });
  it.each([8, 16] as const)("%i-bit P3 arrives at the sRGB colour that was asked for", async (depth) => {
    const icc = await p3Profile();
    const values = [120, 110, 90].map((v) => v * (depth === 16 ? 257 : 1));
    const native = one(depth === 16 ? Uint16Array.from(values) : Uint8Array.from(values), 3, depth, { icc });
    const after = pixel(160, 90, 140);
    const { samples, warnings } = await applyEdit(native, { before: await toRgb(native), after, weight: at(255) });
    expect(warnings).toEqual([]);
    const seen = await toRgb({ ...native, samples });
    for (let c = 0; c < 3; c++) expect(Math.abs((seen.data[c] ?? 0) - (after.data[c] ?? 0))).toBeLessThanOrEqual(2);
    expect([...samples].map((v) => Math.round(v / (depth === 16 ? 257 : 1)))).not.toEqual([...after.data]);
  });
  it.each([8, 16] as const)(
    "%i-bit grey with a profile of its own gamma arrives at the grey that was asked for",
    async (depth) => {
      const unit = depth === 16 ? 257 : 1;
      const samples = depth === 16 ? Uint16Array.of(60 * unit) : Uint8Array.of(60);
      const native = one(samples, 1, depth, { icc: greyProfile(1) });
      const before = await toRgb(native);
      expect(before.data[0]).toBeGreaterThan(120); // linear 60 of 255 is a light grey in sRGB
      const edited = await applyEdit(native, { before, after: pixel(180, 180, 180), weight: at(255) });
      expect(edited.warnings).toEqual([]);
      const seen = await toRgb({ ...native, samples: edited.samples });
      expect(Math.abs((seen.data[0] ?? 0) - 180)).toBeLessThanOrEqual(2);
    },
  );
  it("a profile that is noise is taken as sRGB", async () => {
    const native = one(Uint8Array.of(100, 50, 200), 3, 8, { icc: new Uint8Array(200).fill(7) });
    const before = await toRgb(native);
    expect([...before.data]).toEqual([100, 50, 200]);
    expect([...(await applyEdit(native, { before, after: pixel(90, 60, 200), weight: at(255) })).samples]).toEqual([
      90, 60, 200,
    ]);
  });
  it("refuses rasters of another size", async () => {
    const native = one(Uint8Array.of(1, 2, 3), 3, 8);
    const edit = applyEdit(native, { before: pixel(1, 2, 3), after: pixel(1, 2, 3), weight });
    await expect(edit).rejects.toThrow("Expected rasters of 1x1, got 20x12");
    const outside = { before: pixel(1, 2, 3), after: pixel(1, 2, 3), weight: at(255), origin: [1, 0] as const };
    await expect(applyEdit(native, outside)).rejects.toThrow("Expected a part of 1x1, got 1x1 at [1, 0]");
  });
});
