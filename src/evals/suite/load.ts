/** From a suite's file to a suite. Everything that can be wrong with it is found here, before anything runs. */
import { readFile, stat } from "node:fs/promises";
import { dirname, extname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { firstFinding } from "../../engine/recipe/issues.ts";
import { EditError } from "../../errors.ts";
import type { Scorer } from "../scorer.ts";
import { casesOf } from "./cases.ts";
import { importSuite, MODULE_ENDINGS } from "./modules.ts";
import { type SuiteFile, suiteSchemaWith } from "./schema.ts";
import { SuiteSource } from "./source.ts";
import type { Overrides, Settings, Suite, SuiteCase } from "./suite.ts";

/** A file that was read and has the form of a suite. */
export interface Opened {
  readonly path: string;
  readonly source: SuiteSource;
  readonly file: SuiteFile;
  readonly scorers: readonly Scorer[];
}

export const DEFAULT_SETTINGS: Settings = { quality: "full", seed: 42, model: "mini", options: {} };

/**
 * `name` is a path from `cwd`, or the name of a shipped suite ("first-light"). YAML or JSON, or a module that exports what
 * `defineSuite` made.
 * @throws EditError `suite-invalid` with file, line and path in the file.
 */
export async function loadSuite(name: string, cwd: string, overrides: Overrides = {}): Promise<Suite> {
  const opened = await openSuite(await findSuite(name, cwd), cwd);
  const base = await baseOf(opened, cwd);
  const files = base ? [base, opened] : [opened];
  const defaults = Object.assign({}, ...files.map(({ file }) => file.defaults), defined(overrides));
  const { quality, seed, model, options } = { ...DEFAULT_SETTINGS, ...defaults };
  const settings: Settings = { quality, seed, model, options };
  const cases = (await Promise.all(files.map((one) => casesOf(one, settings, defaults)))).flat();
  if (cases.length === 0) throw opened.source.invalid([], '"cases" or "extends"', "neither");
  checkNames(cases, opened);
  const thresholds = Object.assign({}, ...files.map(({ file }) => file.thresholds));
  return { name: opened.file.name, settings, cases, thresholds, scorers: files.flatMap(({ scorers }) => scorers) };
}

async function findSuite(name: string, cwd: string): Promise<string> {
  const path = resolve(cwd, name);
  if ((await isFile(path)) || !/^[\w-]+$/.test(name)) return path;
  const shipped = fileURLToPath(new URL(`../../../evals/suites/${name}.yaml`, import.meta.url));
  return (await isFile(shipped)) ? shipped : path;
}

async function openSuite(path: string, cwd: string): Promise<Opened> {
  const shown = relative(cwd, path).startsWith("..") ? path : relative(cwd, path);
  if (MODULE_ENDINGS.includes(extname(path))) {
    const { input, scorers } = await importSuite(path, shown);
    return checked(path, new SuiteSource(JSON.stringify(input, null, 2), shown), scorers);
  }
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new EditError("suite-invalid", `Expected a readable suite at ${shown}, got ${String(cause.code)}`, { cause });
  });
  return checked(path, new SuiteSource(text, shown), []);
}

function checked(path: string, source: SuiteSource, scorers: readonly Scorer[]): Opened {
  const result = suiteSchemaWith(scorers).safeParse(source.value);
  if (result.success) return { path, source, file: result.data, scorers };
  const { path: at, expected, got, unknownKey } = firstFinding(result.error.issues, source.value);
  if (unknownKey !== "") throw source.invalidKey(at, unknownKey, expected, got);
  throw source.invalid(at, expected, got, result.error);
}

/** One step: a base that extends another is refused. */
async function baseOf({ path, source, file }: Opened, cwd: string): Promise<Opened | undefined> {
  if (file.extends === undefined) return undefined;
  const wanted = resolve(dirname(path), file.extends);
  if (!(await isFile(wanted))) throw source.invalid(["extends"], "a suite's file", `${file.extends}, which is none`);
  // Who runs a YAML suite trusts its words, not a program that lies beside it.
  if (!MODULE_ENDINGS.includes(extname(path)) && MODULE_ENDINGS.includes(extname(wanted))) {
    throw source.invalid(["extends"], "a suite as YAML or JSON", `${file.extends}, which is a program`);
  }
  const base = await openSuite(wanted, cwd);
  if (base.file.extends === undefined) return base;
  throw source.invalid(["extends"], "a suite with its own cases", `${file.extends}, which extends another`);
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
