/** dragflow eval: scripted cases, measured beside what they must beat. */
import { type Command, InvalidArgumentError } from "commander";
import type { CliRun } from "./deps.ts";
import { checkedEvalOut } from "./eval-out.ts";
import { withRecipeFlags } from "./flags.ts";
import type { EvalFlags } from "./run-eval.ts";

const MORE = `
A suite is YAML (schema/suite.schema.json). Every case's edit is measured in one table with its baselines:
do nothing, paste and leave (a copy at the target), and the preview where the edit is of a slower tier.

Shipped suites: first-light (previews, seconds), full (the same cases through the model, minutes).

Exit codes: 0 everything as expected, 100 an expectation or threshold was missed, 1 a case crashed,
3 the suite is invalid, 130 interrupted.`;

export function addEval(program: Command, run: CliRun): void {
  const command = program
    .command("eval")
    .description("run a suite of cases and measure what comes out")
    .argument("<suite>", "suite file, or the name of a shipped suite")
    .option("--filter <regex>", "only the cases whose name matches", regex)
    .option("--out <dir>", "write results.json and report.html into this folder")
    .option("--json", "print one JSON object instead of the table")
    .option("--quiet", "no progress")
    .option("--force", "overwrite the results of an earlier run in --out")
    .option("--device <name>", "auto, cpu, cuda, webgpu, …")
    .option("--home <dir>", "data folder (DRAGFLOW_HOME)")
    .addHelpText("after", MORE);
  withRecipeFlags(command).action((suite: string, flags: EvalFlags) => evaluate(run, suite, flags));
}

async function evaluate(run: CliRun, suite: string, flags: EvalFlags): Promise<void> {
  const out = flags.out === undefined ? undefined : await checkedEvalOut(flags.out, flags.force ?? false, run.cwd);
  // Loaded late, as the other commands need none of it.
  const { runEval } = await import("./run-eval.ts");
  await runEval(run, { suite, out }, flags);
}

function regex(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError("Expected a regular expression.");
  }
}
