/** dragflow eval: scripted cases, measured beside what they must beat. */
import type { Command } from "commander";
import type { CliRun } from "./deps.ts";
import { type EvalFlags, withEvalFlags } from "./eval-flags.ts";
import { addEvalSuites } from "./eval-suites.ts";

const MORE = `
A suite is YAML (schema/suite.schema.json), or a module that exports what defineSuite made. Every case's edit is
measured in one table with its baselines, over the same zones; means come with bootstrap 95 % intervals.

Shipped suites: first-light (previews, seconds), full (the same cases through the model, minutes), gate (four of them, whose
thresholds every change must hold).

  dragflow eval first-light --out run                     table, run/report.html, run/results.json
  dragflow eval first-light --out run --resume            after an interruption: nothing finished is repeated
  dragflow eval first-light --out new --baseline run      paired differences to an older run
  dragflow eval --dataset DIR --quality preview           a published data set as it lies on the disk

Exit codes: 0 everything as expected, 100 an expectation or threshold was missed, 1 a case crashed,
3 the suite or data set is invalid, 130 interrupted.`;

export function addEval(program: Command, run: CliRun): void {
  const command = program
    .command("eval")
    .description("run a suite of cases and measure what comes out")
    .argument("[suite]", "suite file, or the name of a shipped suite")
    .enablePositionalOptions();
  addEvalSuites(command, run);
  withEvalFlags(command)
    .addHelpText("after", MORE)
    .action(async (suite: string | undefined, flags: EvalFlags) => {
      // Loaded late, as the other commands need none of it.
      const { evaluate } = await import("./run-eval.ts");
      await evaluate(run, suite, flags);
    });
}
