/** zod's issues in words: where in the JSON, what was expected there, what arrived. */
import type { z } from "zod";
import { glimpse } from "../json-size.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** One sentence about the first thing wrong with `json`; `top` is what the whole of it is called. */
export function describeIssues(issues: readonly Issue[], json: unknown, top = TOP): string {
  const { path, expected, got } = firstFinding(issues, json);
  return `Expected ${expected} at ${pathText(path, top)}, got ${got}`;
}

/** The first thing wrong with `json`: where, what was expected there, what arrived. */
export function firstFinding(issues: readonly Issue[], json: unknown): Required<Finding> {
  const { path, expected, got, unknownKey = "" } = locate(issues, []);
  return { path, expected, got: got ?? valueText(valueAt(json, path)), unknownKey };
}

/** Of unknown keys, as many are named. */
const MOST_KEYS = 5;

interface Finding {
  path: Path;
  expected: string;
  /** Named when the value at `path` is not the point. */
  got?: string;
  /** The key of the object at `path` that should not be there; "" when it is not about one. */
  unknownKey?: string;
}

function locate(issues: readonly Issue[], parent: Path): Finding {
  const issue = issues[0];
  if (!issue) return { path: parent, expected: "a valid recipe" };
  const path = [...parent, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.length > 0) return locateInUnion(issue.errors, path);
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys
      .slice(0, MOST_KEYS)
      .map((key) => `"${key.slice(0, 80)}"`)
      .join(", ");
    return { path, expected: "only known keys", got: `unknown ${keys}`, unknownKey: issue.keys[0] ?? "" };
  }
  return { path, expected: expectation(issue) };
}

/**
 * The branch meant is the one that knows all the keys there are, else the one that has all it needs; what is wrong in
 * every branch at the same place is wrong whichever is meant.
 */
function locateInUnion(branches: readonly (readonly Issue[])[], path: Path): Finding {
  const knows = branches.filter((issues) => issues.every(({ code }) => code !== "unrecognized_keys"));
  const complete = branches.find((issues) => issues.every(({ code }) => code === "unrecognized_keys"));
  const meant = knows.length === 1 ? knows[0] : (complete ?? agreed(branches));
  if (meant) return locate(meant, path);
  return { path, expected: unionText(branches) };
}

/** Any branch, where all of them begin at the same place below the union. */
function agreed(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const places = new Set(branches.map(([issue]) => pathText(issue?.path ?? [])));
  return places.size === 1 && !places.has(pathText([])) ? branches[0] : undefined;
}

function unionText(branches: readonly (readonly Issue[])[]): string {
  const keys = branches.flatMap((issues) => issues.slice(0, 1).map((issue) => issue.path[0]));
  const named = keys.filter((key) => typeof key === "string");
  if (named.length === branches.length) return `an object with one of ${[...new Set(named)].join(", ")}`;
  const texts = branches.map((issues) => locate(issues, []).expected);
  return [...new Set(texts)].join(" or ");
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return withArticle(issue.expected);
    case "invalid_value":
      return issue.values.map((value) => valueText(value)).join(" or ");
    case "too_small":
      return `${sizeText(issue.origin)}${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return `${sizeText(issue.origin)}${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    default:
      return issue.message.slice(0, 200);
  }
}

const COUNTED: Record<string, string> = { array: "a list with a length of ", string: "a text with a length of " };

function sizeText(origin: string): string {
  return COUNTED[origin] ?? "a number of ";
}

const ARTICLES: Record<string, string> = {
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
  int: "a whole number",
  string: "a text",
};

function withArticle(type: string): string {
  return ARTICLES[type] ?? `a ${type}`;
}

const TOP = "the top of the recipe";

/** `["operations", 0, "motion"]` → `operations[0].motion`. */
export function pathText(path: Path, top = TOP): string {
  if (path.length === 0) return top;
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : `${i === 0 ? "" : "."}${String(key).slice(0, 80)}`))
    .join("");
}

function valueAt(json: unknown, path: Path): unknown {
  let value = json;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** The value as JSON, shortened; NaN and Infinity by name, a missing one as "nothing". */
export function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  const text =
    JSON.stringify(glimpse(value), (_, inner) => (typeof inner === "number" ? printable(inner) : inner)) ??
    typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function printable(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
