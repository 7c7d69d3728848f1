import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boxMask } from "../../src/engine/geometry/polygon.ts";
import type { Rgb } from "../../src/engine/raster.ts";
import { HALVES, type Half, readCases } from "../../src/evals/quality/case.ts";
import { tally, verdict } from "../../src/evals/quality/compare.ts";
import { makeCases } from "../../src/evals/quality/make-cases.ts";
import { uniform } from "../../src/evals/quality/random.ts";
import type { CaseResult } from "../../src/evals/quality/run-case.ts";
import { buildScene } from "../../src/evals/quality/scene.ts";
import { gradientMap, MAX_PSNR, psnr, ssimMap } from "../../src/evals/quality/scores/likeness.ts";
import { meanDistance } from "../../src/evals/quality/scores/place.ts";
import { blur, luma, meanIn } from "../../src/evals/quality/scores/plane.ts";
import { detailRatio, patchDistance, slicedWasserstein } from "../../src/evals/quality/scores/texture.ts";
import { interval } from "../../src/evals/quality/table.ts";
import { modelTargetsOf, targetsOf, targetTable } from "../../src/evals/quality/targets.ts";

const SUITE = join(import.meta.dirname, "..", "..", "evals", "quality");
const SIZE = { width: 96, height: 72 };
const ZONE = boxMask([30, 20, 66, 52], SIZE);
const NOISE = noise(1);

function noise(seed: number): Rgb {
  const next = uniform(seed);
  return {
    ...SIZE,
    data: Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, () => 64 + Math.floor(128 * next())),
  };
}

/** The picture's content moved right by `dx` pixels, around the edge. */
function shifted({ width, height, data }: Rgb, dx: number): Rgb {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + ((x - dx + width) % width));
      out.set(data.subarray(from, from + 3), 3 * (y * width + x));
    }
  }
  return { width, height, data: out };
}

function flat(value: number): Rgb {
  return { ...SIZE, data: new Uint8Array(SIZE.width * SIZE.height * 3).fill(value) };
}

describe("likeness", () => {
  it("is whole where nothing differs", () => {
    const plane = luma(NOISE);
    expect(psnr(NOISE, NOISE, ZONE)).toBe(MAX_PSNR);
    for (const map of [ssimMap(plane, plane), gradientMap(plane, plane)]) {
      expect(meanIn(ZONE.data, (i) => map[i] ?? 0)).toBeCloseTo(1, 5);
    }
  });

  it("PSNR is 10·log10(255²/MSE) of the zone alone", () => {
    expect(psnr(flat(100), flat(110), ZONE)).toBeCloseTo(28.13, 2);
    const outside = { ...NOISE, data: new Uint8Array(NOISE.data) };
    outside.data.fill(0, 0, 300);
    expect(psnr(outside, NOISE, ZONE)).toBe(MAX_PSNR);
  });

  it("has no value in an empty zone", () => {
    expect(psnr(NOISE, NOISE, { ...SIZE, data: new Uint8Array(ZONE.data.length) })).toBeUndefined();
  });
});

describe("texture", () => {
  it("fine detail is 1 for other noise of the same strength and near 0 for smear", () => {
    expect(detailRatio(luma(noise(2)), luma(NOISE), ZONE)).toBeCloseTo(1, 1);
    expect(detailRatio(blur(luma(NOISE), 3), luma(NOISE), ZONE)).toBeLessThan(0.1);
  });

  it("sliced Wasserstein sees the stuff and not its layout; PSNR sees only the layout", () => {
    const same = slicedWasserstein(noise(2), NOISE, ZONE) ?? 0;
    expect(slicedWasserstein(NOISE, NOISE, ZONE)).toBe(0);
    expect(slicedWasserstein(flat(128), NOISE, ZONE)).toBeGreaterThan(4 * same);
    expect(psnr(flat(128), NOISE, ZONE)).toBeGreaterThan(psnr(noise(2), NOISE, ZONE) ?? 0);
  });

  it("patches that lie around are near", () => {
    const everywhere = boxMask([0, 0, 96, 72], SIZE);
    expect(patchDistance(NOISE, NOISE, ZONE, everywhere)).toBeLessThan(40);
    expect(patchDistance(flat(0), NOISE, ZONE, everywhere)).toBeGreaterThan(100);
  });
});

