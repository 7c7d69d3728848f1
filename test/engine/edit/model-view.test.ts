import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutMotion, progressAt, samplingMap } from "../../../src/engine/drag/paper-affine.ts";
import { cutMap, type ModelView, modelView } from "../../../src/engine/edit/model-view.ts";
import { affineAt } from "../../../src/engine/geometry/affine.ts";
import type { Affine, Box } from "../../../src/engine/raster.ts";

const WHOLE: ModelView = modelView([0, 0, 128, 128], { width: 128, height: 128 }, 128);

describe("the model's view", () => {
  const picture = fc.record({ width: fc.integer({ min: 16, max: 6000 }), height: fc.integer({ min: 16, max: 6000 }) });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const cases = fc
    .record({ picture, a: fc.tuple(share, share), b: fc.tuple(share, share), size: fc.integer({ min: 4, max: 64 }) })
    .map(({ picture, a, b, size }) => {
      const along = (i: 0 | 1, length: number) => {
        const low = Math.floor(Math.min(a[i], b[i]) * (length - 1));
        return [low, Math.max(low + 1, Math.ceil(Math.max(a[i], b[i]) * length))] as const;
      };
      const [[x0, x1], [y0, y1]] = [along(0, picture.width), along(1, picture.height)];
      return { picture, editable: [x0, y0, x1, y1] as Box, workingSize: 16 * size };
    });

  test("is a crop of whole pixels inside the picture around the whole edit", () => {
    fc.assert(
      fc.property(cases, ({ picture, editable, workingSize }) => {
        const { box } = modelView(editable, picture, workingSize);
        expect(box.every(Number.isInteger)).toBe(true);
        expect(Math.min(box[0], box[1])).toBeGreaterThanOrEqual(0);
        expect(box[2]).toBeLessThanOrEqual(picture.width);
        expect(box[3]).toBeLessThanOrEqual(picture.height);
        expect(box[0]).toBeLessThanOrEqual(editable[0]);
        expect(box[1]).toBeLessThanOrEqual(editable[1]);
        expect(box[2]).toBeGreaterThanOrEqual(editable[2]);
        expect(box[3]).toBeGreaterThanOrEqual(editable[3]);
      }),
    );
  });

  test("has whole tokens, the working size as its longer side, and features at half the size", () => {
    fc.assert(
      fc.property(cases, ({ picture, editable, workingSize }) => {
        const { width, height, h, w, cut } = modelView(editable, picture, workingSize);
        expect([width, height]).toEqual([16 * w, 16 * h]);
        expect(Math.max(width, height)).toBe(workingSize);
        expect(Math.min(h, w)).toBeGreaterThanOrEqual(2);
        const scale = (width + height) / 2 > 1000 ? 4 : (width + height) / 2 > 600 ? 3 : 2;
        expect(cut).toEqual([Math.floor(height / scale), Math.floor(width / scale)]);
      }),
    );
  });

  test.each<[string, Box, [number, number], Box]>([
    ["a quarter of the longer side around the edit, square", [100, 100, 200, 140], [1000, 1000], [75, 45, 225, 195]],
    ["moved to lie inside at the left and upper edge", [0, 10, 100, 60], [1000, 1000], [0, 0, 150, 150]],
    ["moved to lie inside at the right and lower edge", [900, 950, 1000, 1000], [1000, 1000], [850, 850, 1000, 1000]],
    ["as high as the picture allows", [100, 0, 300, 100], [1000, 120], [50, 0, 350, 120]],
    ["at least 64 pixels", [500, 500, 504, 504], [1000, 1000], [470, 470, 534, 534]],
    ["the whole of a smaller picture", [5, 5, 9, 9], [40, 30], [0, 0, 40, 30]],
  ])("%s", (_name, editable, [width, height], box) => {
    expect(modelView(editable, { width, height }, 256).box).toEqual(box);
  });
});

describe("the motion at feature size", () => {
  const move = (x: number, y: number): Affine => [1, 0, x, 0, 1, y];

  test("reads the same place for no motion", () => {
    expect(cutMap(WHOLE, move(0, 0))).toEqual([1, 0, 0, 0, 1, 0]);
  });

  test("reads from where the pixel came: half the pixels at half the size", () => {
    expect(WHOLE.cut).toEqual([64, 64]);
    expect(cutMap(WHOLE, move(8, -4))).toEqual([1, 0, -4, 0, 1, 2]);
  });

  test("counts in the crop's own scale, wherever the crop lies", () => {
    const view = modelView([100, 60, 140, 100], { width: 400, height: 300 }, 128); // 64 pixels as 64 features
    expect(view).toMatchObject({ box: [88, 48, 152, 112], cut: [64, 64] });
    expect(cutMap(view, move(8, -4))).toEqual([1, 0, -8, 0, 1, 4]);
  });

  test("a quarter turn clockwise about the middle: column x reads row, row y reads the mirrored column", () => {
    const turn: Affine = [0, -1, 128, 1, 0, 0]; // (x, y) → (128 − y, x)
    const [a, b, c, d, e, f] = cutMap(WHOLE, turn);
    for (const [got, want] of [
      [a, 0],
      [b, 1],
      [c, 0],
      [d, -1],
      [e, 0],
      [f, 63],
    ] as const)
      expect(got).toBeCloseTo(want, 12);
  });

  test("agrees with the published code for a move by whole pixels in the whole picture", () => {
    const region = { channels: 1, height: 128, width: 128, data: new Float32Array(128 * 128) };
    for (let y = 56; y < 72; y++) region.data.fill(1, y * 128 + 40, y * 128 + 56); // centre (48, 64)
    const operation = { task: "transformation", target: [48 + 16 - 0.5, 64 - 24 - 0.5], anchor: null } as const;
    const { motion } = cutMotion(operation, region, WHOLE.cut);
    for (const iteration of [0, 1, 4, 9, 12]) {
      const progress = progressAt(iteration, 10);
      const ours = affineAt({ type: "relocation", by: [16, -24] }, [48, 64], progress);
      const theirs = samplingMap(motion, progress);
      for (const [i, value] of cutMap(WHOLE, ours).entries()) expect(value).toBeCloseTo(theirs[i] ?? Number.NaN, 10);
    }
  });
});
