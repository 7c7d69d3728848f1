/** JSON files of a model bundle. */
import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { EditError } from "../../errors.ts";
import { jsonExcess } from "../json-size.ts";
import { describeIssues } from "../recipe/issues.ts";

/** Throws `checkpoint-invalid` naming the file. */
export async function readModelJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EditError("checkpoint-invalid", `Expected a JSON file at ${path}, nothing can be read there`, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EditError("checkpoint-invalid", `Expected a JSON file at ${path}, its text is not JSON`, { cause });
  }
}

/** Throws `checkpoint-invalid` naming the file, the field, what was expected there and what was found. */
export function checkModelJson<S extends z.ZodType>(schema: S, json: unknown, path: string): z.output<S> {
  const most = jsonExcess(json);
  if (most !== undefined) throw new EditError("checkpoint-invalid", `${path}: Expected ${most}, got more`);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problem = describeIssues(parsed.error.issues, json, "the top of the file");
  throw new EditError("checkpoint-invalid", `${path}: ${problem}`, { cause: parsed.error });
}
