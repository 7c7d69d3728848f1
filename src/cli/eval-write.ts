/** A run's files in its folder. */
import { join, resolve } from "node:path";
import { writeWhole } from "../engine/write-whole.ts";
import { FORMAT_FILES, type Format, formatted } from "../evals/formats/index.ts";
import { readRun } from "../evals/previous.ts";
import { reportHtml } from "../evals/report/index.ts";
import type { CaseResult, SuiteResult } from "../evals/result.ts";
import type { TableWish } from "../evals/table.ts";
import type { CliRun } from "./deps.ts";
import { caseCommand } from "./eval-command.ts";
import type { EvalFlags } from "./eval-flags.ts";
import { inStudio } from "./studio.ts";

export interface WrittenRun {
  readonly out: string;
  readonly result: SuiteResult;
  /** As typed. */
  readonly suiteName: string | undefined;
  readonly formats: readonly Format[];
  readonly table: TableWish;
}

export async function writeRun(run: CliRun, flags: EvalFlags, written: WrittenRun): Promise<void> {
  const { out, result, formats, table } = written;
  for (const format of formats) {
    const text = format === "html" ? await page(run, flags, written) : formatted(format, result, table);
    await writeWhole(join(out, FORMAT_FILES[format]), text);
  }
}

/** Pictures are made small by an engine. */
async function page(run: CliRun, flags: EvalFlags, written: WrittenRun): Promise<string> {
  const { out, result, table, suiteName } = written;
  const old = flags.baseline === undefined ? undefined : await readRun(resolve(run.cwd, flags.baseline));
  const command = (one: CaseResult) => caseCommand(suiteName, flags, one);
  const { signal } = run;
  return inStudio(run, flags.home, ({ engine }) => reportHtml(result, table, { engine, out, signal, old, command }));
}
