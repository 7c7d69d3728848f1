/** Own cases as one JSON file: `{ "name", "licence"?, "cases": [{ "name", "image", "recipe", "truth"?, "points"?, "tags"? }] }`,
 * paths relative to the file, coordinates in continuous pixels as in a recipe. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { describeIssues } from "../../engine/recipe/issues.ts";
import { pointSchema, recipeSchema } from "../../engine/recipe/schema.ts";
import { EditError } from "../../errors.ts";
import type { BrokenSample, DatasetFormat, LoadOptions } from "../dataset.ts";
import type { SuiteCase } from "../suite/suite.ts";
import { caseOf, readPicture, unusable } from "./samples.ts";

const ownCase = z.strictObject({
  name: z.string().min(1).max(80),
  image: z.string().min(1),
  recipe: recipeSchema,
  truth: z.string().min(1).optional(),
  points: z
    .array(z.strictObject({ handle: pointSchema, target: pointSchema }))
    .min(1)
    .optional(),
  tags: z.array(z.string().min(1)).default([]),
});
const ownSet = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1).max(80),
  licence: z.string().optional(),
  cases: z.array(z.unknown()).min(1),
});
type OwnCase = z.infer<typeof ownCase>;

export const ownJson = {
  name: "json",
  recognises: async (path: string) => path.endsWith(".json"),
  async load(path: string, options: LoadOptions = {}) {
    const { name, licence, cases: entries } = await readSet(path);
    const cases: SuiteCase[] = [];
    const broken: BrokenSample[] = [];
    for (const [i, entry] of entries.entries()) {
      if (cases.length === options.limit) break;
      const sample = sampleName(entry, i);
      if (!(options.wanted?.(sample) ?? true)) continue;
      try {
        cases.push(await readCase({ name, licence, dir: dirname(path) }, entry));
      } catch (error) {
        if (!(error instanceof EditError)) throw error;
        broken.push({ sample, message: error.message });
      }
    }
    if (cases.length === 0) throw unusable(`Expected usable cases in ${path}, got ${broken[0]?.message ?? "none"}`);
    return { name, cases, broken, notes: [] };
  },
} satisfies DatasetFormat;

async function readSet(path: string): Promise<z.infer<typeof ownSet>> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw unusable(`Expected a readable data set at ${path}`, cause);
  });
  const json = parsedJson(text, path);
  const parsed = ownSet.safeParse(json);
  if (parsed.success) return parsed.data;
  throw unusable(`${path}: ${describeIssues(parsed.error.issues, json)}`, parsed.error);
}

function parsedJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable(`Expected JSON in ${path}: ${String(cause)}`, cause);
  }
}

interface Set {
  readonly name: string;
  readonly licence: string | undefined;
  readonly dir: string;
}

async function readCase({ name: dataset, licence, dir }: Set, entry: unknown): Promise<SuiteCase> {
  const parsed = ownCase.safeParse(entry);
  if (!parsed.success) throw unusable(describeIssues(parsed.error.issues, entry), parsed.error);
  const { name, image, recipe, points, tags, truth } = await checked(parsed.data, dir);
  const made = caseOf(dataset, name, dir, { image, recipe, points, tags, truth });
  return licence === undefined ? made : { ...made, provenance: { dataset, sample: name, licence } };
}

/** Pictures are read whole, so that a broken one is found here. */
async function checked(one: OwnCase, dir: string): Promise<OwnCase> {
  const image = resolve(dir, one.image);
  await readPicture(image);
  if (one.truth === undefined) return { ...one, image };
  const truth = resolve(dir, one.truth);
  await readPicture(truth);
  return { ...one, image, truth };
}

function sampleName(entry: unknown, index: number): string {
  const name = typeof entry === "object" && entry !== null && "name" in entry ? entry.name : undefined;
  return typeof name === "string" && name !== "" ? name : `cases[${index}]`;
}
