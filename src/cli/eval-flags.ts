/** The flags of dragflow eval. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { PlannerChoice } from "../agent/index.ts";
import { type NetworkFlags, withNetworkFlags } from "./eval-network-flags.ts";
import { collect, count, positive, type RecipeFlags, withRecipeFlags } from "./flags.ts";

export interface EvalFlags extends RecipeFlags, NetworkFlags {
  readonly dataset?: string;
  readonly datasetFormat?: string;
  readonly filter?: RegExp;
  readonly tag?: readonly string[];
  readonly trials?: number;
  readonly timeout?: number;
  readonly jobs: number;
  readonly limit?: number;
  readonly out?: string;
  readonly resume?: boolean;
  readonly rescore?: boolean;
  readonly onlyFailed?: boolean;
  readonly baseline?: string;
  /** `--no-baselines` makes it false. */
  readonly baselines?: readonly string[] | false;
  readonly format?: readonly string[];
  readonly columns?: readonly string[];
  readonly record?: string;
  readonly replay?: string;
  readonly planner: PlannerChoice;
  readonly llm?: string;
  readonly baseUrl?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly force?: boolean;
  readonly device?: string;
  readonly home?: string;
}

/** Which cases, how they run, and what is left of them. */
export function withEvalFlags(command: Command): Command {
  const cases = command
    .option("--dataset <path>", "a data set's folder or file in place of a suite")
    .option("--dataset-format <name>", "its format, where it is not found out by itself")
    .option("--filter <regex>", "only the cases whose name matches", regex)
    .option("--tag <name>", "only the cases with the tag; may be repeated", collect)
    .option("--limit <n>", "only the first n of these", count)
    .option("--trials <n>", "runs of every case, each with the next seed", count)
    .option("--timeout <seconds>", "that one trial may take", positive)
    .option("--jobs <n>", "trials at a time, each with an engine of its own", count, 1);
  return withRecipeFlags(withNetworkFlags(withResultFlags(withAgentFlags(cases))));
}

function withAgentFlags(command: Command): Command {
  return command
    .addOption(new Option("--planner <name>", "who reads words").choices(["auto", "local", "model"]).default("local"))
    .option("--llm <name>", "language model that plans with --planner model (DRAGFLOW_LLM)")
    .option("--base-url <url>", "its endpoint (OPENAI_BASE_URL)")
    .option("--record <dir>", "write the traffic with the model into this folder, a file for each trial")
    .option("--replay <dir>", "answer from such a folder: no key and no network");
}

function withResultFlags(command: Command): Command {
  return command
    .option("--out <dir>", "folder for the journal, pictures, results and the report")
    .option("--resume", "go on with the run in --out: what is finished there is not run again")
    .option("--rescore", "run nothing: measure the pictures in --out again")
    .option("--only-failed", "only the cases that did not pass in --baseline, else in --out")
    .option("--baseline <old>", "an older run (its folder or results.json) to compare with, case by case")
    .option(
      "--baselines <list>",
      "of nothing, paste, telea, preview, point, latent_copy, or all; default all, but beside previews none that needs a model",
      list,
    )
    .option("--no-baselines", "measure the edits only")
    .option(
      "--format <list>",
      "html, json, junit, csv, md; in --out, default html,json; one of them else on stdout",
      list,
    )
    .option("--columns <list>", "scorers in the table, by name, or all", list)
    .option("--json", "print one JSON object instead of the table")
    .option("--quiet", "no progress")
    .option("--force", "start over in --out")
    .option("--device <name>", "auto, cpu, cuda, webgpu, …")
    .option("--home <dir>", "data folder (DRAGFLOW_HOME)");
}

function regex(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError("Expected a regular expression.");
  }
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
