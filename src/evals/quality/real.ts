/** Photos whose right answer nobody knows: the preview beside what needs no engine, measured by the same gates in the same
 * zones. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { EditOutcome, Engine, Gates } from "../../engine/api.ts";
import { dilate, emptyMask, subtract, union } from "../../engine/geometry/mask.ts";
import { readMask } from "../../engine/image/raster-io.ts";
import type { Recipe } from "../../engine/recipe/schema.ts";
import { doNothing } from "../baselines/nothing.ts";
import { paste } from "../baselines/paste.ts";
import { warpTelea } from "../baselines/warp-telea.ts";
import { outsideChanged } from "../metrics/outside-changed.ts";
import type { DragPoint } from "../points.ts";
import { readShot, type Shot, sampleOf, type Zones, zonesOf } from "../sample.ts";
import { carriedDistance } from "./scores/carried.ts";
import { patchDistance } from "./scores/texture.ts";

/** An edit to be made, and points whose surroundings should go along. */
export interface RealEdit {
  readonly id: string;
  readonly image: string;
  /** Folder that relative masks refer to. */
  readonly baseDir: string;
  readonly recipe: Recipe;
  readonly points: readonly DragPoint[];
}

export const METHODS = ["nothing", "paste", "telea", "preview"] as const;
export type Method = (typeof METHODS)[number];

export interface RealScores extends Gates {
  /** Levels, from patches of the place left to the likeliest patches around it; absent where nothing is left bare. */
  readonly patch: number | undefined;
  /** Pixels between the targets and where what was at the handles is found, at most 16 in each direction. */
  readonly distance: number;
  /** Pixels outside the editable area that differ. */
  readonly outside: number;
}

export interface RealResult {
  readonly id: string;
  readonly scores: Readonly<Record<Method, RealScores>>;
  readonly regimes: readonly string[];
  /** The gates' scores in the edit's own receipt, of its picture and of the untouched one: what a bend moves uncovers nothing,
   * so that there is nothing to clear or fill. */
  readonly receipt: { readonly preview: number; readonly nothing: number };
  /** Codes of the edit's warnings. */
  readonly warnings: readonly string[];
}

/** Files go below `dir` and stay: `preview/`, `paste/`, `telea/` in a folder per edit. */
export async function runReal(edit: RealEdit, engine: Engine, dir: string): Promise<RealResult> {
  const folder = join(dir, folderOf(edit));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const recipe: Recipe = { ...edit.recipe, quality: "preview" };
  const request = { image: edit.image, recipe, baseDir: edit.baseDir, dir: join(folder, "preview"), embed: false };
  const outcome = await engine.edit(request);
  const original = await readShot(edit.image);
  const zones = await zonesIn(outcome, original);
  const images = {
    ...(await baselineImages(edit, outcome, original, zones, engine, folder)),
    preview: outcome.files.image,
  };
  const scores: Partial<Record<Method, RealScores>> = {};
  for (const method of METHODS)
    scores[method] = scoresOf(original, await readShot(images[method]), zones, outcome, edit);
  return {
    id: edit.id,
    scores: scores as Record<Method, RealScores>, // every method was just set
    regimes: outcome.regimes ?? [],
    receipt: { preview: outcome.tiers.preview?.score ?? Number.NaN, nothing: outcome.nothing?.score ?? Number.NaN },
    warnings: outcome.warnings.map(({ code }) => code),
  };
}

/** Below the folder that `runReal` was given. */
export function folderOf({ id }: RealEdit): string {
  return id.replaceAll("/", "+");
}

/** The zones of the recipe, in the area that the edit itself was given. */
async function zonesIn({ recipe, files }: EditOutcome, original: Shot): Promise<Zones> {
  const zones = await zonesOf(recipe, original);
  const mask = await readMask(files.editable, "");
  const editable = { ...mask, data: mask.data.map((value) => (value > 0 ? 255 : 0)) };
  return { ...zones, editable, regions: zones.regions.map((region) => ({ ...region, editable })) };
}

async function baselineImages(
  { image, baseDir, points }: RealEdit,
  { recipe }: EditOutcome,
  original: Shot,
  zones: Zones,
  engine: Engine,
  folder: string,
): Promise<Record<Exclude<Method, "preview">, string>> {
  const pictures: string[] = [];
  for (const baseline of [doNothing, paste, warpTelea]) {
    const dir = join(folder, baseline.name);
    await mkdir(dir, { recursive: true });
    const own = { image, original, zones, recipe, baseDir, points, dir, device: undefined };
    const made = await baseline.run(own, engine, {});
    pictures.push(made?.image ?? image);
  }
  const [nothing = image, pasted = image, telea = image] = pictures;
  return { nothing, paste: pasted, telea };
}

function scoresOf(
  original: Shot,
  result: Shot,
  zones: Zones,
  { recipe }: EditOutcome,
  { points }: RealEdit,
): RealScores {
  const { regions, editable } = zones;
  const join = (pick: (region: (typeof regions)[number]) => typeof editable) =>
    regions.map(pick).reduce(union, emptyMask(editable));
  const [vacated, source, target] = [join((r) => r.vacated), join((r) => r.source), join((r) => r.target)];
  const around = subtract(dilate(vacated, 40), union(dilate(source, 4), dilate(target, 4)));
  const distances = points.map(({ handle, target: to }) => carriedDistance(original.rgb, result.rgb, handle, to));
  const sample = sampleOf({ zones, original, result, recipe, cost: { seconds: 0 } });
  const outside = outsideChanged.score(sample);
  if (typeof outside !== "number") throw new TypeError(`Expected a number of pixels, got ${String(outside)}`);
  return {
    ...sample.gates,
    patch: patchDistance(result.rgb, original.rgb, vacated, around),
    distance: distances.reduce((a, b) => a + b, 0) / Math.max(1, distances.length),
    outside,
  };
}
