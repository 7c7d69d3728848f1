/** The trials of a suite's cases, each under a key made of all that its result depends on. */
import { resolve } from "node:path";
import type { Recipe, RegionSpec } from "../engine/recipe/schema.ts";
import { modelMark } from "../session/model-mark.ts";
import { canonical, hashOf, hashOfFile } from "./content-key.ts";
import type { Settings, Suite, SuiteCase } from "./suite/suite.ts";

export interface Trial {
  readonly one: SuiteCase;
  /** From 1; the n-th has the suite's seed + n − 1. */
  readonly trial: number;
  readonly settings: Settings;
  readonly key: string;
}

/** What a key depends on beside the suite. */
export interface KeyGround {
  readonly home: string;
  /** Of the program that makes the edits. */
  readonly code: string;
  /** Who plans requests in words: "local", or the language model's name. */
  readonly planner: string;
}

const SEEDS = 2 ** 32;

/** In the suite's order, the trials of a case together. @throws EditError `not-found` for a mask that cannot be read. */
export async function trialsOf({ cases, settings }: Suite, ground: KeyGround): Promise<Trial[]> {
  const ends = new Map<string, Promise<string>>();
  const hashed = (path: string) => ends.get(path) ?? remember(ends, path, hashOfFile(path));
  const trials: Trial[] = [];
  for (const one of cases) {
    for (let trial = 1; trial <= one.trials; trial++) {
      const seeded = { ...settings, seed: (settings.seed + trial - 1) % SEEDS };
      trials.push({ one, trial, settings: seeded, key: await keyOf(one, seeded, ground, hashed) });
    }
  }
  return trials;
}

type HashFile = (path: string) => Promise<string>;

async function keyOf(one: SuiteCase, settings: Settings, ground: KeyGround, hashed: HashFile): Promise<string> {
  const { request, image, baseDir, points } = one;
  const expected = one.expect.region?.is;
  const recipe = request.type === "edit" ? { ...request.recipe, seed: settings.seed } : undefined;
  const model = await modelMark({ quality: settings.quality, model: settings.model } as Recipe, baseDir, ground.home);
  const parts = {
    image: await hashed(image),
    request: recipe ?? request,
    masks: await Promise.all(maskFiles(one, baseDir).map(hashed)),
    // Options of a say case are none; its other settings reach the agent.
    settings: recipe === undefined ? { ...settings, planner: ground.planner } : undefined,
    model,
    expected,
    points,
    code: ground.code,
  };
  return hashOf(canonical(parts));
}

/** Files that the case's regions name; data URIs are part of the recipe itself. */
function maskFiles({ request, expect }: SuiteCase, baseDir: string): string[] {
  const said = request.type === "say" ? [request.region] : [];
  const edited = request.type === "edit" ? regionsOf(request.recipe) : [];
  return [...said, ...edited, expect.region?.is].flatMap((region) => {
    return region !== undefined && "mask" in region && !region.mask.startsWith("data:")
      ? [resolve(baseDir, region.mask)]
      : [];
  });
}

function regionsOf({ operations, editable }: Recipe): RegionSpec[] {
  const regions = operations.map(({ region }) => region);
  return typeof editable === "string" ? regions : [...regions, editable];
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): Value {
  map.set(key, value);
  return value;
}
