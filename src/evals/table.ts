/** A suite's result as plain text in columns. */
import { METRIC_NAMES, METRICS, type Measures } from "./metrics/index.ts";
import { type CaseResult, type FinishedCase, METHODS, type Method, type SuiteResult } from "./result.ts";

const WORDS: Readonly<Record<Method, string>> = {
  nothing: "do nothing",
  paste: "paste and leave",
  preview: "preview",
  edit: "edit",
};
const HEAD = ["case", "method", ...METRIC_NAMES.map((name) => METRICS[name].label)];

/** Lines that stand below a block of rows are not cut to its columns. */
type Line = readonly string[] | string;

export function tableText(result: SuiteResult): string {
  const cases = result.cases.flatMap(caseLines);
  const means = result.means.map(({ method, measures }, i) => rowOf(i === 0 ? "mean" : "", WORDS[method], measures));
  const lines: Line[] = [HEAD, ...cases, ...means, ...result.missed.map(noteOf)];
  return `${aligned(lines).join("\n")}\n\n${summaryOf(result)}\n`;
}

function caseLines(one: CaseResult): Line[] {
  if (one.status === "crashed") return [[one.name, "crashed"], noteOf(`${one.error.code}: ${one.error.message}`)];
  const rows = one.methods.map(({ method, measures }, i) =>
    rowOf(i === 0 ? one.name : "", wordsOf(method, one), measures),
  );
  return [...rows, ...notesOf(one).map(noteOf)];
}

function wordsOf(method: Method, { tier }: FinishedCase): string {
  return method === "edit" ? `edit (${tier})` : WORDS[method];
}

/** What the numbers do not say: which slower tier lost, and what was missed. */
export function notesOf({ tier, tierScores, missed }: FinishedCase): string[] {
  const lost = Object.entries(tierScores).filter(([name]) => name !== tier && name !== "preview");
  return [...lost.map(([name, score]) => `${name} scored ${score.toFixed(3)}: the ${tier} was kept`), ...missed];
}

function noteOf(text: string): string {
  return `  - ${text}`;
}

function rowOf(name: string, method: string, measures: Measures): string[] {
  return [name, method, ...METRIC_NAMES.map((metric) => numberText(measures[metric], METRICS[metric].digits))];
}

export function numberText(value: number | undefined, digits: number): string {
  return value === undefined ? "-" : value.toFixed(digits);
}

/** Words to the left, numbers to the right; the last column ends the line. */
function aligned(lines: readonly Line[]): string[] {
  const rows = lines.filter((line) => typeof line !== "string");
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return lines.map((line) => {
    if (typeof line === "string") return line;
    const cells = line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    return cells.join("  ").trimEnd();
  });
}

export function summaryOf({ suite, status, cases }: SuiteResult): string {
  const counts = (["passed", "missed", "crashed"] as const).map((wanted) => {
    const count = cases.filter((one) => one.status === wanted).length;
    return count === 0 ? "" : `${count} ${wanted}`;
  });
  const finished = cases.filter((one) => one.status !== "crashed");
  const beaten = METHODS.slice(0, 2).map((method) => `${WORDS[method]} in ${finished.filter(beats(method)).length}`);
  const compared = finished.length === 0 ? "" : `; the edit outscored ${beaten.join(", ")} of ${finished.length}`;
  return `${suite}: ${status} (${counts.filter((text) => text !== "").join(", ")})${compared}`;
}

function beats(baseline: Method): (one: FinishedCase) => boolean {
  return ({ methods }) => {
    const scoreOf = (wanted: Method) => methods.find(({ method }) => method === wanted)?.measures.score ?? 0;
    return scoreOf("edit") > scoreOf(baseline);
  };
}
