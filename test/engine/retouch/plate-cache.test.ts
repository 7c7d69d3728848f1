import { describe, expect, test } from "vitest";
import { dilate } from "../../../src/engine/geometry/mask.ts";
import type { PlateRegion } from "../../../src/engine/retouch/plate.ts";
import { PlateCache } from "../../../src/engine/retouch/plate-cache.ts";
import { discOnGround, inDisc, maskWhere } from "../../helpers/pictures.ts";

const [width, height] = [100, 80];
const picture = discOnGround(width, height, 40, 40, 14);
const regionAt = (x: number, more: Partial<PlateRegion> = {}): PlateRegion => ({
  mask: dilate(maskWhere(width, height, inDisc(x, 40, 14)), 2),
  keepSource: false,
  regime: "cut",
  ...more,
});
const region = regionAt(40);

describe("PlateCache", () => {
  test("gives the same plate for equal pixels and regions, however they were made", () => {
    const cache = new PlateCache();
    const plate = cache.plateOf(picture, [region], 1);
    expect(cache.plateOf({ ...picture, data: picture.data.slice() }, [regionAt(40)], 1)).toBe(plate);
  });

  test("builds anew for another pixel, region, seed, or way of moving", () => {
    const cache = new PlateCache({ count: 9, bytes: 1e9 });
    const plate = cache.plateOf(picture, [region], 1);
    const touched = { ...picture, data: picture.data.slice() };
    touched.data[5] = 255 - (touched.data[5] ?? 0);
    expect(cache.plateOf(touched, [region], 1)).not.toBe(plate);
    expect(cache.plateOf(picture, [regionAt(41)], 1)).not.toBe(plate);
    expect(cache.plateOf(picture, [region], 2)).not.toBe(plate);
    expect(cache.plateOf(picture, [regionAt(40, { keepSource: true })], 1)).not.toBe(plate);
    expect(cache.plateOf(picture, [regionAt(40, { regime: "bend" })], 1)).not.toBe(plate);
  });

  test("keeps the plates used last", () => {
    const cache = new PlateCache({ count: 2, bytes: 1e9 });
    const [first, second] = [1, 2].map((seed) => cache.plateOf(picture, [region], seed));
    expect(cache.plateOf(picture, [region], 1)).toBe(first);
    cache.plateOf(picture, [region], 3); // drops the second
    expect(cache.plateOf(picture, [region], 1)).toBe(first);
    expect(cache.plateOf(picture, [region], 2)).not.toBe(second);
  });

  test("keeps nothing beyond its bytes, yet answers", () => {
    const cache = new PlateCache({ count: 2, bytes: 10 });
    const plate = cache.plateOf(picture, [region], 1);
    expect(plate.cutouts).toHaveLength(1);
    expect(cache.plateOf(picture, [region], 1)).not.toBe(plate);
  });
});
