/** Photos whose right answer nobody knows: edits by a fixed rule, judged by the engine's gates and by what was carried. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EditOutcome, Engine } from "../../engine/api.ts";
import { readDragBench } from "../../engine/datasets/dragbench.ts";
import { maskDataUri, rgbFrom } from "../../engine/image/raster-io.ts";
import type { Point } from "../../engine/raster.ts";
import { parseRecipe } from "../../engine/recipe/parse.ts";
import type { Quality, RecipeInput } from "../../engine/recipe/schema.ts";
import { carriedDistance } from "./scores/carried.ts";

/** An edit to be made, and points whose surroundings should go along. */
export interface PhotoEdit {
  readonly id: string;
  readonly image: string;
  readonly recipe: RecipeInput;
  readonly points: readonly { readonly handle: Point; readonly target: Point }[];
}

export interface PhotoResult {
  readonly id: string;
  readonly outcome: Pick<EditOutcome, "tier" | "tiers" | "nothing" | "regimes">;
  readonly outsideChanged: number;
  /** Mean over the points, pixels at 512 on the longest edge. */
  readonly distance: number;
}

/** Every picture of a folder: what stands out most goes a fifth of the width towards the side with more room. Pictures in
 * which nothing stands out are left out. */
export async function salientEdits(folder: string, engine: Engine, dir: string): Promise<PhotoEdit[]> {
  const files = (await readdir(folder)).filter((name) => /\.(webp|png|jpe?g)$/.test(name)).sort();
  const edits: PhotoEdit[] = [];
  for (const name of files) {
    const image = join(folder, name);
    const [guess] = await engine.guesses(image);
    if (guess === undefined) continue;
    const { width } = await engine.inspect(image);
    const maskPath = join(dir, `${name}.mask.png`);
    const hint = {
      type: "region" as const,
      region: { box: [...guess.box] as [number, number, number, number] },
      refine: true,
    };
    const { centroid } = await engine.select({ image, hint, maskPath });
    const by: [number, number] = [(guess.box[0] > width - guess.box[2] ? -0.2 : 0.2) * width, 0];
    edits.push({
      id: name,
      image,
      recipe: { operations: [{ region: { mask: maskPath }, motion: { type: "relocation", by } }] },
      points: [{ handle: centroid, target: [centroid[0] + by[0], centroid[1]] }],
    });
  }
  return edits;
}

/** DragBench's layout (category/sample/): an ellipse around the handles goes by the points' mean offset, bent with what it
 * belongs to; the sample's own mask may change. */
export async function dragBenchEdits(folder: string): Promise<PhotoEdit[]> {
  const entries = await readdir(folder, { recursive: true });
  const samples = entries.filter((path) => path.endsWith("meta_data.pkl")).sort();
  return Promise.all(samples.map((path) => dragBenchEdit(folder, path.slice(0, -"/meta_data.pkl".length))));
}

async function dragBenchEdit(folder: string, id: string): Promise<PhotoEdit> {
  const { points, editable } = await readDragBench(join(folder, id, "meta_data.pkl"));
  const mean = (pick: (pair: (typeof points)[number]) => number) =>
    points.reduce((sum, pair) => sum + pick(pair), 0) / points.length;
  const by: [number, number] = [mean((p) => p.target[0] - p.handle[0]), mean((p) => p.target[1] - p.handle[1])];
  const reach = 0.06 * Math.hypot(editable.width, editable.height);
  const spread = (axis: 0 | 1) =>
    Math.max(...points.map((p) => p.handle[axis])) - Math.min(...points.map((p) => p.handle[axis]));
  const ellipse = {
    center: [mean((p) => p.handle[0]), mean((p) => p.handle[1])] as [number, number],
    radius: [reach + spread(0) / 2, reach + spread(1) / 2] as [number, number],
  };
  const recipe: RecipeInput = {
    operations: [{ region: { ellipse }, motion: { type: "deformation", by } }],
    editable: { mask: await maskDataUri(editable) },
  };
  return { id, image: join(folder, id, "original_image.png"), recipe, points };
}

export async function runPhotoEdit(
  edit: PhotoEdit,
  quality: Quality,
  dir: string,
  engine: Engine,
): Promise<PhotoResult> {
  const recipe = parseRecipe({ ...edit.recipe, quality });
  const outcome = await engine.edit({
    image: edit.image,
    recipe,
    baseDir: dir,
    dir: join(dir, edit.id.replaceAll("/", "+")),
    embed: false,
  });
  const source = await rgbFrom(await readFile(edit.image));
  const result = await rgbFrom(await readFile(outcome.files.image));
  const scale = 512 / Math.max(source.width, source.height);
  const distances = edit.points.map(({ handle, target }) => carriedDistance(source, result, handle, target) * scale);
  return {
    id: edit.id,
    outcome,
    outsideChanged: outcome.receipt.outsideChanged,
    distance: distances.reduce((a, b) => a + b, 0) / Math.max(1, distances.length),
  };
}
