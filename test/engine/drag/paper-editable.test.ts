import { describe, expect, test } from "vitest";
import { blobAt, fillHoles, outlineArea } from "../../../src/engine/drag/paper-blobs.ts";
import { paperMasks } from "../../../src/engine/drag/paper-editable.ts";
import type { Planes } from "../../../src/engine/drag/resize.ts";

/** "#" is foreground. */
function drawn(...rows: string[]): Planes {
  const data = Float32Array.from(rows.join(""), (pixel) => (pixel === "#" ? 1 : 0));
  return { channels: 1, height: rows.length, width: rows[0]?.length ?? 0, data };
}

function shown({ width, height, data }: Planes): string[] {
  const row = (y: number) =>
    [...data.subarray(y * width, (y + 1) * width)].map((value) => (value ? "#" : ".")).join("");
  return Array.from({ length: height }, (_, y) => row(y));
}

describe("blobs", () => {
  const picture = drawn(
    "#####..", //
    "#...#..",
    "#.#.#..",
    "#...#.#",
    "####.#.",
  );

  test("holes are filled, with what lies in them; a diagonal gap encloses", () => {
    expect(shown(blobAt(fillHoles(picture), [2, 2]))).toEqual(["#####..", "#####..", "#####..", "#####.#", "####.#."]);
  });

  test("a point outside every blob is refused", () => {
    expect(() => blobAt(fillHoles(picture), [6, 0])).toThrow(/blob at \(6, 0\)/);
    expect(() => blobAt(fillHoles(picture), [-1, 0])).toThrow(/blob at/);
  });

  test("area is that of the polygon through the pixel centres", () => {
    expect(outlineArea(drawn("###", "###", "###"))).toBe(4);
    expect(outlineArea(drawn(".#.", "###", ".#."))).toBe(2);
    expect(outlineArea(drawn("###"))).toBe(0);
  });
});

describe("editable mask", () => {
  const square = drawn(".........", ".####....", ".####....", ".####....", ".........");

  test("spans source and target of a translation", () => {
    const { regions, editable } = paperMasks(square, [
      { task: "deformation", begin: [1, 1], target: [5, 2], anchor: null },
    ]);
    expect(shown(regions[0] ?? square)).toEqual(shown(square));
    expect(shown(editable)).toEqual([".........", ".#######.", ".#######.", ".#######.", "........."]);
  });

  test("drops what leaves the picture", () => {
    const { editable } = paperMasks(square, [{ task: "transformation", begin: [2, 2], target: [8, 2], anchor: null }]);
    expect(shown(editable)[1]).toBe(".########");
  });

  test("a blob of less than 5 pixels of outline area takes no part", () => {
    const { editable } = paperMasks(drawn("##...", "##..."), [
      { task: "transformation", begin: [0, 0], target: [3, 0], anchor: null },
    ]);
    expect(editable.data.every((value) => value === 0)).toBe(true);
  });
});
