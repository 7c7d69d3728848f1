/** Flags that several commands share, and their values checked. */
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Budget } from "../agent/model/spend.ts";
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

/** Which model reads words and looks at pictures; the key comes by the environment only. */
export interface ModelFlags {
  readonly llm?: string;
  readonly baseUrl?: string;
  readonly record?: string;
  readonly recordImages?: boolean;
  readonly replay?: string;
}

/** What one turn may use. */
export interface BudgetFlags {
  readonly rounds?: number;
  readonly maxSeconds?: number;
  readonly maxTokens?: number;
  readonly maxCost?: number;
}

export function withModelFlags(command: Command): Command {
  return command
    .option("--llm <name>", "vision model that plans, proposes intents and judges (DRAGFLOW_LLM)")
    .option("--base-url <url>", "its endpoint, any that speaks Chat Completions (OPENAI_BASE_URL)")
    .option("--record <file>", "write the traffic with the model into this file, without keys and pixels")
    .option("--record-images", "keep the pictures in it too, not only their hashes")
    .option("--replay <file>", "answer from such a file: no key and no network");
}

export function withBudgetFlags(command: Command): Command {
  return command
    .option("--rounds <n>", "edits a turn may try (default: 2 for the local planner, 3 for a model)", count)
    .option("--max-seconds <n>", "no further step of a turn starts after this (default 900)", positive)
    .option("--max-tokens <n>", "of the model, in and out, per turn", count)
    .option(
      "--max-cost <n>",
      "per turn, in the currency of the price in the model's profile; bounds nothing where that has no price",
      positive,
    );
}

export function budgetOf({ rounds, maxSeconds, maxTokens, maxCost }: BudgetFlags): Budget {
  return {
    ...(rounds === undefined ? {} : { rounds }),
    ...(maxSeconds === undefined ? {} : { seconds: maxSeconds }),
    ...(maxTokens === undefined ? {} : { tokens: maxTokens }),
    ...(maxCost === undefined ? {} : { money: maxCost }),
  };
}

export function count(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError("Expected a whole number above 0.");
}

export function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Expected a number above 0.");
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

export function seed(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 0xffffffff) return value;
  throw new InvalidArgumentError("Expected an integer from 0 to 4294967295.");
}
