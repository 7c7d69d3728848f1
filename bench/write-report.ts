/** Puts a run into docs/: the page, with what was tried behind it, and its figure. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeWhole } from "../src/engine/write-whole.ts";
import { page } from "./page.ts";
import { figure } from "./plot/figure.ts";
import type { Report } from "./report.ts";

const TRIED = new URL("tried.md", import.meta.url);
const DOCS = fileURLToPath(new URL("../docs", import.meta.url));

export async function writeReport(report: Report, docs = DOCS): Promise<void> {
  await writeWhole(join(docs, "performance.svg"), figure(report));
  await writeWhole(join(docs, "performance.md"), `${page(report)}\n${await readFile(TRIED, "utf8")}`);
}
