/** A run's result as plain text in columns. */
import { columnsOf, intervalText, methodLabel, numberText } from "./columns.ts";
import type { Measures } from "./measures.ts";
import { type CaseResult, EDIT, type FinishedCase, type SuiteResult } from "./result.ts";
import type { Scorer } from "./scorer.ts";
import { comparisonLines, notesOf, summaryOf, titleOf } from "./words.ts";

/** Lines that stand below a block of rows are not cut to its columns. */
type Line = readonly string[] | string;

export interface TableWish {
  readonly scorers: readonly Scorer[];
  /** Of the baselines, by name. */
  readonly labels: ReadonlyMap<string, string>;
  /** Names of scorers; default all that have a value. */
  readonly columns?: readonly string[] | undefined;
}

/** Beyond this many results a case has one row: the edit's. */
const MANY = 12;

export function tableText(result: SuiteResult, wish: TableWish): string {
  const columns = columnsOf(result, wish.scorers, wish.columns);
  const isLong = result.cases.length > MANY;
  const cases = result.cases.flatMap((one) => caseLines(one, columns, wish, isLong));
  const lines: Line[] = [
    ["case", "method", ...columns.map(({ label }) => label)],
    ...cases,
    ...meanLines(result, columns, wish),
    ...result.missed.map(noteOf),
  ];
  const after = [...comparisonLines(result, columns, wish.labels), summaryOf(result), ...result.notes];
  return `${aligned(lines).join("\n")}\n\n${after.join("\n")}\n`;
}

function caseLines(one: CaseResult, columns: readonly Scorer[], wish: TableWish, isLong: boolean): Line[] {
  const name = titleOf(one);
  if (one.status === "crashed") return [[name, "crashed"], noteOf(`${one.error.code}: ${one.error.message}`)];
  const shown = one.methods.filter(({ method }) => !isLong || method === EDIT);
  const rows = shown.map(({ method, measures }, i) =>
    rowOf(i === 0 ? name : "", labelIn(one, method, wish), measures, columns),
  );
  return [...rows, ...notesOf(one).map(noteOf)];
}

function labelIn({ tier }: FinishedCase, method: string, { labels }: TableWish): string {
  return method === EDIT ? `edit (${tier})` : methodLabel(method, labels);
}

/** Means, and the bootstrap interval below the edit's where there is more than one case. */
function meanLines({ summary }: SuiteResult, columns: readonly Scorer[], { labels }: TableWish): Line[] {
  return summary.flatMap(({ method, intervals }, i) => {
    const cells = columns.map(({ name, digits }) => numberText(intervals[name]?.mean, digits));
    const row = [i === 0 ? "mean" : "", methodLabel(method, labels), ...cells];
    const isSpread = method === EDIT && Object.values(intervals).some(({ count }) => count > 1);
    if (!isSpread) return [row];
    const spread = columns.map(({ name, digits }) => (intervals[name] ? intervalText(intervals[name], digits) : "-"));
    return [row, ["", "95 % of means", ...spread]];
  });
}

function noteOf(text: string): string {
  return `  - ${text}`;
}

function rowOf(name: string, method: string, measures: Measures, columns: readonly Scorer[]): string[] {
  return [name, method, ...columns.map((scorer) => numberText(measures[scorer.name], scorer.digits))];
}

/** Words to the left, numbers to the right; the last column ends the line. */
function aligned(lines: readonly Line[]): string[] {
  const rows = lines.filter((line) => typeof line !== "string");
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return lines.map((line) => {
    if (typeof line === "string") return line;
    const cells = line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    return cells.join("  ").trimEnd();
  });
}
