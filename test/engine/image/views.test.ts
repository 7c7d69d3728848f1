import { describe, expect, it } from "vitest";
import { contactSheet } from "../../../src/engine/image/contact-sheet.ts";
import { rgbFrom } from "../../../src/engine/image/raster-io.ts";
import { diffView, gridView, previewOf, regionsView, tintMasks } from "../../../src/engine/image/views.ts";
import type { Rgb } from "../../../src/engine/raster.ts";
import { maskOf, picture, rgbOf } from "./make.ts";

const grey = rgbOf(100, 60, () => [100, 100, 100]);
const at = (rgb: Rgb, x: number, y: number) => [
  ...rgb.data.slice((y * rgb.width + x) * 3, (y * rgb.width + x) * 3 + 3),
];

describe("previewOf", () => {
  const noise: Rgb = { width: 1600, height: 800, data: Uint8Array.from(picture(3, 8, 1600, 800).samples) };
  it("keeps the long edge at 1024 and the shape", async () => {
    const preview = await previewOf(rgbOf(1600, 800, (x) => [x & 255, 0, 0]));
    expect(preview).toMatchObject({ mimeType: "image/webp", width: 1024, height: 512 });
    expect(await rgbFrom(preview.data)).toMatchObject({ width: 1024, height: 512 });
  });
  it("steps down until the bytes fit", async () => {
    const preview = await previewOf(noise, { maxBytes: 60_000 });
    expect(preview.data.length).toBeLessThanOrEqual(60_000);
    expect([768, 512, 384]).toContain(preview.width);
  });
  it("never enlarges", async () => {
    expect(await previewOf(grey)).toMatchObject({ width: 100, height: 60 });
  });
});

describe("overlays", () => {
  const source = maskOf(100, 60, (x, y) => x < 20 && y < 20);
  const target = maskOf(100, 60, (x, y) => x >= 70 && y >= 40);
  it("regionsView: red source, green target, an arrow, the rest and the input untouched", () => {
    const view = regionsView(grey, [{ source, target, from: [10, 10], to: [85, 50] }]);
    const [r = 0, g = 0] = at(view, 1, 18);
    expect(r).toBeGreaterThan(g + 40);
    const [r2 = 0, g2 = 0] = at(view, 98, 42);
    expect(g2).toBeGreaterThan(r2 + 40);
    expect(at(view, 47, 29)).not.toEqual([100, 100, 100]);
    expect(at(view, 5, 50)).toEqual([100, 100, 100]);
    expect(at(grey, 1, 18)).toEqual([100, 100, 100]);
  });
  it("tintMasks: red, then green", () => {
    const view = tintMasks(grey, [source, target]);
    expect(at(view, 1, 1)).toEqual([165, 65, 65]);
    expect(at(view, 98, 50)).toEqual([60, 145, 80]);
  });
  it("gridView: lines at the step, labels beside them", () => {
    const view = gridView(grey, 50);
    expect(at(view, 50, 40)).not.toEqual([100, 100, 100]);
    expect(at(view, 20, 50)).not.toEqual([100, 100, 100]);
    expect(at(view, 20, 40)).toEqual([100, 100, 100]);
    // "5": the top bar of the digit, one font pixel below the plate's edge.
    expect([52, 53, 54].map((x) => at(view, x, 1))).toEqual([0, 1, 2].map(() => [255, 255, 255]));
  });
  it("gridView: a step below a pixel is refused", () => {
    expect(() => gridView(grey, 0)).toThrow(/at least 1 pixel/);
  });
});

describe("diffView", () => {
  it("is black where nothing changed and brighter the more did", () => {
    const after = rgbOf(100, 60, (x) => [100 + (x > 50 ? x - 50 : 0), 100, 100]);
    const view = diffView(grey, after);
    const light = (x: number) => at(view, x, 5).reduce((a, b) => a + b, 0);
    expect(light(10)).toBe(0);
    expect(light(51)).toBeGreaterThan(60);
    expect(light(99)).toBeGreaterThan(light(60));
  });
});

describe("contactSheet", () => {
  it("centres pictures in cells", async () => {
    const sheet = await contactSheet([[grey, grey], [grey]], 50);
    expect([sheet.width, sheet.height]).toEqual([2 * 54 + 4, 2 * 54 + 4]);
    expect(at(sheet, 4 + 25, 4 + 25)).toEqual([100, 100, 100]);
    expect(at(sheet, 4 + 25, 4 + 5)).toEqual([60, 60, 60]);
    expect(at(sheet, 58 + 25, 58 + 25)).toEqual([60, 60, 60]);
  });
});
