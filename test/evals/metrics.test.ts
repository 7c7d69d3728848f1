/** The metrics on pictures whose content is known: a disc on grainy ground, moved without loss, or not at all. */
import { describe, expect, it } from "vitest";
import type { NativeImage } from "../../src/engine/image/native.ts";
import type { Rgb } from "../../src/engine/raster.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { meanMeasures, measure as measureWith } from "../../src/evals/measures.ts";
import { SCORERS } from "../../src/evals/metrics/index.ts";
import { psnr, squaredError } from "../../src/evals/metrics/psnr.ts";
import { type Sample, type Shot, sampleOf, zonesOf } from "../../src/evals/sample.ts";
import { discOnGround, ground, inDisc, maskWhere, paint, stripes } from "../helpers/pictures.ts";

const [WIDTH, HEIGHT, SHIFT] = [96, 64, 40];
const before = discOnGround(WIDTH, HEIGHT, 24, 32, 12);
/** The disc's own pixels 40 further right, the ground of that place where it was. */
const moved = paint(WIDTH, HEIGHT, (x, y) =>
  inDisc(24 + SHIFT, 32, 14)(x, y)
    ? pixel(before, x - SHIFT, y)
    : inDisc(24, 32, 14)(x, y)
      ? ground(x, y)
      : pixel(before, x, y),
);

function pixel({ width, data }: Rgb, x: number, y: number): [number, number, number] {
  const at = (y * width + x) * 3;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
}

function shot(rgb: Rgb): Shot {
  const { width, height, data } = rgb;
  const native: NativeImage = {
    width,
    height,
    channels: 3,
    depth: 8,
    samples: data,
    path: "",
    format: "png",
    warnings: [],
  };
  return { native, rgb };
}

const measure = (sample: Sample) => measureWith(sample, SCORERS);

async function scene(after: Rgb, keepSource = false): Promise<Sample> {
  const region = { ellipse: { center: [24, 32], radius: [12, 12] } };
  const operations = [{ region, motion: { type: "relocation", by: [SHIFT, 0] }, keepSource }];
  const recipe = parseRecipe({ operations });
  const zones = await zonesOf(recipe, shot(before));
  const cost = { seconds: 1.5, peakMemoryBytes: 2e8 };
  return sampleOf({ zones, original: shot(before), result: shot(after), recipe, cost });
}

describe("metrics", () => {
  it("of a perfect move: arrived without loss, gone, nothing outside", async () => {
    const measures = await measure(await scene(moved));
    expect(measures).toMatchObject({ target_psnr: 100, outside_changed: 0, seconds: 1.5, peak_memory: 200 });
    expect(measures.source_psnr).toBeLessThan(15);
    expect(measures.score).toBeGreaterThan(0.8);
  });

  it("of doing nothing: the source is as it was, the target is not there", async () => {
    const measures = await measure(await scene(before));
    expect(measures.source_psnr).toBe(100);
    expect(measures.target_psnr).toBeLessThan(15);
    expect(measures.score).toBeLessThan((await measure(await scene(moved))).score ?? 0);
  });

  it("counts a pixel outside once, however many of its samples differ", async () => {
    const spoilt = { ...before, data: Uint8Array.from(before.data) };
    spoilt.data.set([1, 2, 3], 0);
    expect((await measure(await scene(spoilt))).outside_changed).toBe(1);
  });

  it("leaves out what has nothing to measure", async () => {
    expect(await measure(await scene(before, true))).not.toHaveProperty("source_psnr");
  });

  it("refuses a result of another size", async () => {
    const { zones, small } = { zones: await scene(before), small: paint(8, 8, stripes) };
    await expect(measure({ ...zones, result: shot(small) })).rejects.toThrow("Expected a result of 96x64");
  });
});

describe("PSNR", () => {
  it("is 10·log10(255²/mse) over the masked samples", () => {
    const [black, grey] = [paint(4, 4, () => [0, 0, 0]), paint(4, 4, () => [51, 51, 51])];
    const half = maskWhere(4, 4, (x) => x < 2);
    expect(squaredError(black, grey, half)).toEqual({ sum: 8 * 3 * 51 ** 2, count: 24 });
    expect(psnr([squaredError(black, grey, half)])).toBeCloseTo(20 * Math.log10(5));
    expect(psnr([])).toBeUndefined();
  });
});

it("averages over the results that have a number", () => {
  expect(meanMeasures([{ score: 0.4, source_psnr: 10 }, { score: 0.6 }])).toEqual({ score: 0.5, source_psnr: 10 });
});
