/** One case through baselines and tiers: pictures scored, and kept for the gallery. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EditOutcome, Engine } from "../../engine/api.ts";
import { maskDataUri, readMask, rgbFrom, writePng } from "../../engine/image/raster-io.ts";
import type { Mask, Rgb } from "../../engine/raster.ts";
import { parseRecipe } from "../../engine/recipe/parse.ts";
import { QUALITIES, type Quality } from "../../engine/recipe/schema.ts";
import type { Cv } from "../../engine/segment/opencv.ts";
import { BASELINES, baselinePictures } from "./baselines.ts";
import type { QualityCase } from "./case.ts";
import { buildScene, type Scene } from "./scene.ts";
import { type Scores, scoresOf } from "./score.ts";

/** Rows of the table. A tier's own name is its own picture, whatever it is worth; `… delivered` is what the edit chose. */
export const ROWS = [...BASELINES, ...QUALITIES, "fast delivered", "full delivered", "truth"] as const;
export type Row = (typeof ROWS)[number];

/** How one tier's edit went. */
export interface TierRun {
  readonly delivered: Quality;
  readonly seconds: number;
  readonly outsideChanged: number;
  readonly regimes: readonly string[];
  readonly warnings: readonly string[];
}

export interface CaseResult {
  readonly id: string;
  readonly rows: Partial<Record<Row, Scores>>;
  readonly runs: Partial<Record<Quality, TierRun>>;
}

export interface CaseSetting {
  readonly engine: Engine;
  readonly cv: Cv;
  /** evals/quality. */
  readonly suite: string;
  /** Receives a folder per case. */
  readonly out: string;
}

/** What earlier runs of the same case have scored for tiers not named here is kept. */
export async function runCase(one: QualityCase, tiers: readonly Quality[], setting: CaseSetting): Promise<CaseResult> {
  const dir = join(setting.out, one.id);
  await mkdir(dir, { recursive: true });
  const scene = await buildScene(setting.suite, one);
  await keepScene(dir, scene);
  const earlier = await earlierResult(dir);
  const rows: Partial<Record<Row, Scores>> = { ...earlier?.rows };
  const runs: Partial<Record<Quality, TierRun>> = { ...earlier?.runs };
  let editable: Mask | undefined;
  for (const tier of tiers) {
    const outcome = await editAt(tier, one, scene, dir, setting.engine);
    editable ??= await readMask(outcome.files.editable, dir);
    const known = tier === tiers[0] ? {} : rows; // the tiers below are the same in every edit of one call
    Object.assign(rows, await tierRows(tier, outcome, { known, scene, editable, dir }));
    runs[tier] = runOf(outcome);
  }
  if (editable) Object.assign(rows, await baselineRows(scene, editable, setting.cv, dir));
  const result = { id: one.id, rows, runs };
  await writeFile(join(dir, "scores.json"), JSON.stringify(result, null, 1));
  return result;
}

/** Undefined where the case has not been run into the folder. */
export async function earlierResult(dir: string): Promise<CaseResult | undefined> {
  const text = await readFile(join(dir, "scores.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as CaseResult);
}

async function keepScene(dir: string, { input, truth, region, target }: Scene): Promise<void> {
  await writePng(join(dir, "input.png"), input);
  await writePng(join(dir, "truth.png"), truth);
  await writePng(join(dir, "region.png"), region);
  await writePng(join(dir, "target.png"), target);
}

async function editAt(tier: Quality, one: QualityCase, { region }: Scene, dir: string, engine: Engine) {
  const mask = await maskDataUri(region);
  const recipe = parseRecipe({ operations: [{ region: { mask }, motion: one.motion }], quality: tier, seed: one.seed });
  const into = join(dir, tier);
  await rm(into, { recursive: true, force: true });
  return engine.edit({ image: join(dir, "input.png"), recipe, baseDir: dir, dir: into, embed: false });
}

interface Scoring {
  /** Pictures that need no second look. */
  readonly known: Partial<Record<Row, Scores>>;
  readonly scene: Scene;
  readonly editable: Mask;
  readonly dir: string;
}

async function tierRows(tier: Quality, { files, tier: chosen }: EditOutcome, { known, scene, editable, dir }: Scoring) {
  const rows: Partial<Record<Row, Scores>> = {};
  for (const [name, path] of Object.entries(files.tiers) as [Quality, string][]) {
    const picture = await rgbFrom(await readFile(path));
    await writePng(join(dir, `${name}.png`), picture);
    rows[name] = (name === tier ? undefined : known[name]) ?? scoresOf(picture, scene, editable);
  }
  const delivered = rows[chosen];
  if (tier !== "preview" && delivered) rows[`${tier} delivered`] = delivered;
  return rows;
}

async function baselineRows(scene: Scene, editable: Mask, cv: Cv, dir: string) {
  const pictures: Partial<Record<Row, Rgb>> = { ...baselinePictures(scene, cv), truth: scene.truth };
  const rows: Partial<Record<Row, Scores>> = {};
  for (const [name, picture] of Object.entries(pictures) as [Row, Rgb][]) {
    if (name !== "nothing" && name !== "truth") await writePng(join(dir, `${name}.png`), picture);
    rows[name] = scoresOf(picture, scene, editable);
  }
  return rows;
}

function runOf({ tier, seconds, receipt, regimes, warnings }: EditOutcome): TierRun {
  return {
    delivered: tier,
    seconds: seconds.total,
    outsideChanged: receipt.outsideChanged,
    regimes: regimes ?? [],
    warnings: warnings.map(({ code }) => code),
  };
}
