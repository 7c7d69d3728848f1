import { describe, expect, it } from "vitest";
import { areaPixels, boundingBox, emptyMask } from "../../../src/engine/geometry/mask.ts";
import { boxMask } from "../../../src/engine/geometry/polygon.ts";
import type { Mask } from "../../../src/engine/raster.ts";
import { rasteriseRegion, type SegmentSpec } from "../../../src/engine/recipe/rasterise.ts";
import type { RegionSpec } from "../../../src/engine/recipe/schema.ts";
import { textIo } from "./helpers.ts";

const size = { width: 40, height: 30 };
const faint: Mask = { ...size, data: boxMask([5, 5, 10, 10], size).data.map((value) => (value ? 1 : 0)) };
const io = textIo({ "faint.png": faint, "small.png": emptyMask({ width: 8, height: 8 }), "none.png": emptyMask(size) });

describe("regions become pixels", () => {
  it.each<[RegionSpec, number[]]>([
    [{ box: [5, 6, 15, 16] }, [5, 6, 15, 16]],
    [{ box: [-5, -6, 15, 16] }, [0, 0, 15, 16]],
    [
      {
        polygon: [
          [5, 5],
          [15, 5],
          [15, 15],
          [5, 15],
        ],
      },
      [5, 5, 15, 15],
    ],
    [{ ellipse: { center: [20, 15], radius: [5, 4] } }, [15, 11, 25, 19]],
    [
      {
        stroke: {
          points: [
            [10, 10],
            [20, 10],
          ],
          width: 4,
        },
      },
      [8, 8, 22, 12],
    ],
    [{ mask: "faint.png" }, [5, 5, 10, 10]],
  ])("%j", async (spec, box) => {
    const mask = await rasteriseRegion(spec, size, io);
    expect(boundingBox(mask)).toEqual(box);
    expect(mask.data.every((value) => value === 0 || value === 255)).toBe(true);
  });

  it.each<[RegionSpec]>([[{ at: [3, 4] }], [{ object: [0, 0, 12, 12] }]])("asks the segmenter for %j", async (spec) => {
    const asked: unknown[] = [];
    const segment = async (wanted: SegmentSpec) => {
      asked.push(wanted);
      return boxMask([1, 1, 9, 9], size);
    };
    expect(areaPixels(await rasteriseRegion(spec, size, { ...textIo(), segment }))).toBe(64);
    expect(asked).toEqual([spec]);
  });
});

describe("regions are refused", () => {
  it.each<[string, RegionSpec, string, string]>([
    [
      "of another size",
      { mask: "small.png" },
      "mask-size-mismatch",
      "Expected mask of 40x30 to match the image, got 8x8",
    ],
    ["without pixels", { mask: "none.png" }, "region-empty", "none.png"],
    ["between pixel centres", { box: [1.6, 1, 1.9, 5] }, "region-empty", "1.6"],
    ["given as x, y, width, height", { box: [20, 20, 10, 5] }, "region-empty", "x0 < x1"],
    ["to the right", { box: [40, 0, 50, 10] }, "region-outside", "40x30"],
    ["to the left", { box: [-9, 0, 0, 10] }, "region-outside", "40x30"],
    ["below", { ellipse: { center: [5, 40], radius: [5, 5] } }, "region-outside", "40x30"],
    [
      "above",
      {
        polygon: [
          [1, -1],
          [5, -1],
          [3, -7],
        ],
      },
      "region-outside",
      "40x30",
    ],
    ["far away", { stroke: { points: [[99, 99]], width: 3 } }, "region-outside", "40x30"],
    ["at a point outside", { at: [41, 3] }, "region-outside", "40x30"],
    ["at a point without a segmenter", { at: [4, 3] }, "selection-needed", "[4,3]"],
  ])("%s", async (_, spec, code, text) => {
    const attempt = rasteriseRegion(spec, size, io);
    await expect(attempt).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });
});
