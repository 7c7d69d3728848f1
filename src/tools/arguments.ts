/** What is wrong with a call's arguments, in words that say what to change. */
import type { z } from "zod";
import { jsonExcess } from "../engine/json-size.ts";
import { EditError } from "../errors.ts";
import { clean } from "./clean.ts";

/** More would not be read. */
const MAX_ISSUES = 5;

/** Throws `arguments-invalid`, which lists path, what was expected and what arrived. */
export function checkedArguments<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  tool: string,
): z.output<Schema> {
  const hint = `Change these arguments and call ${tool} again; its inputSchema says what each may be`;
  const most = jsonExcess(raw);
  if (most !== undefined) throw new EditError("arguments-invalid", `arguments: expected ${most}, got more`, { hint });
  const parsed = schema.safeParse(raw ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const more = issues.length > MAX_ISSUES ? [`and ${issues.length - MAX_ISSUES} more`] : [];
  const lines = issues.slice(0, MAX_ISSUES).map(issueText);
  throw new EditError("arguments-invalid", [...lines, ...more].join("; "), {
    hint,
    cause: parsed.error,
  });
}

function issueText(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") return unionText(issue);
  const got = issue.code === "unrecognized_keys" ? "" : `, got ${shown(issue.input)}`;
  return clean(`${placeOf(issue)}: ${wanted(issue)}${got}`, 300);
}

/** The alternative that the value was meant for, where it shows, else all of them. */
function unionText(issue: z.core.$ZodIssueInvalidUnion): string {
  const meant = issue.errors.find(([first]) => first !== undefined && first.path.length > 0)?.[0];
  if (meant) return issueText({ ...meant, path: [...issue.path, ...meant.path] });
  const ways = issue.errors.flatMap(([first]) => (first === undefined ? [] : [wanted(first)]));
  const words = ways.length === 0 ? wanted(issue) : [...new Set(ways)].join(" or ");
  return clean(`${placeOf(issue)}: ${words}, got ${shown(issue.input)}`, 300);
}

function placeOf({ path }: z.core.$ZodIssue): string {
  return path.length === 0 ? "arguments" : path.map(String).join(".");
}

/** zod's words without what arrived, which is said apart. */
function wanted({ message }: z.core.$ZodIssue): string {
  return message.replace(/^Invalid (input|option): /, "").replace(/, received .*$/s, "");
}

/** A value, short: what a caller sends may be megabytes. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return clean(JSON.stringify(value) ?? typeof value, 60);
}
