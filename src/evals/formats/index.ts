/** The forms in which a run's result is written. */
import type { SuiteResult } from "../result.ts";
import { type TableWish, tableText } from "../table.ts";
import { csvText } from "./csv.ts";
import { junitText } from "./junit.ts";
import { markdownText } from "./markdown.ts";

export const FORMATS = ["html", "json", "junit", "csv", "md"] as const;
export type Format = (typeof FORMATS)[number];
export type TextFormat = Exclude<Format, "html">;

/** Names in the run's folder. */
export const FORMAT_FILES: Readonly<Record<Format, string>> = {
  html: "report.html",
  json: "results.json",
  junit: "junit.xml",
  csv: "results.csv",
  md: "report.md",
};

/** All but the page, which needs pictures. */
export function formatted(format: TextFormat | "table", result: SuiteResult, wish: TableWish): string {
  switch (format) {
    case "table":
      return tableText(result, wish);
    case "json":
      return `${JSON.stringify(result, null, 2)}\n`;
    case "junit":
      return junitText(result);
    case "csv":
      return csvText(result, wish.scorers);
    case "md":
      return markdownText(result, wish);
    default: {
      const never: never = format;
      throw new TypeError(`Unknown format: ${String(never)}`);
    }
  }
}
