/** Edits of photos by fixed rules: what stands out in a photo, moved by a seed; DragBench's points as its loader reads them. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { areaShare, boundingBox } from "../../engine/geometry/mask.ts";
import { decodeImage, toRgb } from "../../engine/image/decode.ts";
import { maskDataUri } from "../../engine/image/raster-io.ts";
import type { Box, Mask, Rgb } from "../../engine/raster.ts";
import { parseRecipe } from "../../engine/recipe/parse.ts";
import type { Cv } from "../../engine/segment/opencv.ts";
import { selectFromHint } from "../../engine/segment/select.ts";
import { dragBench } from "../datasets/dragbench.ts";
import { uniform } from "./random.ts";
import type { RealEdit } from "./real.ts";

/** Shares of the picture outside which a selection is no thing to move. */
const LEAST = 0.004;
const MOST = 0.35;
/** Ways that are drawn before the one that stays furthest inside is taken. */
const DRAWS = 24;

export interface PhotoEdits {
  readonly edits: readonly RealEdit[];
  /** Photos in which nothing of a fitting size stands out. */
  readonly without: readonly string[];
}

/** Every picture of a folder, in the order of names: the thing that stands out most goes 0.4–1 of its own size, by a seed. */
export async function photoEdits(folder: string, cv: Cv): Promise<PhotoEdits> {
  const files = (await readdir(folder)).filter((name) => /\.(webp|png|jpe?g)$/.test(name)).sort();
  const edits: RealEdit[] = [];
  const without: string[] = [];
  for (const [i, name] of files.entries()) {
    const image = join(folder, name);
    const rgb = await toRgb(await decodeImage(image));
    const mask = standingOut(rgb, cv);
    const box = mask && boundingBox(mask);
    if (mask && box) edits.push(await editOf(name, image, mask, box, i));
    else without.push(name);
  }
  return { edits, without };
}

function standingOut(rgb: Rgb, cv: Cv): Mask | undefined {
  try {
    const { mask } = selectFromHint(rgb, { type: "salient" }, cv);
    const share = areaShare(mask);
    return share < LEAST || share > MOST ? undefined : mask;
  } catch {
    return undefined; // nothing stands out
  }
}

async function editOf(name: string, image: string, mask: Mask, box: Box, seed: number): Promise<RealEdit> {
  const by = wayOf(box, mask, seed);
  const recipe = parseRecipe({
    operations: [{ region: { mask: await maskDataUri(mask) }, motion: { type: "relocation", by } }],
    quality: "preview",
    seed,
  });
  const handle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] as const;
  const points = [{ handle, target: [handle[0] + by[0], handle[1] + by[1]] as const }];
  return { id: name, image, baseDir: "", recipe, points };
}

/** Of some drawn ways the first that keeps the box in the picture, else the one that leaves it least. */
function wayOf([x0, y0, x1, y1]: Box, { width, height }: Mask, seed: number): [number, number] {
  const next = uniform(1000 + seed);
  const size = Math.sqrt((x1 - x0) * (y1 - y0));
  const ways = Array.from({ length: DRAWS }, () => {
    const [angle, length] = [2 * Math.PI * next(), size * (0.4 + 0.6 * next())];
    const [dx, dy] = [Math.round(length * Math.cos(angle)), Math.round(length * Math.sin(angle))];
    const beyond =
      Math.max(0, -x0 - dx) + Math.max(0, x1 + dx - width) + Math.max(0, -y0 - dy) + Math.max(0, y1 + dy - height);
    return { by: [dx, dy] as [number, number], beyond };
  });
  return ways.reduce((best, way) => (way.beyond < best.beyond ? way : best)).by;
}

/** `cacheDir` remembers what the segmenter found at the points. */
export async function dragBenchEdits(folder: string, cacheDir: string): Promise<readonly RealEdit[]> {
  const { cases } = await dragBench.load(folder, { cacheDir });
  return cases.map(({ name, image, baseDir, request, points }) => {
    if (request.type !== "edit") throw new TypeError(`Expected an edit, got ${request.type}`);
    return { id: name, image: image ?? "", baseDir, recipe: request.recipe, points: points ?? [] };
  });
}
