/** Puts a run into docs/: the page and its figure. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import writeFileAtomic from "write-file-atomic";
import { page } from "./page.ts";
import { figure } from "./plot/figure.ts";
import type { Report } from "./report.ts";

const DOCS = fileURLToPath(new URL("../docs", import.meta.url));

export async function writeReport(report: Report, docs = DOCS): Promise<void> {
  await writeFileAtomic(join(docs, "performance.svg"), figure(report));
  await writeFileAtomic(join(docs, "performance.md"), page(report));
}
