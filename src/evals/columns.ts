/** Which scorers a table shows, and their values as words. */
import { EDIT, type Interval, type SuiteResult } from "./result.ts";
import type { Scorer } from "./scorer.ts";

/** Those that have a value somewhere and are no details; `wanted` names them and their order, "all" takes the details too. */
export function columnsOf(
  { summary }: Pick<SuiteResult, "summary">,
  scorers: readonly Scorer[],
  wanted: readonly string[] = [],
): Scorer[] {
  const known = new Set(summary.flatMap(({ intervals }) => Object.keys(intervals)));
  const isAll = wanted.includes(ALL);
  if (wanted.length === 0 || isAll)
    return scorers.filter(({ name, isDetail }) => known.has(name) && (isAll || !isDetail));
  return wanted.flatMap((name) => scorers.find((scorer) => scorer.name === name) ?? []);
}

/** In place of names. */
export const ALL = "all";

export function numberText(value: number | undefined, digits: number): string {
  return value === undefined ? "-" : value.toFixed(digits);
}

export function intervalText({ low, high }: Interval, digits: number): string {
  return `${low.toFixed(digits)}–${high.toFixed(digits)}`;
}

/** The tier that won is the edit's, so a row of means has none. */
export function methodLabel(method: string, labels: ReadonlyMap<string, string>): string {
  return method === EDIT ? "edit" : (labels.get(method) ?? method);
}

/** "↑" the higher the better, "↓" the lower, "→1" the nearer to 1. */
export function arrowOf({ direction }: Scorer): string {
  return { up: "↑", down: "↓", one: "→1" }[direction];
}
