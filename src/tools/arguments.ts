/** What is wrong with a call's arguments, in words that say what to change. */
import type { z } from "zod";
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
  const parsed = schema.safeParse(raw ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const more = issues.length > MAX_ISSUES ? [`and ${issues.length - MAX_ISSUES} more`] : [];
  const lines = issues.slice(0, MAX_ISSUES).map(issueText);
  throw new EditError("arguments-invalid", [...lines, ...more].join("; "), {
    hint: `Change these arguments and call ${tool} again; its inputSchema says what each may be`,
    cause: parsed.error,
  });
}

function issueText(issue: z.core.$ZodIssue): string {
  const place = issue.path.length === 0 ? "arguments" : issue.path.map(String).join(".");
  const got = issue.code === "unrecognized_keys" ? "" : `, got ${shown(issue.input)}`;
  return clean(`${place}: ${issue.message.replace(/^Invalid input: /, "")}${got}`, 300);
}

/** A value, short: what a caller sends may be megabytes. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return clean(JSON.stringify(value) ?? typeof value, 60);
}
