/** The DragFlow tier on the embedded model, small and short: what must hold of every edit, whatever its numbers. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EditOutcome, Progress } from "../../../src/engine/api.ts";
import { rgbFrom, writePng } from "../../../src/engine/image/raster-io.ts";
import { LocalEngine } from "../../../src/engine/local.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import type { Recipe } from "../../../src/engine/recipe/schema.ts";
import { discOnGround } from "../../helpers/pictures.ts";
import { ownFolder } from "../image/make.ts";

const folder = await ownFolder();
const image = join(folder, "disc.png");
const engine = new LocalEngine({ home: join(folder, "home") });
afterAll(() => engine.close());
beforeAll(() => writePng(image, discOnGround(144, 128, 52, 64, 18)));

const SHORT = { numSteps: 6, skip: 4, workingSize: 128, transportIterations: 4, intensifyIterations: 8 };
const MOVE = { type: "relocation", by: [24, 6] };
const TURN = { type: "rotation", degrees: 40, about: [60, 70] };

function recipe(options: Recipe["options"] = {}, motion: unknown = MOVE): Recipe {
  return parseRecipe({
    operations: [{ region: { ellipse: { center: [52, 64], radius: [18, 18] } }, motion }],
    options: { ...SHORT, ...options },
  });
}

let count = 0;
function run(
  known: Recipe,
  call: { signal?: AbortSignal; onProgress?: (p: Progress) => void } = {},
): Promise<EditOutcome> {
  return engine.edit({ image, recipe: known, baseDir: folder, dir: join(folder, `edit-${count++}`) }, call);
}

async function losses({ files }: EditOutcome): Promise<number[]> {
  const [head, ...rows] = (await readFile(files.loss, "utf8")).trim().split("\n");
  expect(head).toBe("iteration,loss");
  return rows.map((row) => Number(row.split(",")[1]));
}

describe("a full edit", () => {
  let outcome: EditOutcome;
  beforeAll(async () => {
    outcome = await run(recipe());
  });

  test("changes nothing outside its area, at the picture's own size", () => {
    expect(outcome).toMatchObject({ width: 144, height: 128 });
    expect(outcome.receipt).toMatchObject({ lossless: true, outsideChanged: 0 });
    expect(outcome.receipt.editableArea).toBeGreaterThan(0);
    expect(outcome.receipt.editableArea).toBeLessThan(1);
  });

  test("leaves every file it names, and measures both tiers", async () => {
    const names = (await readdir(join(folder, "edit-0"))).sort();
    expect(names).toEqual(
      Object.values(outcome.files)
        .flatMap((path) => (typeof path === "string" ? [path] : Object.values(path)))
        .map((path) => basename(path))
        .sort(),
    );
    expect(Object.keys(outcome.tiers).sort()).toEqual(["full", "preview"]);
    const saved = parseRecipe(JSON.parse(await readFile(outcome.files.recipe, "utf8")));
    expect(saved).toEqual(outcome.recipe);
  });

  test("has a finite loss for each iteration, which falls while the target stands still", async () => {
    const all = await losses(outcome);
    expect(all).toHaveLength(SHORT.transportIterations + SHORT.intensifyIterations);
    expect(all.every((loss) => Number.isFinite(loss) && loss > 0)).toBe(true);
    const intensify = all.slice(SHORT.transportIterations);
    expect(intensify.at(-1)).toBeLessThan(intensify[0] ?? 0);
    expect(outcome.warnings.map(({ code }) => code)).not.toContain("drag-diverged");
  });

  test("replays to the same bytes in an engine that has just started", async () => {
    const other = new LocalEngine({ home: join(folder, "home") });
    const again = await other.edit({ image, recipe: outcome.recipe, baseDir: "", dir: join(folder, "again") });
    await other.close();
    expect(await readFile(again.files.image)).toEqual(await readFile(outcome.files.image));
  });
});

describe("variants", () => {
  type Iterations = { transportIterations?: number; intensifyIterations?: number };
  const VARIANTS: Record<string, [Recipe["options"] & Iterations, unknown?]> = {
    "inversion as start, the edit's area masked, keys and values replayed": [
      { init: "inversion", condition: "edit-area", kv: "on" },
    ],
    "inversion as start, no replay, midpoint steps": [{ init: "inversion", kv: "off", solver: "midpoint" }],
    "warp as start, replay": [{ init: "warp", condition: "edit-area", kv: "on" }],
    "the published code's geometry, a move": [{ fidelity: "paper code" }],
    "the published code's geometry, a rotation, one feature, the last step": [
      { fidelity: "paper code", features: ["DOUBLE-0-1"], numSteps: 2, skip: 1 },
      TURN,
    ],
    "a rotation, Euler's steps": [{ solver: "euler" }, TURN],
    "a scaling, the subject adapter": [{ adapterScale: 1 }, { type: "scale", factor: [1.3, 0.8] }],
    "the subject adapter in double blocks only": [{ adapterScale: 1, adapterBlocks: [1, 1, 0.5, 0.5] }],
    "the adapter by its switch, free background": [{ adapter: "on", background: "none" }],
    "every step as long as the first": [{ change: "edit-area", optimiser: "normalised", transportIterations: 3 }],
    "by a running mean of the gradients": [{ change: "edit-area", optimiser: "momentum", transportIterations: 3 }],
    "regions grown by more": [{ dilate: 12 }],
    "points instead of regions": [{ supervision: "point" }],
    "background held by a loss": [{ background: "loss" }],
    "uniform times": [{ timeShift: "none" }],
    "no iterations": [{ transportIterations: 0, intensifyIterations: 0 }],
  };

  const last = new Map<string, number | undefined>();

  test.each(Object.entries(VARIANTS))("%s", async (name, [options, motion]) => {
    const seen: Progress[] = [];
    const short = { workingSize: 64, transportIterations: 2, intensifyIterations: 1, ...options };
    const outcome = await run(recipe(short, motion), { onProgress: (progress) => seen.push(progress) });
    expect(outcome.receipt.outsideChanged).toBe(0);
    const all = await losses(outcome);
    expect(all).toHaveLength(short.transportIterations + short.intensifyIterations);
    expect(all.every(Number.isFinite)).toBe(true);
    expect(outcome.tiers.full?.score).toBeGreaterThan(0);
    expect(seen.map(({ done }) => done)).toEqual(Array.from({ length: seen.at(-1)?.total ?? 0 }, (_, i) => i + 1));
    last.set(name, all.at(-1));
  });

  test("an adapter that is switched off is as one that was never asked for", async () => {
    const short = { workingSize: 64, transportIterations: 2, intensifyIterations: 0 };
    const [off, plain, on] = [
      await run(recipe({ ...short, adapterScale: 1, adapter: "off" })),
      await run(recipe(short)),
      await run(recipe({ ...short, adapterScale: 1 })),
    ];
    expect(await losses(off)).toEqual(await losses(plain));
    expect(await losses(on)).not.toEqual(await losses(plain));
  });

  test("block by block, K and V in 16 bit on disk: the same edit to rounding, and nothing stays on disk", {
    timeout: 240_000,
  }, async () => {
    const short = { workingSize: 64, transportIterations: 2, intensifyIterations: 0, kv: "on" };
    const whole = await losses(await run(recipe({ ...short, execution: "whole" })));
    const layered = { ...short, execution: "layerwise", kvMemory: 0 };
    const float = await losses(await run(recipe({ ...layered, kvPrecision: "fp32" })));
    const half = await losses(await run(recipe(layered)));
    for (const [i, loss] of whole.entries()) {
      expect((float[i] ?? 0) / loss).toBeCloseTo(1, 4);
      expect((half[i] ?? 0) / loss).toBeCloseTo(1, 2);
    }
    expect(half).not.toEqual(float);
    expect(await readdir(join(folder, "home", "scratch"))).toEqual([]);
  });

  test("without supervision there are no iterations, and the progress counts none", async () => {
    const seen: Progress[] = [];
    const outcome = await run(recipe({ workingSize: 64, supervision: "none" }), { onProgress: (p) => seen.push(p) });
    expect(await losses(outcome)).toEqual([]);
    expect(seen.map(({ done }) => done)).toEqual(Array.from({ length: seen.at(-1)?.total ?? 0 }, (_, i) => i + 1));
  });

  test("each gives other losses: no option is ignored", () => {
    expect(last.size).toBe(Object.keys(VARIANTS).length);
    expect(new Set(last.values()).size).toBe(last.size);
  });
});

describe("where the model may change pixels", () => {
  const short = { workingSize: 64, transportIterations: 2, intensifyIterations: 0 };

  /** Of the two tiers, by place in the picture: how far apart they are. */
  async function differences({ files }: EditOutcome) {
    const [full, preview] = [files.tiers.full, files.tiers.preview].map((path) => readFile(path ?? ""));
    const [a, b] = [await rgbFrom(await (full as Promise<Buffer>)), await rgbFrom(await (preview as Promise<Buffer>))];
    return (x: number, y: number) => {
      const at = 3 * (y * a.width + x);
      return [0, 1, 2].reduce((sum, c) => sum + Math.abs((a.data[at + c] ?? 0) - (b.data[at + c] ?? 0)), 0);
    };
  }

  const inside = (cx: number, cy: number, radius: number) =>
    Array.from({ length: 4 * radius * radius }, (_, i) => [
      cx - radius + (i % (2 * radius)),
      cy - radius + Math.floor(i / (2 * radius)),
    ]).filter(([x = 0, y = 0]) => Math.hypot(x - cx, y - cy) < radius) as [number, number][];

  test("only where the move uncovered something, never on the moved object", async () => {
    const apart = await differences(await run(recipe({ ...short, change: "vacated" })));
    expect(inside(76, 70, 15).map(([x, y]) => apart(x, y))).toEqual(inside(76, 70, 15).map(() => 0));
    expect(Math.max(...inside(40, 62, 5).map(([x, y]) => apart(x, y)))).toBeGreaterThan(0);
  });

  test("by no more than its share", async () => {
    const [whole, half] = [
      await differences(await run(recipe({ ...short, change: "vacated", changeShare: 1 }))),
      await differences(await run(recipe({ ...short, change: "vacated", changeShare: 0.5 }))),
    ];
    const sum = (apart: (x: number, y: number) => number) =>
      inside(40, 62, 5).reduce((total, [x, y]) => total + apart(x, y), 0);
    expect(sum(half) / sum(whole)).toBeGreaterThan(0.35);
    expect(sum(half) / sum(whole)).toBeLessThan(0.65);
  });

  test("everywhere where nothing is uncovered: a copy is dragged on the whole area", async () => {
    const copy = parseRecipe({
      operations: [{ region: { ellipse: { center: [52, 64], radius: [18, 18] } }, motion: MOVE, keepSource: true }],
      options: { ...SHORT, ...short, change: "vacated" },
    });
    const apart = await differences(await run(copy));
    expect(Math.max(...inside(76, 70, 15).map(([x, y]) => apart(x, y)))).toBeGreaterThan(0);
  });
});

