import { describe, expect, test } from "vitest";
import {
  type CutMotion,
  cutMotion,
  movedRegion,
  progressAt,
  rotationDegrees,
  samplingMap,
  samplingPositions,
  warpedFeatures,
} from "../../../src/engine/drag/paper-affine.ts";

const moveRight: CutMotion = { task: "transformation", begin: [1, 1], target: [3, 1], anchor: null };
const ramp = { channels: 1, height: 2, width: 4, data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) };

describe("translation", () => {
  test("moves by the share of the offset; zeros come in for regions, the border for features", () => {
    expect([...movedRegion(ramp, samplingMap(moveRight, 0.5)).data]).toEqual([0, 1, 2, 3, 0, 5, 6, 7]);
    expect([...warpedFeatures(ramp, samplingMap(moveRight, 1)).data]).toEqual([1, 1, 1, 2, 5, 5, 5, 6]);
  });

  test("between pixels it mixes, with zero beyond the border", () => {
    expect(movedRegion(ramp, samplingMap(moveRight, 0.25)).data[0]).toBe(0.5);
    expect(warpedFeatures(ramp, samplingMap(moveRight, 0.25)).data[0]).toBe(1);
  });
});

describe("rotation", () => {
  const quarter: CutMotion = { task: "rotation", begin: [2, 1], target: [1, 2], anchor: [1, 1] };

  test("is clockwise on the screen: what is right of the anchor arrives below it", () => {
    const region = { channels: 1, height: 3, width: 3, data: Float32Array.of(0, 0, 0, 0, 0, 1, 0, 0, 0) };
    const moved = [...movedRegion(region, samplingMap(quarter, 1)).data];
    expect(moved.map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0]);
  });

  test("leaves its anchor where it is at every progress", () => {
    const positions = samplingPositions(samplingMap(quarter, 0.37), [3, 3]);
    expect(positions[8]).toBeCloseTo(1, 6);
    expect(positions[9]).toBeCloseTo(1, 6);
  });

  test("takes the short way round, with −180 rather than 180", () => {
    expect(rotationDegrees([-10, 1], [-10, -1], [0, 0])).toBeCloseTo(11.42, 2);
    expect(rotationDegrees([-10, -1], [-10, 1], [0, 0])).toBeCloseTo(-11.42, 2);
    expect(rotationDegrees([1, 0], [-1, 0], [0, 0])).toBe(-180);
  });

  test("needs an anchor", () => {
    expect(() => samplingMap({ ...quarter, anchor: null }, 1)).toThrow(/anchor/);
  });
});

test("a region is read wherever it is not 0, between pixels and over the border, and nowhere else", () => {
  const [width, height] = [9, 7];
  const data = new Float32Array(2 * width * height);
  for (const [i, value] of [0.25, 1, 0.5, 1, 0.75].entries()) data[(i % 2) * 63 + 20 + 5 * i] = value; // two channels
  const region = { channels: 2, height, width, data };
  const map = samplingMap({ task: "rotation", begin: [7, 3], target: [4, 6], anchor: [4, 3] }, 0.6);
  const [a, b, c, d, e, f] = map;
  const read = (channel: number, x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (data[channel * 63 + y * width + x] ?? 0);
  const expected = Array.from({ length: data.length }, (_, i) => {
    const [channel, x, y] = [Math.floor(i / 63), i % width, Math.floor((i % 63) / width)];
    const [sx, sy] = [a * x + b * y + c, d * x + e * y + f];
    const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
    const mix = (row: number) => (1 - sx + x0) * read(channel, x0, row) + (sx - x0) * read(channel, x0 + 1, row);
    return (1 - sy + y0) * mix(y0) + (sy - y0) * mix(y0 + 1);
  });
  const { data: moved } = movedRegion(region, map);
  expect(moved.filter((value) => value !== 0).length).toBeGreaterThan(10);
  for (const [i, value] of expected.entries()) expect(moved[i]).toBeCloseTo(value, 6);
});

test("the motion begins at the centroid of the resized region, whatever the file says", () => {
  const region = { channels: 1, height: 8, width: 8, data: new Float32Array(64).fill(1, 0, 32) };
  const { motion } = cutMotion({ task: "deformation", target: [7, 6], anchor: null }, region, [4, 4]);
  expect(motion).toEqual({ task: "deformation", begin: [2, 0], target: [4, 3], anchor: null });
});

test("progress ends at 1 and stays there", () => {
  expect([0, 24, 49, 50, 69].map((k) => progressAt(k, 50))).toEqual([0.02, 0.5, 1, 1, 1]);
});
