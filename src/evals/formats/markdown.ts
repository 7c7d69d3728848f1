/** Markdown: the means with their intervals, the comparisons, and the cases that did not pass. */
import { arrowOf, columnsOf, methodLabel, numberText } from "../columns.ts";
import { EDIT, type SuiteResult } from "../result.ts";
import type { Scorer } from "../scorer.ts";
import type { TableWish } from "../table.ts";
import { comparisonLines, notesOf, summaryOf, titleOf } from "../words.ts";

export function markdownText(result: SuiteResult, wish: TableWish): string {
  const columns = columnsOf(result, wish.scorers, wish.columns);
  const { quality, model, seed } = result.settings;
  const parts = [
    `# ${cell(result.suite)}`,
    `${cell(summaryOf(result))}`,
    `Quality ${quality}, model ${cell(model)}, seed ${seed}, dragflow ${result.host.version}, ${cell(result.host.cpu)}. Means over cases, bootstrap 95 % intervals for the edit.`,
    table(result, columns, wish).join("\n"),
    comparisonLines(result, columns, wish.labels).map(item).join("\n"),
    [...result.missed, ...result.notes].map(item).join("\n"),
    ...troubles(result),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function table({ summary }: SuiteResult, columns: readonly Scorer[], { labels }: TableWish): string[] {
  const head = ["", ...columns.map((scorer) => `${scorer.label} ${arrowOf(scorer)}`)];
  const rows = summary.map(({ method, intervals }) => {
    const cells = columns.map(({ name, digits }) => {
      const interval = intervals[name];
      const text = numberText(interval?.mean, digits);
      if (method !== EDIT || interval === undefined || interval.count < 2) return text;
      return `**${text}** [${interval.low.toFixed(digits)}, ${interval.high.toFixed(digits)}]`;
    });
    return [methodLabel(method, labels), ...cells];
  });
  return [row(head), row(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(row)];
}

function troubles({ cases }: SuiteResult): string[] {
  const lines = cases.flatMap((one) => {
    if (one.status === "crashed") return [`${titleOf(one)}: ${one.error.code}, ${one.error.message}`];
    return one.status === "missed" ? [`${titleOf(one)}: ${notesOf(one).join("; ")}`] : [];
  });
  return lines.length === 0 ? [] : ["## Did not pass", lines.map(item).join("\n")];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
}

function item(text: string): string {
  return `- ${cell(text)}`;
}

/** One line, without markup of its own. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[<>`[\]]/g, (character) => `\\${character}`);
}
