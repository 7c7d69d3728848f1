/** The cases of a suite's file, with its defaults in them and their paths absolute. */
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { motionFault } from "../../engine/recipe/motion-check.ts";
import { isSegmentSpec } from "../../engine/recipe/rasterise.ts";
import { type Operation, type Recipe, recipeSchema } from "../../engine/recipe/schema.ts";
import type { CaseEntry, SuiteDefaults, SuiteFile } from "./schema.ts";
import type { Path, SuiteSource } from "./source.ts";
import { CASE_DEFAULTS, type EditRequest, type SayRequest, type Settings, type SuiteCase } from "./suite.ts";

interface CasesFile {
  readonly path: string;
  readonly source: SuiteSource;
  readonly file: SuiteFile;
}

/** @throws EditError `suite-invalid` with the line of what is wrong. */
export async function casesOf(opened: CasesFile, settings: Settings, defaults: SuiteDefaults): Promise<SuiteCase[]> {
  const { source, file } = opened;
  const cases: SuiteCase[] = [];
  for (const [i, entry] of (file.cases ?? []).entries()) {
    cases.push(await caseOf(entry, ["cases", i], opened, settings, defaults));
  }
  const deaf = cases.find(({ request }) => request.type === "say");
  if (deaf && Object.keys(settings.options).length > 0) {
    throw source.invalid(["defaults", "options"], 'no options beside a "say" case, which they do not reach', deaf.name);
  }
  return cases;
}

async function caseOf(
  entry: CaseEntry,
  at: Path,
  { path, source }: CasesFile,
  settings: Settings,
  defaults: SuiteDefaults,
): Promise<SuiteCase> {
  const baseDir = dirname(path);
  const fileAt = async (key: "image" | "truth", name: string) => {
    const found = resolve(baseDir, name);
    if (await isFile(found)) return found;
    throw source.invalid([...at, key], "a picture's file", `${name}, which is none`);
  };
  if (entry.expect.region && isSegmentSpec(entry.expect.region.is)) {
    throw source.invalid(
      [...at, "expect", "region", "is"],
      "a drawn region or a mask's file",
      "what a segmenter finds",
    );
  }
  return {
    name: entry.name,
    image: await fileAt("image", entry.image),
    ...(entry.truth === undefined ? {} : { truth: await fileAt("truth", entry.truth) }),
    baseDir,
    tags: [...new Set([...(defaults.tags ?? []), ...(entry.tags ?? [])])],
    trials: entry.trials ?? defaults.trials ?? CASE_DEFAULTS.trials,
    timeout: entry.timeout ?? defaults.timeout,
    pass: entry.pass ?? defaults.pass ?? CASE_DEFAULTS.pass,
    expect: entry.expect,
    thresholds: { ...defaults.thresholds, ...entry.thresholds },
    request: requestOf(entry, at, source, settings),
  };
}

function requestOf(entry: CaseEntry, at: Path, source: SuiteSource, settings: Settings): EditRequest | SayRequest {
  if ("say" in entry) return { type: "say", text: entry.say, region: entry.region };
  checkMotions(entry.edit, [...at, "edit"], source);
  return { type: "edit", recipe: recipeOf(entry, settings) };
}

type EditEntry = Extract<CaseEntry, { edit: unknown }>;

function recipeOf({ edit, prompt, sourcePrompt, editable, options }: EditEntry, settings: Settings): Recipe {
  const words = { prompt, sourcePrompt, editable };
  return recipeSchema.parse({ operations: edit, ...words, ...settings, options: { ...settings.options, ...options } });
}

/** What the schema cannot say, as parseRecipe checks it for recipes. */
function checkMotions(operations: readonly Operation[], at: Path, source: SuiteSource): void {
  for (const [i, { motion }] of operations.entries()) {
    const fault = motionFault(motion);
    if (fault) throw source.invalid([...at, i, "motion", ...fault.path], fault.expected, fault.got);
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
