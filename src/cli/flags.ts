/** Flags that several commands share, and their values checked. */
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { QUALITIES, type Quality } from "../engine/recipe/schema.ts";

export interface OutputFlags {
  readonly home?: string;
  readonly report?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly force?: boolean;
  readonly device?: string;
  /** `--no-embed` makes it false. */
  readonly embed: boolean;
}

export interface DryRunFlags {
  readonly dryRun?: boolean;
}

export interface RecipeFlags {
  readonly quality?: Quality;
  readonly model?: string;
  readonly seed?: number;
}

export function withOutputFlags(command: Command): Command {
  return command
    .option("--report <dir>", "write before, after, diff, regions, the recipe and report.html into this folder")
    .option("--json", "print one JSON object")
    .option("--quiet", "no progress and no warnings")
    .option("--force", "overwrite an existing --out")
    .option("--device <name>", "auto, cpu, cuda, webgpu, …")
    .option("--no-embed", "leave recipe and provenance out of the written file")
    .option("--home <dir>", "data folder (DRAGFLOW_HOME)");
}

export function withRecipeFlags(command: Command): Command {
  return command
    .addOption(new Option("--quality <tier>", "how much work to put in").choices(QUALITIES))
    .option("--model <name|dir>", "model bundle: an embedded one's name, or a folder", modelFolder)
    .option("--seed <n>", "seed of the noise, 0 to 4294967295", seed);
}

export function withDryRun(command: Command): Command {
  return command.option("--dry-run", "say what would be done and how long it would take; run nothing");
}

export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

/** A folder is meant from where the command runs; recipes name theirs from where they lie. */
function modelFolder(text: string): string {
  return /[\\/]/.test(text) ? resolve(text) : text;
}

function seed(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 0xffffffff) return value;
  throw new InvalidArgumentError("Expected an integer from 0 to 4294967295.");
}
