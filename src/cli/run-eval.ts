/** One run of a suite on the command line: progress on stderr, the table or the JSON object on stdout, the exit code. */
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { linkedTools } from "../agent/index.ts";
import { EditError } from "../errors.ts";
import {
  type EvalStudio,
  loadSuite,
  resultJson,
  runSuite,
  type Suite,
  type SuiteResult,
  tableText,
} from "../evals/index.ts";
import { openRoots } from "../tools/index.ts";
import type { CliRun } from "./deps.ts";
import { REPORT_FILE, RESULTS_FILE } from "./eval-out.ts";
import { evalProgress } from "./eval-progress.ts";
import { evalReport } from "./eval-report.ts";
import type { RecipeFlags } from "./flags.ts";
import { inStudio, type Studio } from "./studio.ts";

export interface EvalFlags extends RecipeFlags {
  readonly filter?: RegExp;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly force?: boolean;
  readonly device?: string;
  readonly home?: string;
}

export interface EvalOrder {
  /** File or name, as given. */
  readonly suite: string;
  /** Checked absolute path. */
  readonly out: string | undefined;
}

const EXIT_CODES = { passed: 0, missed: 100, crashed: 1 } as const satisfies Record<SuiteResult["status"], number>;

export async function runEval(run: CliRun, order: EvalOrder, flags: EvalFlags): Promise<void> {
  const { quality, seed, model } = flags;
  const suite = filtered(await loadSuite(order.suite, run.cwd, { quality, seed, model }), flags.filter);
  const result = await inStudio(run, flags.home, (studio) => runAndWrite(run, studio, suite, order, flags));
  const ok = result.status === "passed";
  run.exitCode = EXIT_CODES[result.status];
  run.stdout.write(flags.json ? `${JSON.stringify({ ok, ...resultJson(result) })}\n` : tableText(result));
  if (order.out !== undefined && !flags.json) run.stdout.write(`Report: ${join(order.out, REPORT_FILE)}\n`);
}

function filtered(suite: Suite, filter: RegExp | undefined): Suite {
  if (filter === undefined) return suite;
  const cases = suite.cases.filter(({ name }) => filter.test(name));
  if (cases.length > 0) return { ...suite, cases };
  const names = suite.cases.map(({ name }) => name).join(", ");
  throw new EditError("usage", `Expected --filter to match a case, got ${String(filter)}`, { hint: `Cases: ${names}` });
}

async function runAndWrite(
  run: CliRun,
  studio: Studio,
  suite: Suite,
  { out }: EvalOrder,
  flags: EvalFlags,
): Promise<SuiteResult> {
  const { evals, close } = await linked(run, studio, flags.device);
  const progress = evalProgress(run.stderr, flags.quiet ?? false);
  try {
    const result = await runSuite(suite, evals, { signal: run.signal, ...progress });
    // The pictures go with the session, so the report is made while it is open.
    if (out !== undefined) await writeResults(out, result, studio, run.signal);
    return result;
  } finally {
    progress.end();
    await close();
  }
}

async function linked(run: CliRun, { engine, workspace }: Studio, device: string | undefined) {
  const roots = await openRoots(run.env.DRAGFLOW_ROOTS, run.cwd, [workspace.dir]);
  const log = (line: string) => run.stderr.write(`dragflow: ${line}\n`);
  const context = { engine, workspace, roots, log, ...(device === undefined ? {} : { device }) };
  const { port, close } = await linkedTools(context);
  const evals: EvalStudio = { engine, workspace, port, device };
  return { evals, close };
}

async function writeResults(out: string, result: SuiteResult, { engine }: Studio, signal: AbortSignal): Promise<void> {
  await writeFileAtomic(join(out, RESULTS_FILE), `${JSON.stringify(resultJson(result), null, 2)}\n`);
  await writeFileAtomic(join(out, REPORT_FILE), await evalReport(result, engine, signal));
}
