/** Writes docs/quality.md from the scores that scripts/quality/run.ts left for the reported half:
 * `node --import tsx scripts/quality/report.ts [--out out/quality] [--models out/quality] [--commit <hash>] [--models-commit
 * <hash>]`. `--models` is where the slower tiers' scores lie, if they were measured apart. Sections of other scripts and
 * what was tried (evals/quality/tried.md) follow at the end. */
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readCases } from "../../src/evals/quality/case.ts";
import { qualityReport } from "../../src/evals/quality/report.ts";
import { earlierResult } from "../../src/evals/quality/run-case.ts";

const root = join(import.meta.dirname, "..", "..");
const head = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root }).toString().trim();
const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(root, "out", "quality") },
    models: { type: "string" },
    commit: { type: "string", default: head },
    "models-commit": { type: "string" },
  },
});
const cases = (await readCases(join(root, "evals", "quality"))).filter(({ half }) => half === "reported");
const reported = await resultsIn(values.out);
const withModel = (await resultsIn(values.models ?? values.out)).filter(({ rows }) => rows.full !== undefined);
const further = [join(values.out, "photos.md"), join(root, "evals", "quality", "tried.md")];
const sections = await Promise.all(further.map((path) => readFile(path, "utf8").catch(() => "")));
const report = {
  cases,
  reported,
  withModel,
  commit: values.commit,
  modelCommit: values["models-commit"] ?? values.commit,
  sections: sections.map((text) => text.trim()).filter(Boolean),
};
await writeFile(join(root, "docs", "quality.md"), qualityReport(report));

async function resultsIn(folder: string) {
  const found = await Promise.all(cases.map(({ id }) => earlierResult(join(folder, id))));
  return found.filter((result) => result !== undefined);
}
