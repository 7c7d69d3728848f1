/** Scorers on pictures whose content is known, against plain references. */
import { describe, expect, it } from "vitest";
import { fullMask } from "../../src/engine/geometry/mask.ts";
import type { NativeImage } from "../../src/engine/image/native.ts";
import type { Rgb } from "../../src/engine/raster.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { measure } from "../../src/evals/measures.ts";
import { gmsd } from "../../src/evals/metrics/gmsd.ts";
import { SCORERS } from "../../src/evals/metrics/index.ts";
import type { Networks } from "../../src/evals/metrics/networks.ts";
import { ssim } from "../../src/evals/metrics/ssim.ts";
import { type Sample, type Shot, sampleOf, zonesOf } from "../../src/evals/sample.ts";
import { maskWhere, noiseAt, paint } from "../helpers/pictures.ts";

const [WIDTH, HEIGHT, SHIFT] = [96, 64, 40];
/** Texture that does not repeat, so that places can be told apart. */
const coarse = (x: number, y: number) => 60 + 140 * noiseAt(Math.floor(x / 3), Math.floor(y / 3), 7);
const inRegion = (x: number, y: number) => x >= 12 && x < 36 && y >= 20 && y < 44;
const grey = (value: number): [number, number, number] => [value, value, value];
const plain = (x: number, y: number) => grey(100 + 6 * noiseAt(x, y));
const before = paint(WIDTH, HEIGHT, (x, y) => (inRegion(x, y) ? grey(coarse(x, y)) : plain(x, y)));
const moved = paint(WIDTH, HEIGHT, (x, y) => (inRegion(x - SHIFT, y) ? grey(coarse(x - SHIFT, y)) : plain(x, y)));

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

async function sample(after: Rgb, networks: Networks = {}, truth?: Rgb): Promise<Sample> {
  const operations = [{ region: { box: [12, 20, 36, 44] }, motion: { type: "relocation", by: [SHIFT, 0] } }];
  const recipe = parseRecipe({ operations });
  const reference = truth === undefined ? {} : { truth: shot(truth) };
  const cost = { seconds: 1, tokens: { input: 900, output: 100 } };
  return sampleOf({
    zones: await zonesOf(recipe, shot(before)),
    original: shot(before),
    result: shot(after),
    recipe,
    cost,
    reference,
    networks,
  });
}

describe("SSIM", () => {
  const a = paint(24, 20, (x, y) => grey(coarse(x, y)));
  const b = paint(24, 20, (x, y) => grey(0.6 * coarse(x, y) + 40 + 30 * noiseAt(x, y, 3)));

  it("is the window's formula at one place", () => {
    const centre = maskWhere(24, 20, (x, y) => x === 12 && y === 10);
    expect(ssim(a, b, centre)).toBeCloseTo(plainSsim(a, b, 12, 10), 10);
  });

  it("is 1 for equal pictures, and less for others", () => {
    expect(ssim(a, a, fullMask(a))).toBeCloseTo(1, 12);
    expect(ssim(a, b, fullMask(a))).toBeLessThan(0.9);
    expect(
      ssim(
        a,
        b,
        maskWhere(24, 20, () => false),
      ),
    ).toBeUndefined();
  });
});

/** Straight from the paper: Gaussian weights of σ 1.5 over 11 × 11. */
function plainSsim(a: Rgb, b: Rgb, cx: number, cy: number): number {
  const weights: number[] = [];
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let dy = -5; dy <= 5; dy++) {
    for (let dx = -5; dx <= 5; dx++) {
      weights.push(Math.exp(-(dx * dx + dy * dy) / 4.5));
      const at = 3 * ((cy + dy) * a.width + cx + dx);
      xs.push(a.data[at] ?? 0);
      ys.push(b.data[at] ?? 0);
    }
  }
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = (f: (i: number) => number) => weights.reduce((sum, w, i) => sum + w * f(i), 0) / total;
  const [mx, my] = [mean((i) => xs[i] ?? 0), mean((i) => ys[i] ?? 0)];
  const vx = mean((i) => ((xs[i] ?? 0) - mx) ** 2);
  const vy = mean((i) => ((ys[i] ?? 0) - my) ** 2);
  const vxy = mean((i) => ((xs[i] ?? 0) - mx) * ((ys[i] ?? 0) - my));
  const [c1, c2] = [6.5025, 58.5225];
  return ((2 * mx * my + c1) * (2 * vxy + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2));
}

describe("GMSD", () => {
  it("is 0 for equal pictures and for a constant offset, and grows with blur", () => {
    const a = paint(48, 48, (x, y) => grey(coarse(x, y)));
    const lighter = paint(48, 48, (x, y) => grey(coarse(x, y) + 20));
    const flat = paint(48, 48, (x, y) => grey(130 + 0.2 * (coarse(x, y) - 130)));
    expect(gmsd(a, a, fullMask(a))).toBe(0);
    expect(gmsd(a, lighter, fullMask(a))).toBeLessThan(0.01);
    expect(gmsd(a, flat, fullMask(a))).toBeGreaterThan(0.1);
  });
});

describe("a table of scorers", () => {
  it("has one name each, and says unit, source and noise", () => {
    const names = SCORERS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, unit, source, noise } of SCORERS) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect([unit, source, noise.from].every((text) => text.length > 0)).toBe(true);
    }
  });

  it("of a perfect move: alike in its zones, found at its target", async () => {
    const measures = await measure(await sample(moved), SCORERS);
    expect(measures).toMatchObject({ patch_distance: 0, psnr_outside: 100, gmsd_outside: 0, tokens: 1000 });
    expect(measures.ssim_target).toBeGreaterThan(0.998);
    expect(measures.ssim_vacated).toBeLessThan(0.6);
    expect(measures).not.toHaveProperty("if_bg");
    expect(measures).not.toHaveProperty("truth_psnr");
  });

  it("of doing nothing: the length of the way", async () => {
    const measures = await measure(await sample(before), SCORERS);
    expect(measures.patch_distance).toBeCloseTo(SHIFT, 0);
    expect(measures.ssim_vacated).toBeCloseTo(1, 6);
  });

  it("truth is compared with where there is one", async () => {
    expect(await measure(await sample(moved, {}, moved), SCORERS)).toMatchObject({
      truth_psnr: 100,
      truth_ssim: expect.closeTo(1, 9),
    });
  });

  it("MD by feature maps: 0 where the features moved along, the way where they did not", async () => {
    // Colours as features: every pixel its own place.
    const maps = async (rgb: Rgb) => ({
      channels: 3,
      width: rgb.width,
      height: rgb.height,
      data: Float32Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => {
        const [c, at] = [Math.floor(i / (WIDTH * HEIGHT)), i % (WIDTH * HEIGHT)];
        const value = rgb.data[3 * at] ?? 0;
        const right = rgb.data[3 * (at + 1)] ?? 0;
        const down = rgb.data[3 * (at + 3 * WIDTH)] ?? 0;
        return [value - 120, right - 120, down - 120][c] ?? 0;
      }),
    });
    const features = { name: "pixels", maps };
    const done = await measure(await sample(moved, { features }), SCORERS);
    // Within a cell of the texture all features are equal.
    expect(done.md_1).toBeLessThan(4);
    expect(done.md_2).toBeLessThan(5);
    const not = await measure(await sample(before, { features }), SCORERS);
    expect(Math.abs((not.md_1 ?? 0) - SHIFT)).toBeLessThan(4);
    expect(Math.abs((not.md_2 ?? 0) - (100 * SHIFT) / WIDTH)).toBeLessThan(5);
  });
});
