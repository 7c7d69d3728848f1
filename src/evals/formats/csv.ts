/** One row for each method of each trial: for spreadsheets and notebooks. */
import { stringify } from "csv-stringify/sync";
import type { SuiteResult } from "../result.ts";
import type { Scorer } from "../scorer.ts";

/** Cells that a spreadsheet would take for a formula are quoted as text. */
export function csvText({ suite, cases }: SuiteResult, scorers: readonly Scorer[]): string {
  const head = ["suite", "case", "trial", "image", "tags", "status", "method", ...scorers.map(({ name }) => name)];
  const rows = cases.flatMap((one) => {
    const base = [suite, one.name, one.trial, one.image, one.tags.join(" "), one.status];
    if (one.status === "crashed") return [[...base, one.error.code, ...scorers.map(() => "")]];
    return one.methods.map(({ method, measures }) => [
      ...base,
      method,
      ...scorers.map(({ name }) => measures[name] ?? ""),
    ]);
  });
  return stringify([head, ...rows], { escape_formulas: true });
}
