/** dragflow replay: a saved recipe on its picture gives the same bytes again. */
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import type { CliRun } from "./deps.ts";
import { dryRun, forecastWish } from "./dry-run.ts";
import { readRecipe } from "./edit.ts";
import { type DryRunFlags, type OutputFlags, withDryRun, withOutputFlags } from "./flags.ts";
import { checkedReport, outOrNone } from "./out-file.ts";
import { runEdit } from "./run-edit.ts";

interface ReplayFlags extends OutputFlags, DryRunFlags {
  readonly out?: string;
}

export function addReplay(program: Command, run: CliRun): void {
  const command = program
    .command("replay")
    .description("repeat an edit from its recipe: the same bytes again")
    .argument("<recipe>", "recipe.json of a report, or any recipe")
    .argument("<image>", "the picture it was made from")
    .option("--out <file>", "file that receives the result");
  withDryRun(withOutputFlags(command)).action((recipe: string, image: string, flags: ReplayFlags) =>
    replay(run, resolve(run.cwd, recipe), resolve(run.cwd, image), flags),
  );
}

async function replay(run: CliRun, recipePath: string, image: string, flags: ReplayFlags) {
  const out = await outOrNone(flags, run.cwd);
  const report = await checkedReport(flags, run.cwd);
  const recipe = await readRecipe(recipePath);
  const order = { image, recipe, baseDir: dirname(recipePath) };
  if (out === undefined) return dryRun(run, { ...order, ...forecastWish(flags, report) }, flags);
  await runEdit(run, { ...order, out, report }, flags);
}
