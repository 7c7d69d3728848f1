/** What dragflow eval has besides suites: ablations, the inversion table, and cases to write. */
import { type Command, InvalidArgumentError } from "commander";
import type { CliRun } from "./deps.ts";
import { withNetworkFlags } from "./eval-network-flags.ts";
import { count, seed } from "./flags.ts";
import type { AblationFlags } from "./run-ablation.ts";
import type { InversionFlags } from "./run-inversion.ts";

/** Each run's code is loaded when it is asked for. */
export function addEvalSuites(evaluate: Command, run: CliRun): void {
  addMakeCase(evaluate, run);
  addInversion(evaluate, run);
  addAblation(evaluate, run);
}

function addMakeCase(evaluate: Command, run: CliRun): void {
  evaluate
    .command("make-case")
    .description("write a recipe and its picture as a sample in ReD Bench's folder format")
    .argument("<recipe>", "recipe file")
    .argument("<image>", "the picture")
    .argument("<dir>", "new folder")
    .action(async (recipe: string, image: string, dir: string) => {
      const { makeCase } = await import("./make-case.ts");
      await makeCase(run, recipe, image, dir);
    });
}

function addInversion(evaluate: Command, run: CliRun): void {
  const command = evaluate
    .command("inversion")
    .description("how near a model's inversion comes to its pictures without an edit, as the paper's inversion table")
    .argument("[pictures...]", "pictures; default five shipped ones")
    .option("--steps <n>", "intervals from noise to picture", count, 25)
    .option("--skip <n>", "of these left out at the noisy end", whole, 6);
  common(command).action(async (pictures: string[], flags: InversionFlags) => {
    const { inversion } = await import("./run-inversion.ts");
    await inversion(run, pictures, flags);
  });
}

function addAblation(evaluate: Command, run: CliRun): void {
  const command = evaluate
    .command("ablation")
    .description("the paper's tables 3 and 5 and this project's switches, on a data set; every edit is the model's own")
    .option("--only <list>", "of table-3, table-5, init, kv, block, iterations")
    .option("--dataset <path>", "data set; default the shipped one")
    .option("--limit <n>", "only the first n samples", count)
    .option("--seed <n>", "of the noise", seed, 42);
  common(command).action(async (flags: AblationFlags) => {
    const { ablation } = await import("./run-ablation.ts");
    await ablation(run, flags);
  });
}

function common(command: Command): Command {
  return withNetworkFlags(command)
    .option("--model <name>", "model by name or folder", "mini")
    .option("--out <dir>", "folder that keeps what was measured, and the tables")
    .option("--resume", "go on with the run in --out: what is measured there is not measured again")
    .option("--force", "start over in --out")
    .option("--json", "print one JSON object instead of the tables")
    .option("--quiet", "no progress")
    .option("--device <name>", "auto, cpu, cuda, webgpu, …")
    .option("--home <dir>", "data folder (DRAGFLOW_HOME)");
}

function whole(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number.");
}
