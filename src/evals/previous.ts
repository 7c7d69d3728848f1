/** An earlier run, from its folder or its results.json. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { EditError } from "../errors.ts";
import type { CaseResult } from "./result.ts";

export const RESULTS_FILE = "results.json";

/** Enough to trust the rest: what this program wrote, of this format. */
const rowSchema = z.looseObject({ method: z.string(), measures: z.record(z.string(), z.number()) });
const caseSchema = z.looseObject({
  key: z.string(),
  name: z.string(),
  trial: z.number(),
  status: z.enum(["passed", "missed", "crashed"]),
  methods: z.array(rowSchema).optional(),
});
const runSchema = z.looseObject({ format: z.literal(1), cases: z.array(caseSchema) });

/** @throws EditError `not-found` and `suite-invalid`. */
export async function readRun(path: string): Promise<readonly CaseResult[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, RESULTS_FILE) : path;
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new EditError("not-found", `Expected the results of an earlier run at ${file}, found none`, { cause });
  });
  const parsed = runSchema.safeParse(json(text));
  if (!parsed.success) {
    throw new EditError("suite-invalid", `Expected results of dragflow eval in ${file}, got something else`, {
      cause: parsed.error,
    });
  }
  // Checked as far as it is used to compare; the rest is only shown.
  return parsed.data.cases as unknown as CaseResult[];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
