/** What must hold of the metrics whatever the weights; their numbers are checked by the parity cases. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planes } from "../../../src/engine/drag/resize.ts";
import { ifScores } from "../../../src/engine/metrics/if-scores.ts";
import { Lpips } from "../../../src/engine/metrics/lpips.ts";
import { maxPool } from "../../../src/engine/metrics/max-pool.ts";
import { md1 } from "../../../src/engine/metrics/md1.ts";
import { md2 } from "../../../src/engine/metrics/md2.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { CPU, numbers } from "../../helpers/evaluate.ts";

const WEIGHTS = fileURLToPath(new URL("../../fixtures/parity/bundles/lpips-a", import.meta.url));

let lpips: Lpips;
beforeAll(async () => {
  lpips = new Lpips(await openWeights(WEIGHTS), CPU);
});
afterAll(() => lpips.release());

const planes = (channels: number, height: number, width: number, data: Float32Array): Planes => {
  return { channels, height, width, data };
};

describe("LPIPS", () => {
  const picture = (seed: number) => ({ shape: [1, 3, 40, 56], data: numbers(3 * 40 * 56, seed) });

  test("is 0 for equal pictures, the same both ways, the sum of its layers", async () => {
    const [a, b] = [picture(1), picture(2)];
    expect((await lpips.distance(a, a)).distance).toBe(0);
    const { distance, layers } = await lpips.distance(a, b);
    expect(distance).toBeGreaterThan(0);
    expect((await lpips.distance(b, a)).distance).toBeCloseTo(distance, 12);
    expect(layers.reduce((sum, layer) => sum + layer, 0)).toBeCloseTo(distance, 12);
  });

  test("refuses pictures of two sizes", async () => {
    const other = { shape: [1, 3, 40, 40], data: numbers(3 * 1600) };
    await expect(lpips.distance(picture(1), other)).rejects.toThrow(/pictures of one size/);
  });
});

test("pooling takes the largest of each window and leaves out what does not fill one", () => {
  const x = { shape: [1, 1, 4, 5], data: Float32Array.from({ length: 20 }, (_, i) => (i === 6 ? 99 : i)) };
  expect(maxPool(x, 3, 2)).toEqual({ shape: [1, 1, 1, 2], data: Float32Array.of(99, 14) });
  expect(() => maxPool(x, 5, 2)).toThrow(/at least 5x5 places/);
});

/** A 64x48 picture of noise with a bright square, and the same with the square 16 pixels further right. */
function moved(): { original: Planes; edited: Planes; at: (x: number) => Planes; editable: Planes } {
  const [width, height] = [64, 48];
  const paint = (x0: number, ground = numbers(3 * width * height)) =>
    planes(
      3,
      height,
      width,
      ground.map((value, i) => (inside(i % (width * height), x0) ? shade(i, x0) : value * 0.2)),
    );
  const inside = (i: number, x0: number) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= x0 && x < x0 + 12 && y >= 18 && y < 30;
  };
  /** Belongs to the place within the square, so that it moves along. */
  const shade = (i: number, x0: number) => Math.sin(((i % width) - x0) * 0.9) * 0.5 + 0.4;
  const at = (x0: number) =>
    planes(
      1,
      height,
      width,
      Float32Array.from({ length: width * height }, (_, i) => (inside(i, x0) ? 1 : 0)),
    );
  const editable = planes(
    1,
    height,
    width,
    at(14).data.map((value, i) => value || (at(30).data[i] ?? 0)),
  );
  return { original: paint(14), edited: paint(30), at, editable };
}

describe("image fidelity", () => {
  const { original, edited, at, editable } = moved();
  const operation = {
    task: "transformation" as const,
    begin: [20, 24] as const,
    target: [36, 24] as const,
    anchor: null,
    before: at(14),
    after: at(30),
  };

  test("of a perfect move: background and target 1, the source changed", async () => {
    const scores = await ifScores(lpips, original, edited, editable, [operation]);
    expect(scores).toMatchObject({ background: 1, sourceToTarget: 1 });
    expect(scores.sourceToSource).toBeLessThan(1);
    expect(scores.distances).toHaveLength(3);
  });

  test("of no edit at all: the source is as it was, the target is not there", async () => {
    const scores = await ifScores(lpips, original, original, editable, [operation]);
    expect(scores).toMatchObject({ background: 1, sourceToSource: 1 });
    expect(scores.sourceToTarget).toBeLessThan(1);
  });

  test("a mask of another size is refused", async () => {
    await expect(
      ifScores(lpips, original, edited, at(0), [{ ...operation, before: planes(1, 1, 1, Float32Array.of(1)) }]),
    ).rejects.toThrow(/a mask of 64x48, got 1x1/);
  });
});

describe("mean distances", () => {
  /** Feature maps 8x6 in which every place is its own direction; the edit moves all of it by whole places. */
  const features = (shift: number) => {
    const data = new Float32Array(48 * 48);
    for (let y = 0; y < 6; y++) for (let x = 0; x < 8; x++) data[(y * 8 + ((x - shift + 8) % 8)) * 48 + y * 8 + x] = 1;
    return planes(48, 6, 8, data);
  };
  const editable = planes(1, 48, 64, new Float32Array(48 * 64).fill(1));
  const point = { begin: [12, 20] as const, target: [28, 20] as const };

  test("are small where the feature arrived and about the way where nothing moved", () => {
    expect(md1(features(0), features(2), editable, [point])).toBeLessThan(4);
    expect(md1(features(0), features(0), editable, [point])).toBeCloseTo(16, 0);
    expect(md2(features(0), features(2), [48, 64], [point]).distance).toBeLessThan(11);
    expect(md2(features(0), features(0), [48, 64], [point]).distance).toBeGreaterThan(15);
  });

  test("MD_1 looks in the editable area only", () => {
    const right = editable.data.map((_, i) => (i % 64 >= 40 ? 1 : 0));
    expect(md1(features(0), features(2), { ...editable, data: right }, [point])).toBeGreaterThanOrEqual(12);
  });

  test("MD_2 takes the first of equal pixels", () => {
    // The feature at place (3, 2) covers pixels 24–31 × 16–23; the search starts at its top-left.
    expect(md2(features(0), features(2), [48, 64], [point]).matches).toEqual([[24, 16]]);
  });
});
