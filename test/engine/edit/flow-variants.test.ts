/** Whole edits on tiny random bundles of the published variants: dev (guidance embedding, no second pass), schnell (no
 * guidance, uniform times, few steps) and Fill (384 channels), with every solver. */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SOLVERS } from "../../../src/engine/flow/solver.ts";
import { timeGrid } from "../../../src/engine/flow/timesteps.ts";
import { writePng } from "../../../src/engine/image/raster-io.ts";
import { LocalEngine } from "../../../src/engine/local.ts";
import { readSchedule } from "../../../src/engine/models/scheduler.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { tinyBundle } from "../../helpers/bundle.ts";
import { discOnGround } from "../../helpers/pictures.ts";
import { ownFolder } from "../image/make.ts";

const BUNDLES = fileURLToPath(new URL("../../fixtures/parity/bundles", import.meta.url));
const folder = await ownFolder();
const image = join(folder, "disc.png");
const engine = new LocalEngine({ home: join(folder, "home") });
beforeAll(() => writePng(image, discOnGround(144, 128, 52, 64, 18)));
afterAll(() => engine.close());

async function bundleOf(transformer: string, settings: object, scheduler: object): Promise<string> {
  const dir = await tinyBundle();
  await rm(join(dir, "transformer"), { recursive: true });
  await cp(join(BUNDLES, transformer, "transformer"), join(dir, "transformer"), { recursive: true });
  await writeFile(join(dir, "dragflow.json"), JSON.stringify(settings));
  await mkdir(join(dir, "scheduler"));
  await writeFile(join(dir, "scheduler", "scheduler_config.json"), JSON.stringify(scheduler));
  return dir;
}

const BASE = {
  features: ["DOUBLE-1-0", "DOUBLE-1-2"],
  hookDoubles: [0],
  hookSingles: [0],
  workingSize: 64,
  textTokens: 4,
};
const DRAG = { transportIterations: 2, intensifyIterations: 1 };
const DYNAMIC = { use_dynamic_shifting: true, base_shift: 0.5, max_shift: 1.15 };

describe.each([
  ["dev", "flux-dev-a", { ...BASE, ...DRAG, numSteps: 5, skip: 3 }, DYNAMIC],
  [
    "schnell",
    "flux-schnell-c",
    { ...BASE, ...DRAG, numSteps: 4, skip: 1, inversionGuidance: null, samplingGuidance: null },
    { use_dynamic_shifting: false, shift: 1 },
  ],
  ["Fill", "flux-fill-b", { ...BASE, ...DRAG, numSteps: 5, skip: 3, samplingGuidance: 30 }, DYNAMIC],
] as const)("%s", (_name, transformer, settings, scheduler) => {
  let model: string;
  beforeAll(async () => {
    model = await bundleOf(transformer, settings, scheduler);
  });
  afterAll(() => rm(model, { recursive: true, force: true }));

  test("edits with every solver, each in its own way", async () => {
    const seen = new Set<string>();
    for (const solver of SOLVERS) {
      const recipe = parseRecipe({
        operations: [
          { region: { ellipse: { center: [52, 64], radius: [18, 18] } }, motion: { type: "relocation", by: [24, 6] } },
        ],
        model,
        options: { solver },
      });
      const dir = join(folder, `${transformer}-${solver}`);
      const outcome = await engine.edit({ image, recipe, baseDir: folder, dir });
      expect(outcome.receipt.outsideChanged).toBe(0);
      expect(outcome.metrics.iterations).toBe(3);
      seen.add(await readFile(outcome.files.loss, "utf8"));
    }
    expect(seen.size).toBe(SOLVERS.length);
  });
});

describe("a bundle's scheduler", () => {
  const gridOf = async (scheduler: object, tokens: number) => {
    const dir = await bundleOf("flux-schnell-c", {}, scheduler);
    const grid = timeGrid(4, tokens, await readSchedule(dir));
    await rm(dir, { recursive: true });
    return grid;
  };

  test("without shift the times are uniform, whatever the size", async () => {
    expect(await gridOf({ shift: 1 }, 4096)).toEqual([1, 0.75, 0.5, 0.25, 0]);
  });

  test("a fixed shift s moves them to s·t/(1 + (s − 1)·t)", async () => {
    const grid = await gridOf({ shift: 3 }, 1024);
    for (const [i, t] of [1, 0.75, 0.5, 0.25, 0].entries()) expect(grid[i]).toBeCloseTo((3 * t) / (1 + 2 * t), 6);
  });

  test("a dynamic one follows the picture's size and the file's constants", async () => {
    expect(await gridOf(DYNAMIC, 1024)).toEqual(timeGrid(4, 1024, { shift: true }));
    const steeper = await gridOf({ ...DYNAMIC, base_shift: 1 }, 256);
    expect(steeper).toEqual(timeGrid(4, 1024, { shift: false, factor: Math.E }));
  });

  test("a wrong file is named", async () => {
    await expect(gridOf({ shift: "much" }, 64)).rejects.toMatchObject({ code: "checkpoint-invalid" });
  });
});
