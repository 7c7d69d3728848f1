/** A case from points: what DragBench, Drag100 and VFD-Bench have in common. */
import { maskDataUri } from "../../engine/image/raster-io.ts";
import type { Mask, Rgb } from "../../engine/raster.ts";
import type { RecipeInput } from "../../engine/recipe/schema.ts";
import type { DragPoint } from "../points.ts";
import type { RegionCache } from "./region-cache.ts";
import { unusable } from "./samples.ts";

/** A recipe takes no more operations. */
const MOST = 16;

/** The recipe of the points' regions within the editable mask; `prompt` says what the picture shows. */
export async function pointRecipe(
  rgb: Rgb,
  points: readonly DragPoint[],
  editable: Mask,
  prompt: string,
  cache: RegionCache,
): Promise<RecipeInput> {
  const regions = await cache.regions(rgb, points, editable);
  if (regions.length > MOST) throw unusable(`Expected at most ${MOST} regions, got ${regions.length} from its points`);
  const operations = regions.map(async ({ mask, by, type }) => ({
    region: { mask: await maskDataUri(mask) },
    motion: { type, by: [by[0], by[1]] as [number, number] },
  }));
  return {
    sourcePrompt: prompt,
    operations: await Promise.all(operations),
    editable: { mask: await maskDataUri(editable) },
  };
}

/** A flat list: a handle, its target, the next handle, … */
export function pairsOf(value: unknown, file: string): { handle: [number, number]; target: [number, number] }[] {
  const fault = () => unusable(`Expected "points" in ${file} as an even list of [x, y], got ${JSON.stringify(value)}`);
  if (!Array.isArray(value) || value.length % 2 !== 0) throw fault();
  const points = value.map((entry): [number, number] => {
    if (!Array.isArray(entry) || entry.length !== 2 || !entry.every(Number.isFinite)) throw fault();
    return [Number(entry[0]), Number(entry[1])];
  });
  return Array.from({ length: points.length / 2 }, (_, i) => {
    return { handle: points[2 * i] as [number, number], target: points[2 * i + 1] as [number, number] }; // even
  });
}
