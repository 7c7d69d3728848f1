/** What the flags of dragflow eval make of a run. */
import { resolve } from "node:path";
import { chosenBaselines } from "../evals/baselines/index.ts";
import { codeMark } from "../evals/code-mark.ts";
import type { Networks } from "../evals/metrics/networks.ts";
import type { RunPlan } from "../evals/run.ts";
import type { Scorer } from "../evals/scorer.ts";
import type { Suite } from "../evals/suite/suite.ts";
import { recordedModels, trafficOf } from "../evals/traffic.ts";
import { wantedHome } from "../session/index.ts";
import type { CliRun } from "./deps.ts";
import { evalCommand } from "./eval-command.ts";
import type { EvalFlags } from "./eval-flags.ts";

export interface PlanParts {
  readonly suite: Suite;
  readonly notes: readonly string[];
  readonly out: string | undefined;
  readonly scorers: readonly Scorer[];
  readonly networks: Networks;
}

export async function planOf(
  run: CliRun,
  name: string | undefined,
  flags: EvalFlags,
  parts: PlanParts,
): Promise<RunPlan> {
  const { suite, notes, out, scorers, networks } = parts;
  const home = homeOf(run, flags);
  const planner = flags.planner === "local" ? "local" : (plannerOf(run, flags) ?? "model");
  const folders = { record: resolved(run, flags.record), replay: resolved(run, flags.replay) };
  return {
    suite,
    keys: { home, code: await codeMark(), planner: folders.replay ?? planner },
    ground: {
      scorers,
      baselines: flags.baselines === false ? [] : chosenBaselines(flags.baselines),
      networks,
      out,
      traffic: trafficOf(folders),
    },
    mode: flags.rescore ? "rescore" : flags.resume || (flags.onlyFailed && !flags.baseline) ? "resume" : "fresh",
    old: resolved(run, flags.baseline),
    onlyFailed: flags.onlyFailed ?? false,
    command: evalCommand(name, flags),
    notes: [...notes, ...modelMethodsNote(suite, flags)],
  };
}

function modelMethodsNote({ settings }: Suite, { baselines }: EvalFlags): string[] {
  if (baselines !== undefined || settings.quality !== "preview") return [];
  return [
    "Point tracking and region latent copy have no row: previews load no model (--baselines all runs them beside).",
  ];
}

/** The language model that plans; undefined for none, or none that is named. */
function plannerOf({ env }: CliRun, { planner, llm }: EvalFlags): string | undefined {
  return planner === "local" ? undefined : (llm ?? env.DRAGFLOW_LLM);
}

/** Whoever plans, or planned what is replayed. */
export async function plannersOf(run: CliRun, flags: EvalFlags): Promise<string[]> {
  const planner = plannerOf(run, flags);
  const replay = resolved(run, flags.replay);
  return [...(planner === undefined ? [] : [planner]), ...(replay === undefined ? [] : await recordedModels(replay))];
}

export function homeOf({ env }: CliRun, { home }: EvalFlags): string {
  return wantedHome({ env, ...(home === undefined ? {} : { flag: home }) });
}

function resolved({ cwd }: CliRun, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(cwd, path);
}
