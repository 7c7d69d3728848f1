/** Photos without a truth: the rules that choose the edits, the run over all methods, the report. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LocalEngine } from "../../src/engine/local.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { loadOpenCv } from "../../src/engine/segment/opencv.ts";
import { folderOf, METHODS, type RealEdit, type RealResult, runReal } from "../../src/evals/quality/real.ts";
import { photoEdits } from "../../src/evals/quality/real-edits.ts";
import { type RealPart, realReport } from "../../src/evals/quality/real-report.ts";
import { editTable, methodTable } from "../../src/evals/quality/real-table.ts";
import { recognisedIn } from "../../src/evals/quality/recognition.ts";
import { ownFolder, pngOf } from "../engine/image/make.ts";
import { discOnGround, paint } from "../helpers/pictures.ts";

const folder = await ownFolder();
const [width, height] = [120, 90];
const engine = new LocalEngine({ home: folder });
afterAll(() => engine.close());

async function saved(name: string, picture = discOnGround(width, height, 50, 45, 14)): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, await pngOf({ ...picture, channels: 3, depth: 8, samples: picture.data }));
  return path;
}

describe("edits of photos", () => {
  it("move what stands out, the same way every time, and name photos in which nothing does", async () => {
    await saved("a-disc.png");
    await saved(
      "b-flat.png",
      paint(width, height, () => [90, 90, 90]),
    );
    const cv = await loadOpenCv();
    const [first, again] = [await photoEdits(folder, cv), await photoEdits(folder, cv)];
    expect(first.edits.map(({ id }) => id)).toEqual(["a-disc.png"]);
    expect(first.without).toEqual(["b-flat.png"]);
    expect(again).toEqual(first);
    const motion = first.edits[0]?.recipe.operations[0]?.motion;
    if (motion?.type !== "relocation" || !motion.by) throw new Error("Expected a relocation");
    expect(Math.hypot(...motion.by)).toBeGreaterThan(0.3 * 28);
    expect(Math.hypot(...motion.by)).toBeLessThan(1.2 * 28);
  });
});

describe("a run", () => {
  it("measures every method in the same zones, and keeps its pictures", async () => {
    const image = await saved("c.png");
    const region = { ellipse: { center: [50, 45] as [number, number], radius: [15, 15] as [number, number] } };
    const edit: RealEdit = {
      id: "set/c",
      image,
      baseDir: folder,
      recipe: parseRecipe({ operations: [{ region, motion: { type: "relocation", by: [35, 0] } }] }),
      points: [{ handle: [50, 45], target: [85, 45] }],
    };
    const { scores, regimes } = await runReal(edit, engine, folder);
    expect(regimes).toEqual(["cut"]);
    expect(METHODS.map((method) => scores[method].outside)).toEqual([0, 0, 0, 0]);
    expect(scores.nothing.targetArrived).toBeLessThan(0.5);
    for (const method of ["paste", "telea", "preview"] as const) {
      expect(scores[method].targetArrived).toBeGreaterThan(0.7);
      expect(scores[method].distance).toBeLessThan(3);
    }
    expect(scores.paste.sourceCleared).toBeLessThan(scores.preview.sourceCleared);
    expect((await readFile(join(folder, folderOf(edit), "preview", "image.png"))).length).toBeGreaterThan(100);
  }, 60_000);
});

describe("what is recognised as a part", () => {
  it("counts what the area cuts off beside what the colours tell", async () => {
    const image = await saved("d.png");
    const mask = async (x0: number, x1: number) => {
      const picture = paint(width, height, (x) => (x >= x0 && x < x1 ? [255, 255, 255] : [0, 0, 0]));
      const png = await pngOf({ ...picture, channels: 3, depth: 8, samples: picture.data });
      return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
    };
    const recipe = parseRecipe({
      operations: [{ region: { mask: await mask(20, 60) }, motion: { type: "deformation", by: [5, 0] } }],
      editable: { mask: await mask(20, 110) },
    });
    const edit = { id: "d", image, baseDir: "", recipe, points: [] };
    expect(await recognisedIn([edit])).toEqual({
      parts: { found: 1, byColour: 0, all: 1 },
      wholes: { found: 0, byColour: 0, all: 0 },
    });
  });
});

describe("the report", () => {
  const gates = {
    score: 0.5,
    sourceCleared: 1,
    targetArrived: 0.5,
    seamEnergy: 1,
    fillTexture: 1,
    fillPlausible: 1,
    patch: undefined,
    distance: 2,
    outside: 1,
  };
  const result = (id: string, score: number): RealResult => ({
    id,
    scores: { nothing: gates, paste: gates, telea: gates, preview: { ...gates, score } },
    regimes: ["bend", "cut", "bend"],
    receipt: { preview: 0.8, nothing: 0.4 },
    warnings: ["bend-reduced"],
  });
  const part: RealPart = { commit: "abc", without: ["x"], of: 3, results: [result("one", 0.25), result("two", 0.75)] };

  it("has means per method, pixels outside as a sum", () => {
    const rows = methodTable(part.results).split("\n");
    expect(rows).toHaveLength(2 + METHODS.length);
    expect(rows.at(-1)).toMatch(/^\| preview \| 0\.500 \|.*\| 2 \|$/);
  });

  it("has a row per edit that names its regimes and a reduction", () => {
    expect(editTable(part.results)).toContain("| one | 2 bend, 1 cut, reduced | 0.25 | 0.50 | 2.0 | 2.0 |");
  });

  it("says how many of how many, and which engine", () => {
    const recognised = { found: 4, byColour: 3, all: 5 };
    const dragBench = { ...part, recognised: { parts: recognised, wholes: recognised, suite: recognised } };
    const text = realReport({ photos: part, dragBench });
    expect(text).toContain("2 of 3 photos");
    expect(text).toContain("In 1 more nothing of a fitting size stands out");
    expect(text).toContain("in 2 samples there was room for a part");
    expect(text).toContain("| 4 | 3 | 5 |");
    expect(text).toContain("**Missed by 0.000**");
    expect(text).toContain("the preview's mean score is 0.800, doing nothing 0.400");
    expect(realReport({ photos: undefined, dragBench: undefined })).not.toContain("##");
  });
});
