/** What a run came to, in sentences. */
import { methodLabel } from "./columns.ts";
import {
  BASELINE_FAILED,
  type CaseResult,
  type Comparison,
  type FinishedCase,
  OLD,
  type SuiteResult,
} from "./result.ts";
import type { Scorer } from "./scorer.ts";

/** What the numbers do not say: which slower tier lost, what was missed, and which baseline has no row. */
export function notesOf({ tier, tierScores, missed, warnings }: FinishedCase): string[] {
  const beside = warnings.filter(({ code }) => code === BASELINE_FAILED).map(({ message }) => message);
  const lost = Object.entries(tierScores).filter(([name]) => name !== tier && name !== "preview");
  return [
    ...lost.map(([name, score]) => `${name} scored ${score.toFixed(3)}: the ${tier} was kept`),
    ...missed,
    ...beside,
  ];
}

export function summaryOf({ suite, status, cases }: Pick<SuiteResult, "suite" | "status" | "cases">): string {
  const counts = (["passed", "missed", "crashed"] as const).map((wanted) => {
    const count = cases.filter((one) => one.status === wanted).length;
    return count === 0 ? "" : `${count} ${wanted}`;
  });
  return `${suite}: ${status} (${counts.filter((text) => text !== "").join(", ")})`;
}

/** "edit against preview: score +0.031 [0.012, 0.049], 12 wins, 3 ties, 2 losses". One for each method. */
export function comparisonLines(
  { comparisons }: SuiteResult,
  columns: readonly Scorer[],
  labels: ReadonlyMap<string, string>,
): string[] {
  return comparisons.flatMap((comparison) => {
    const text = comparisonText(comparison, columns);
    return text === "" ? [] : [`edit against ${againstLabel(comparison, labels)}: ${text}`];
  });
}

export function againstLabel({ against }: Comparison, labels: ReadonlyMap<string, string>): string {
  return against === OLD ? "the older run" : methodLabel(against, labels);
}

/** Of the first column, by which runs are ordered; an older run is held against in every column that changed. */
function comparisonText({ against, scorers }: Comparison, columns: readonly Scorer[]): string {
  const changed = columns.filter(({ name }) => (scorers[name]?.wins ?? 0) + (scorers[name]?.losses ?? 0) > 0);
  const shown = against === OLD ? changed : columns.slice(0, 1);
  const parts = shown.flatMap(({ name, digits }) => {
    const row = scorers[name];
    if (row === undefined) return [];
    const { mean, low, high, wins, ties, losses } = row;
    const interval = `[${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
    return [`${name} ${signed(mean, digits)} ${interval}, ${wins} wins, ${ties} ties, ${losses} losses`];
  });
  return against === OLD && parts.length === 0 ? "no difference beyond the noise" : parts.join("; ");
}

export function signed(value: number, digits: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(digits)}`;
}

/** A case's name, with the trial where there are several. */
export function titleOf({ name, trial }: Pick<CaseResult, "name" | "trial">): string {
  return trial === 1 ? name : `${name} #${trial}`;
}
