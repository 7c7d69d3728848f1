import { describe, expect, it } from "vitest";
import { rotationAbout, scaleAbout, translation } from "../../../src/engine/geometry/affine.ts";
import { centroidOf } from "../../../src/engine/geometry/mask.ts";
import { boxMask } from "../../../src/engine/geometry/polygon.ts";
import type { Affine, Box } from "../../../src/engine/raster.ts";
import { type LintOperation, lintOperations } from "../../../src/engine/recipe/lint.ts";

const size = { width: 200, height: 100 };

function operation(box: Box, affine: Affine, label = "paw"): LintOperation {
  const region = boxMask(box, size);
  return { label, region, centroid: centroidOf(region), affine };
}

function codes(operations: LintOperation[], dilate = 0): string[] {
  return lintOperations(operations, dilate).map(({ code }) => code);
}

/** What is said about pairs that pull at the same pixels. */
function opposing(operations: LintOperation[]): string[] {
  return codes(operations).filter((code) => code === "opposing-motions");
}

describe("a sound operation", () => {
  it("has nothing said about it", () => {
    expect(codes([operation([20, 20, 60, 60], translation([30, 10]))])).toEqual([]);
  });

  it("has its growth said aloud", () => {
    const [warning] = lintOperations([operation([20, 20, 60, 60], translation([30, 10]))], 3);
    expect(warning).toEqual({ code: "region-grown", message: expect.stringContaining("3 px") });
  });
});

describe("sizes", () => {
  it("warns of a region under 0.05 %", () => {
    expect(codes([operation([20, 20, 23, 23], translation([30, 10]))])).toEqual(["region-tiny"]);
    expect(codes([operation([20, 20, 25, 22], translation([30, 10]))])).toEqual([]);
  });

  it("refuses a region over 95 %", () => {
    const attempt = () => codes([operation([0, 0, 200, 96], translation([1, 0]))]);
    expect(attempt).toThrow(
      expect.objectContaining({ code: "region-too-large", message: expect.stringContaining("96 %") }),
    );
    expect(codes([operation([0, 0, 190, 100], translation([1, 0]))])).toEqual([]);
  });

  it("refuses a scale to nothing", () => {
    const attempt = () => codes([operation([20, 20, 30, 30], scaleAbout([0.01, 0.5], [25, 25]))]);
    expect(attempt).toThrow(expect.objectContaining({ code: "region-empty" }));
  });
});

describe("targets", () => {
  it.each<[string, Affine]>([
    ["the centroid leaves", translation([161, 0])],
    ["all leaves", rotationAbout(180, [0, 0])],
    ["coordinates overflow", translation([Number.MAX_VALUE, 0])],
    ["most leaves though the centroid stays", scaleAbout([9, 9], [40, 40])],
  ])("refuses when %s", (_, affine) => {
    const attempt = () => codes([operation([20, 20, 60, 60], affine)]);
    expect(attempt).toThrow(
      expect.objectContaining({ code: "target-outside", message: expect.stringContaining("200x100") }),
    );
  });

  it("warns when a little leaves", () => {
    const [warning] = lintOperations([operation([20, 20, 60, 60], translation([-30, 0]))], 0);
    expect(warning).toEqual({
      code: "target-clipped",
      message: '25 % of region "paw" leaves the picture and is cut off',
    });
  });
});

describe("motions", () => {
  it("warns of a motion under half a pixel everywhere", () => {
    expect(codes([operation([20, 20, 60, 60], translation([0.3, 0.3]))])).toEqual(["motion-tiny"]);
    expect(codes([operation([20, 20, 60, 60], rotationAbout(360, [5, 5]))])).toEqual(["motion-tiny"]);
    expect(codes([operation([20, 20, 60, 60], rotationAbout(2, [40, 40]))])).toEqual([]);
  });

  it.each<[string, Affine, Affine, string[]]>([
    ["contrary shifts", translation([20, 0]), translation([-15, 4]), ["opposing-motions"]],
    ["contrary turns", rotationAbout(20, [50, 40]), rotationAbout(-20, [50, 40]), ["opposing-motions"]],
    [
      "growing against shrinking",
      scaleAbout([1.3, 1.3], [50, 40]),
      scaleAbout([0.7, 0.7], [50, 40]),
      ["opposing-motions"],
    ],
    ["the same way", translation([20, 0]), translation([15, 4]), []],
    ["a right angle", translation([20, 0]), translation([0, 20]), []],
  ])("compares overlapping regions: %s", (_, first, second, expected) => {
    const pair = [operation([20, 20, 60, 60], first, "a"), operation([40, 20, 80, 60], second, "b")];
    expect(opposing(pair)).toEqual(expected);
  });

  it("lets regions apart move against each other", () => {
    const pair = [
      operation([20, 20, 40, 60], translation([20, 0])),
      operation([40, 20, 80, 60], translation([-20, 0])),
    ];
    expect(opposing(pair)).toEqual([]);
  });
});

describe("targets that meet", () => {
  const fixed = operation([100, 20, 140, 60], translation([0, 20]), "under");

  it("are warned of, with the one that covers and how much", () => {
    const [warning, ...more] = lintOperations([fixed, operation([20, 20, 60, 60], translation([100, 20]), "over")], 0);
    expect(warning).toEqual({ code: "targets-overlap", message: expect.stringContaining('"over" covers 50 %') });
    expect(warning?.message).toContain('of region "under"');
    expect(more).toEqual([]);
  });

  it("count what a scaled target covers", () => {
    const [warning] = lintOperations([fixed, operation([60, 50, 70, 60], scaleAbout([2, 2], [20, 60]), "over")], 0);
    expect(warning?.message).toContain("covers 25 %");
  });

  it("are not warned of where they only touch, or where a source is covered", () => {
    expect(codes([fixed, operation([20, 20, 60, 60], translation([40, 20]))])).toEqual([]);
    expect(codes([fixed, operation([60, 0, 100, 15], translation([45, 22]))])).toEqual([]);
  });
});
