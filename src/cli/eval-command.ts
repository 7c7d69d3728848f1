/** The command that makes a run again, as a shell reads it. */
import type { CaseResult } from "../evals/result.ts";
import type { EvalFlags } from "./eval-flags.ts";

/** What decides about the results: which cases, and how they run; not where they are written. */
export function evalCommand(suite: string | undefined, flags: EvalFlags): string {
  const { dataset, datasetFormat, filter, tag = [], limit, trials, timeout, quality, model, seed } = flags;
  const { planner, llm, replay, device, baselines, lpips, features, judge } = flags;
  const pairs: readonly (readonly [string, string | number | undefined])[] = [
    ["--dataset", dataset],
    ["--dataset-format", datasetFormat],
    ["--filter", filter?.source],
    ...tag.map((one) => ["--tag", one] as const),
    ["--limit", limit],
    ["--trials", trials],
    ["--timeout", timeout],
    ["--quality", quality],
    ["--model", model],
    ["--seed", seed],
    ["--planner", planner === "local" ? undefined : planner],
    ["--llm", llm],
    ["--replay", replay],
    ["--device", device],
    ["--lpips", lpips],
    ["--features", features],
    ["--judge", judge],
    ["--baselines", baselines ? baselines.join(",") : undefined],
  ];
  const words = pairs.flatMap(([flag, value]) => (value === undefined ? [] : [flag, shellWord(String(value))]));
  const named = suite === undefined ? [] : [shellWord(suite)];
  return ["dragflow eval", ...named, ...words, ...(baselines === false ? ["--no-baselines"] : [])].join(" ");
}

/** One trial alone: the n-th has the suite's seed + n − 1. */
export function caseCommand(suite: string | undefined, flags: EvalFlags, { name, trial }: Trialled): string {
  const { limit, tag, ...rest } = flags;
  const source = `^${name.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&")}$`;
  const trials = trial > 1 ? { trials: trial } : {};
  return evalCommand(suite, { ...rest, ...trials, filter: new RegExp(source) });
}

type Trialled = Pick<CaseResult, "name" | "trial">;

/** Quoted for a POSIX shell where it needs to be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
