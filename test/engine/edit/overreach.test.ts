import { describe, expect, it } from "vitest";
import { overreachOf } from "../../../src/engine/edit/overreach.ts";
import { emptyMask } from "../../../src/engine/geometry/mask.ts";
import { boxMask } from "../../../src/engine/geometry/polygon.ts";
import type { Rgb } from "../../../src/engine/raster.ts";
import { noiseAt, paint } from "../../helpers/pictures.ts";

const size = { width: 120, height: 90 };
const vacated = boxMask([30, 30, 60, 60], size);
const object = boxMask([70, 30, 100, 60], size);
/** Grey ground of a given roughness, in levels. */
const groundOf = (levels: number): Rgb =>
  paint(size.width, size.height, (x, y) => {
    const value = 128 + levels * (noiseAt(x, y) - 0.5);
    return [value, value, value];
  });
const raised = (picture: Rgb, by: number): Rgb => ({
  ...picture,
  data: picture.data.map((value, i) => ((vacated.data[Math.floor(i / 3)] ?? 0) > 127 ? value + by : value)),
});
const measure = (levels: number, by: number, share = 1) => {
  const preview = groundOf(levels);
  return overreachOf({ preview, after: raised(preview, by), vacated, object, share });
};

describe("overreach", () => {
  it("grows with the change and falls with the ground's own variation", async () => {
    const calm = (await measure(10, 12)) ?? Number.NaN;
    const rough = (await measure(120, 12)) ?? Number.NaN;
    expect(calm).toBeGreaterThan(1);
    expect(rough).toBeLessThan(1);
    expect(await measure(10, 24)).toBeCloseTo(2 * calm, 5);
  });

  it("is the model's own, whatever share of it was taken over", async () => {
    expect(await measure(60, 6, 0.5)).toBeCloseTo((await measure(60, 12, 1)) ?? Number.NaN, 5);
  });

  it("is the same on even ground as a change of so many half levels", async () => {
    expect(await measure(0, 3)).toBeCloseTo(6, 5);
  });

  it("is without bound where nothing is uncovered, and unknown where no ground shows", async () => {
    const preview = groundOf(20);
    const request = { preview, after: raised(preview, 3), object, share: 1 };
    expect(await overreachOf({ ...request, vacated: emptyMask(size) })).toBe(Number.POSITIVE_INFINITY);
    const everything = boxMask([0, 0, 120, 90], size);
    expect(await overreachOf({ ...request, vacated: everything, object: emptyMask(size) })).toBeUndefined();
  });
});