describe("an edit that does not go well", () => {
  const left = async () => (await readdir(folder)).filter((name) => name.includes(`edit-${count - 1}`));

  test("cancelled in the drag stops at once: no further iteration, no folder", async () => {
    const controller = new AbortController();
    let after = 0;
    const onProgress = ({ stage }: Progress) => {
      if (controller.signal.aborted) after++;
      if (stage === "drag") controller.abort();
    };
    const edit = run(recipe({ workingSize: 64, transportIterations: 1000 }), { signal: controller.signal, onProgress });
    await expect(edit).rejects.toMatchObject({ code: "cancelled" });
    expect(after).toBe(0);
    expect(await left()).toEqual([]);
  });

  test("cancelled while its files are written leaves none of them", async () => {
    const controller = new AbortController();
    const onProgress = ({ stage }: Progress) => stage === "write" && controller.abort();
    const edit = run(recipe({ workingSize: 64, transportIterations: 0, intensifyIterations: 0 }), {
      signal: controller.signal,
      onProgress,
    });
    await expect(edit).rejects.toMatchObject({ code: "cancelled" });
    expect(await left()).toEqual([]);
  });

  test("rates out of all proportion end the drag, keep the last good latents and are said", async () => {
    const outcome = await run(recipe({ workingSize: 64, lrTransport: 1e300 }));
    expect(outcome.warnings).toContainEqual({
      code: "drag-diverged",
      message: expect.stringContaining("smaller rates"),
    });
    expect((await losses(outcome)).every(Number.isFinite)).toBe(true);
    expect(outcome.metrics.iterations).toBeLessThan(SHORT.transportIterations + SHORT.intensifyIterations);
    expect(outcome.tiers.full?.score).toBeGreaterThan(0);
    expect(outcome.receipt.outsideChanged).toBe(0);
  });

  test("a motion that the published code does not know is refused under its fidelity", async () => {
    const edit = run(recipe({ fidelity: "paper code" }, { type: "scale", factor: 1.5 }));
    await expect(edit).rejects.toMatchObject({ code: "recipe-invalid", message: expect.stringContaining("got scale") });
  });

  test("a folder that holds something is not overwritten", async () => {
    const request = { image, recipe: recipe(), baseDir: folder, dir: join(folder, "edit-0") };
    const before = await readFile(join(folder, "edit-0", "recipe.json"), "utf8");
    await expect(engine.edit(request)).rejects.toMatchObject({ code: "out-exists" });
    expect(await readFile(join(folder, "edit-0", "recipe.json"), "utf8")).toBe(before);
  });
});
