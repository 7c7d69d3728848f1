/** The suite's numbers as Markdown: means over cases with bootstrap intervals. */
import { uniform } from "./random.ts";
import type { CaseResult, Row } from "./run-case.ts";
import { ROWS } from "./run-case.ts";

/** Scores in the order of the tables: name, heading, digits. */
export const COLUMNS: Readonly<Record<string, readonly [score: string, heading: string, digits: number][]>> = {
  "The place left (vacated zone)": [
    ["vacated.psnr", "PSNR dB ↑", 2],
    ["vacated.ssim", "SSIM ↑", 3],
    ["vacated.gms", "gradient similarity ↑", 3],
    ["vacated.swd", "sliced Wasserstein ↓", 2],
    ["vacated.detail", "fine detail (1 ideal)", 2],
    ["vacated.patch", "patch distance ↓", 1],
    ["source.cleared", "source cleared ↑", 3],
    ["seam.gradient", "seam gradient off by ↓", 2],
    ["seam.excess", "seam excess ↓", 2],
  ],
  "The object at its place (target zone)": [
    ["target.psnr", "PSNR dB ↑", 2],
    ["target.ssim", "SSIM ↑", 3],
    ["target.gms", "gradient similarity ↑", 3],
    ["target.detail", "fine detail (1 ideal)", 2],
    ["target.arrived", "target arrived ↑", 3],
    ["target.distance", "mean distance px ↓", 2],
  ],
  "The whole editable area": [
    ["editable.psnr", "PSNR dB ↑", 2],
    ["editable.ssim", "SSIM ↑", 4],
    ["editable.gms", "gradient similarity ↑", 4],
    ["editable.detail", "fine detail (1 ideal)", 2],
    ["seam.energy", "seam energy (1 ideal)", 2],
    ["gates", "gates' score ↑", 3],
  ],
};

/** The values of one score, over the cases that have it. */
export function valuesOf(results: readonly CaseResult[], row: Row, score: string): number[] {
  return results.map(({ rows }) => rows[row]?.[score]).filter((value) => value !== undefined);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

/** 95 % interval of the mean: 2000 resamplings of the cases by a fixed seed. */
export function interval(values: readonly number[]): readonly [low: number, high: number] {
  const random = uniform(95);
  const means = Array.from({ length: 2000 }, () =>
    meanOf(values.map(() => values[Math.floor(random() * values.length)] ?? 0)),
  ).sort((a, b) => a - b);
  return [means[50] ?? Number.NaN, means[1949] ?? Number.NaN];
}

/** One table per zone; rows without results are left out. */
export function scoreTables(results: readonly CaseResult[]): string {
  return Object.entries(COLUMNS)
    .map(([title, columns]) => {
      const head = `| | ${columns.map(([, heading]) => heading).join(" | ")} |`;
      const rule = `|---|${columns.map(() => "---:").join("|")}|`;
      const body = ROWS.filter((row) => results.some(({ rows }) => rows[row])).map(
        (row) => `| ${row} | ${columns.map(([score, , digits]) => cell(results, row, score, digits)).join(" | ")} |`,
      );
      return [`### ${title}`, "", head, rule, ...body].join("\n");
    })
    .join("\n\n");
}

function cell(results: readonly CaseResult[], row: Row, score: string, digits: number): string {
  const values = valuesOf(results, row, score);
  if (values.length === 0) return "–";
  const [low, high] = interval(values);
  return `${meanOf(values).toFixed(digits)} <sub>${low.toFixed(digits)}…${high.toFixed(digits)}</sub>`;
}
