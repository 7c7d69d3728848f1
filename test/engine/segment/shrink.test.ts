import { expect, test } from "vitest";
import type { Box } from "../../../src/engine/raster.ts";
import { cropRgb, resizeMask, resizeRgb, wholeBox } from "../../../src/engine/retouch/resample.ts";
import { shrinkRgb, workingCopy, workingMask } from "../../../src/engine/segment/shrink.ts";
import { inDisc, maskWhere, paint } from "../../helpers/pictures.ts";

const wide = paint(2500, 300, (x, y) => [x / 10, (x + y) % 256 < 128 ? 60 : 180, 255 - y / 2]);

function worst(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), a.length === b.length ? 0 : 255);
}

test.each<[string, Box]>([
  ["whole", wholeBox(wide)],
  ["in part", [100, 17, 2490, 290]],
])("a large picture %s shrinks as without the average before", (_, box) => {
  const plain = resizeRgb(cropRgb(wide, box), 250, 30);
  expect(worst(shrinkRgb(wide, box, 250, 30).data, plain.data)).toBeLessThanOrEqual(6);
});

test("a picture of at most 2048 pixels is its own working copy", () => {
  const picture = paint(2048, 4, () => [1, 2, 3]);
  expect(workingCopy(picture)).toBe(picture);
  expect(workingCopy(wide)).toMatchObject({ width: 1024, height: 123 });
});

test("a mask keeps its place and area in the working copy", () => {
  const mask = maskWhere(2500, 300, inDisc(2000, 150, 100));
  const copy = workingMask(mask);
  const plain = resizeMask(mask, 1024, 123);
  const differing = copy.data.filter((value, i) => value > 127 !== (plain.data[i] ?? 0) > 127).length;
  expect(differing / (Math.PI * 41 ** 2)).toBeLessThan(0.01);
});
