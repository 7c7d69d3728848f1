/** dragflow replay: a saved recipe on its picture gives the same bytes again. */
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import type { CliRun } from "./deps.ts";
import { readRecipe } from "./edit.ts";
import { type OutputFlags, withOutputFlags } from "./flags.ts";
import { checkedOut, checkedReport } from "./out-file.ts";
import { runEdit } from "./run-edit.ts";

export function addReplay(program: Command, run: CliRun): void {
  const command = program
    .command("replay")
    .description("repeat an edit from its recipe: the same bytes again")
    .argument("<recipe>", "recipe.json of a report, or any recipe")
    .argument("<image>", "the picture it was made from")
    .option("--out <file>", "file that receives the result");
  withOutputFlags(command).action((recipe: string, image: string, flags: OutputFlags & { out?: string }) =>
    replay(run, resolve(run.cwd, recipe), resolve(run.cwd, image), flags),
  );
}

async function replay(run: CliRun, recipePath: string, image: string, flags: OutputFlags & { out?: string }) {
  const out = await checkedOut(flags.out, flags.force ?? false, run.cwd);
  const report = await checkedReport(flags.report, run.cwd);
  const recipe = await readRecipe(recipePath);
  await runEdit(run, { image, recipe, baseDir: dirname(recipePath), out, report }, flags);
}
