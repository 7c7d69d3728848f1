/** One run of a suite on the command line: progress on stderr, the table or the JSON object on stdout, the exit code. */
import { join } from "node:path";
import { EditError } from "../errors.ts";
import { BASELINES } from "../evals/baselines/index.ts";
import { ALL } from "../evals/columns.ts";
import { FORMAT_FILES, FORMATS, type Format, formatted } from "../evals/formats/index.ts";
import { SCORERS } from "../evals/metrics/index.ts";
import type { SuiteResult } from "../evals/result.ts";
import { type RunPlan, runEval } from "../evals/run.ts";
import type { Scorer } from "../evals/scorer.ts";
import type { Suite } from "../evals/suite/suite.ts";
import type { TableWish } from "../evals/table.ts";
import type { CliRun } from "./deps.ts";
import type { EvalFlags } from "./eval-flags.ts";
import { evalNetworks } from "./eval-networks.ts";
import { checkedEvalOut } from "./eval-out.ts";
import { homeOf, plannersOf, planOf } from "./eval-plan.ts";
import { evalProgress } from "./eval-progress.ts";
import { evalStudios } from "./eval-studios.ts";
import { evalSuite } from "./eval-suite.ts";
import { writeRun } from "./eval-write.ts";

const EXIT_CODES = { passed: 0, missed: 100, crashed: 1 } as const satisfies Record<SuiteResult["status"], number>;

/** @throws EditError `usage` for flags that contradict each other, and what loading and running throw. */
export async function evaluate(run: CliRun, suiteName: string | undefined, flags: EvalFlags): Promise<void> {
  const formats = checkedFormats(flags);
  checkFlags(flags);
  const { suite, notes } = await evalSuite(suiteName, flags, { cwd: run.cwd, home: homeOf(run, flags) });
  const goesOn =
    (flags.resume ?? flags.rescore ?? false) || (flags.onlyFailed === true && flags.baseline === undefined);
  const wish = { goesOn, force: flags.force ?? false };
  const out = flags.out === undefined ? undefined : await checkedEvalOut(flags.out, wish, run.cwd);
  const scorers = scorersOf(suite);
  const asked = { home: homeOf(run, flags), out, planners: await plannersOf(run, flags) };
  const opened = await evalNetworks(run, flags, suite.settings, asked);
  const parts = { suite, notes: [...notes, ...opened.notes], out, scorers, networks: opened.networks };
  const plan = await planOf(run, suiteName, flags, parts);
  const result = await watched(run, flags, plan).finally(() => opened.close());
  run.exitCode = EXIT_CODES[result.status];
  const table = tableWish(scorers, flags);
  if (out !== undefined) await writeRun(run, flags, { out, result, suiteName, formats, table });
  print(run, flags, result, table, formats);
  if (out !== undefined && formats.includes("html") && !flags.json) {
    run.stdout.write(`Report: ${join(flags.out ?? "", FORMAT_FILES.html)}\n`);
  }
}

function checkFlags({ out, resume, rescore, onlyFailed, baseline, record, replay, force }: EvalFlags): void {
  if (record !== undefined && replay !== undefined)
    throw new EditError("usage", "Expected --record or --replay, got both");
  const wants = (resume && "--resume") || (rescore && "--rescore") || (onlyFailed && !baseline && "--only-failed");
  if (wants && out === undefined) {
    throw new EditError("usage", `Expected --out beside ${wants}: the folder of the run it goes on from`);
  }
  if (wants && force) throw new EditError("usage", `Expected ${wants} or --force, got both`);
  if (resume && rescore) throw new EditError("usage", "Expected --resume or --rescore, got both");
}

/** Default html,json into --out. @throws EditError `usage`. */
function checkedFormats({ format, out }: EvalFlags): Format[] {
  const wanted = format ?? (out === undefined ? [] : ["html", "json"]);
  const formats = wanted.map((name) => {
    const known = FORMATS.find((one) => one === name);
    if (known) return known;
    throw new EditError("usage", `Expected --format to be of ${FORMATS.join(", ")}, got ${name}`);
  });
  if (out === undefined && (formats.length > 1 || formats.includes("html"))) {
    throw new EditError("usage", "Expected --out for a page or several formats, got none");
  }
  // Later runs compare with it.
  return out === undefined || formats.includes("json") ? formats : [...formats, "json"];
}

/** The shipped ones, and the suite's own after them. @throws EditError `suite-invalid` for one that hides another. */
function scorersOf({ name, scorers = [] }: Suite): Scorer[] {
  const hidden = scorers.find((own) => SCORERS.some((shipped) => shipped.name === own.name));
  if (hidden === undefined) return [...SCORERS, ...scorers];
  throw new EditError(
    "suite-invalid",
    `Expected scorers of new names in ${name}, got ${hidden.name}, which is shipped`,
  );
}

async function watched(run: CliRun, flags: EvalFlags, plan: RunPlan): Promise<SuiteResult> {
  const progress = evalProgress(run.stderr, flags.quiet ?? false);
  try {
    return await runEval(plan, evalStudios(run, flags), { signal: run.signal, ...progress });
  } finally {
    progress.end();
  }
}

function tableWish(scorers: readonly Scorer[], { columns }: EvalFlags): TableWish {
  const unknown = columns?.find((name) => name !== ALL && !scorers.some((scorer) => scorer.name === name));
  if (unknown !== undefined) {
    const names = scorers.map(({ name }) => name).join(", ");
    throw new EditError("usage", `Expected --columns to name scorers, got ${unknown}`, {
      hint: `Scorers: ${names}; all takes every one`,
    });
  }
  return { scorers, columns, labels: new Map(BASELINES.map(({ name, label }) => [name, label])) };
}

/** Without a folder a single format goes to stdout in place of the table. */
function print(run: CliRun, flags: EvalFlags, result: SuiteResult, wish: TableWish, formats: readonly Format[]): void {
  if (flags.json) {
    run.stdout.write(`${JSON.stringify({ ok: result.status === "passed", ...result })}\n`);
    return;
  }
  const [only] = flags.out === undefined ? formats : [];
  run.stdout.write(formatted(only === undefined || only === "html" ? "table" : only, result, wish));
}