describe("mean distance", () => {
  it.each([0, 3, 9])("finds the object %i pixels off", (dx) => {
    expect(meanDistance(shifted(NOISE, dx), NOISE, ZONE)).toBeCloseTo(dx, 5);
  });
});

describe("cases", () => {
  it("are the ones that the seed draws", async () => {
    const sources = JSON.parse(await readFile(join(SUITE, "sources.json"), "utf8")) as Record<
      "objects" | "grounds",
      { name: string; half: Half }[]
    >;
    const names = (kind: "objects" | "grounds", half: Half) =>
      sources[kind].filter((source) => source.half === half).map(({ name }) => name);
    const drawn = HALVES.flatMap((half) => makeCases(half, names("objects", half), names("grounds", half)));
    expect(await readCases(SUITE)).toEqual(drawn);
    expect(drawn).toHaveLength(60);
  });

  it("every picture has its credit, and the halves share no photo", async () => {
    const rows = (await readFile(join(SUITE, "SOURCES.tsv"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => line.split("\t"));
    const credits = new Map(rows.map(([file, photo]) => [file, photo]));
    const photos: Record<Half, Set<string>> = { dev: new Set(), reported: new Set() };
    for (const one of await readCases(SUITE)) {
      for (const file of [`objects/${one.object}.webp`, `grounds/${one.ground}.webp`]) {
        const photo = credits.get(file);
        expect(photo, file).toBeDefined();
        if (photo) photos[one.half].add(photo);
      }
    }
    expect([...photos.dev].filter((photo) => photos.reported.has(photo))).toEqual([]);
  });

  it("input and truth differ only where the object was and is", async () => {
    const [one] = (await readCases(SUITE)).filter(({ noise, shadow }) => noise > 0 && !shadow);
    if (!one) throw new Error("Expected a case with noise");
    const { input, truth, region, target } = await buildScene(SUITE, one);
    let far = 0;
    for (let i = 0; i < region.data.length; i++) {
      const same = [0, 1, 2].every((c) => input.data[3 * i + c] === truth.data[3 * i + c]);
      if (!same && !region.data[i] && !target.data[i]) far++;
    }
    expect(far / region.data.length).toBeLessThan(0.01); // the objects' soft borders
  });
});

describe("verdicts", () => {
  const base = {
    "vacated.psnr": 20,
    "target.psnr": 30,
    "editable.psnr": 25,
    "editable.ssim": 0.8,
    "editable.gms": 0.9,
  };
  const result = (full: Partial<typeof base>): CaseResult => ({
    id: "x",
    rows: { preview: base, full: { ...base, ...full } },
    runs: {},
  });

  it("one similarity higher is better, a zone lost is worse, both lower is worse", () => {
    expect(verdict(result({ "editable.ssim": 0.81 }), "full", "preview")).toBe("better");
    expect(verdict(result({ "editable.ssim": 0.81, "target.psnr": 29.6 }), "full", "preview")).toBe("worse");
    expect(verdict(result({ "editable.ssim": 0.79, "editable.gms": 0.89 }), "full", "preview")).toBe("worse");
    expect(verdict(result({}), "full", "preview")).toBe("equal");
    expect(verdict(result({}), "fast", "preview")).toBeUndefined();
  });

  it("are counted, and targets say by how much they are missed", () => {
    const results = [result({ "editable.ssim": 0.81 }), result({}), result({ "vacated.psnr": 10 })];
    expect(tally(results, "full", "preview")).toEqual({ better: 1, equal: 1, worse: 1, cases: 3 });
    const table = targetTable([...targetsOf(results), ...modelTargetsOf(results)]);
    expect(table).toContain("| `full` itself better than `preview`, share of cases | ≥ 0.25 | 0.33 | reached |");
    expect(table).toContain("**missed by");
  });

  it("a mean's interval holds the mean and is the same every time", () => {
    const values = [1, 2, 3, 4, 10];
    const [low, high] = interval(values);
    expect(low).toBeLessThan(4);
    expect(high).toBeGreaterThan(4);
    expect(interval(values)).toEqual([low, high]);
  });
});
