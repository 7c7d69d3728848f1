/** From a suite's file to a suite. Everything that can be wrong with it is found here, before anything runs. */
import { readFile, stat } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { firstFinding } from "../../engine/recipe/issues.ts";
import { motionFault } from "../../engine/recipe/motion-check.ts";
import { type Operation, recipeSchema } from "../../engine/recipe/schema.ts";
import { EditError } from "../../errors.ts";
import { type CaseEntry, type SuiteFile, suiteSchema } from "./schema.ts";
import { type Path, SuiteSource } from "./source.ts";
import type { Overrides, Settings, Suite, SuiteCase } from "./suite.ts";

interface Opened {
  readonly path: string;
  readonly source: SuiteSource;
  readonly file: SuiteFile;
}

const DEFAULTS: Settings = { quality: "full", seed: 42, model: "mini", options: {} };

/**
 * `name` is a path from `cwd`, or the name of a shipped suite ("first-light").
 * @throws EditError `suite-invalid` with file, line and path in the file.
 */
export async function loadSuite(name: string, cwd: string, overrides: Overrides = {}): Promise<Suite> {
  const opened = await openSuite(await findSuite(name, cwd), cwd);
  const base = await baseOf(opened, cwd);
  const files = base ? [base, opened] : [opened];
  const settings = Object.assign({}, DEFAULTS, ...files.map(({ file }) => file.defaults), defined(overrides));
  const cases = await Promise.all(files.map((one) => casesOf(one, settings)));
  if (cases.flat().length === 0) throw opened.source.invalid([], '"cases" or "extends"', "neither");
  checkNames(cases.flat(), opened);
  const thresholds = Object.assign({}, ...files.map(({ file }) => file.thresholds));
  return { name: opened.file.name, settings, cases: cases.flat(), thresholds };
}

async function findSuite(name: string, cwd: string): Promise<string> {
  const path = resolve(cwd, name);
  if ((await isFile(path)) || !/^[\w-]+$/.test(name)) return path;
  const shipped = fileURLToPath(new URL(`../../../evals/suites/${name}.yaml`, import.meta.url));
  return (await isFile(shipped)) ? shipped : path;
}

async function openSuite(path: string, cwd: string): Promise<Opened> {
  const shown = relative(cwd, path).startsWith("..") ? path : relative(cwd, path);
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new EditError("suite-invalid", `Expected a readable suite at ${shown}, got ${String(cause.code)}`, { cause });
  });
  const source = new SuiteSource(text, shown);
  const result = suiteSchema.safeParse(source.value);
  if (result.success) return { path, source, file: result.data };
  const finding = firstFinding(result.error.issues, source.value);
  const { path: at, expected, got, unknownKey } = finding;
  if (unknownKey !== "") throw source.invalidKey(at, unknownKey, expected, got);
  throw source.invalid(at, expected, got, result.error);
}

/** One step: a base that extends another is refused. */
async function baseOf({ path, source, file }: Opened, cwd: string): Promise<Opened | undefined> {
  if (file.extends === undefined) return undefined;
  const wanted = resolve(dirname(path), file.extends);
  if (!(await isFile(wanted))) throw source.invalid(["extends"], "a suite's file", `${file.extends}, which is none`);
  const base = await openSuite(wanted, cwd);
  if (base.file.extends === undefined) return base;
  throw source.invalid(["extends"], "a suite with its own cases", `${file.extends}, which extends another`);
}

async function casesOf(opened: Opened, settings: Settings): Promise<SuiteCase[]> {
  const { source, file } = opened;
  const cases: SuiteCase[] = [];
  for (const [i, entry] of (file.cases ?? []).entries())
    cases.push(await caseOf(entry, ["cases", i], opened, settings));
  const deaf = cases.find(({ request }) => request.type === "say");
  if (deaf && Object.keys(settings.options).length > 0) {
    throw source.invalid(["defaults", "options"], 'no options beside a "say" case, which they do not reach', deaf.name);
  }
  return cases;
}

async function caseOf(entry: CaseEntry, at: Path, { path, source }: Opened, settings: Settings): Promise<SuiteCase> {
  const baseDir = dirname(path);
  const image = resolve(baseDir, entry.image);
  if (!(await isFile(image)))
    throw source.invalid([...at, "image"], "a picture's file", `${entry.image}, which is none`);
  const { name, expect, thresholds } = entry;
  const rest = { name, image, baseDir, expect, thresholds };
  if ("say" in entry) return { ...rest, request: { type: "say", text: entry.say, region: entry.region } };
  checkMotions(entry.edit, [...at, "edit"], source);
  const recipe = recipeSchema.parse({ operations: entry.edit, ...settings });
  return { ...rest, request: { type: "edit", recipe } };
}

/** What the schema cannot say, as parseRecipe checks it for recipes. */
function checkMotions(operations: readonly Operation[], at: Path, source: SuiteSource): void {
  for (const [i, { motion }] of operations.entries()) {
    const fault = motionFault(motion);
    if (fault) throw source.invalid([...at, i, "motion", ...fault.path], fault.expected, fault.got);
  }
}

function checkNames(cases: readonly SuiteCase[], { source, file }: Opened): void {
  const again = cases.findLastIndex(({ name }, i) => cases.findIndex((one) => one.name === name) < i);
  if (again < 0) return;
  // A base's cases come first.
  const own = again - (cases.length - (file.cases?.length ?? 0));
  const at = own < 0 ? ["extends"] : ["cases", own, "name"];
  throw source.invalid(at, "a name that no other case has", `"${cases[again]?.name}" again`);
}

/** Without keys whose value is undefined: they would hide what the file says. */
function defined(overrides: Overrides): Overrides {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
