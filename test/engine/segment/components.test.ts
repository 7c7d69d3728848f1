import { expect, test } from "vitest";
import type { Mask } from "../../../src/engine/raster.ts";
import { fillHoles, keepLargest, keepTouched } from "../../../src/engine/segment/components.ts";

function maskOf(...rows: string[]): Mask {
  const data = Uint8Array.from(rows.join(""), (mark) => (mark === "#" ? 255 : 0));
  return { width: rows[0]?.length ?? 0, height: rows.length, data };
}

const picture = maskOf("####...#", "#..#...#", "####....", "......##");

test("keepLargest drops parts below the share of the largest", () => {
  expect(keepLargest(picture, 0.5)).toEqual(maskOf("####....", "#..#....", "####....", "........"));
  expect(keepLargest(picture, 0.2)).toEqual(picture);
});

test("keepTouched keeps the part that holds a seed", () => {
  expect(keepTouched(picture, (i) => i === 7)).toEqual(maskOf(".......#", ".......#", "........", "........"));
  expect(keepTouched(picture, () => false)).toEqual(picture);
});

test("fillHoles fills small enclosed holes only", () => {
  expect(fillHoles(picture, 0.5).data.slice(8, 12)).toEqual(Uint8Array.of(255, 255, 255, 255));
  expect(fillHoles(picture, 0.05)).toEqual(picture);
  const open = maskOf("###.", "#..#", "####");
  expect(fillHoles(open, 1).data[3]).toBe(0);
});
