/** The networks that scorers may ask, by the flags of dragflow eval. */
import { join, resolve } from "node:path";
import { type ModelSource, modelSource } from "../agent/index.ts";
import { EditError } from "../errors.ts";
import { createJudge, type Judge } from "../evals/judge.ts";
import { type OpenNetworks, openNetworks } from "../evals/metrics/open-networks.ts";
import type { Settings } from "../evals/suite/suite.ts";
import type { CliRun } from "./deps.ts";
import type { NetworkFlags } from "./eval-network-flags.ts";

export interface NetworkGround {
  readonly home: string;
  /** Folder of the run, which receives judge.jsonl. */
  readonly out?: string | undefined;
  /** Models that plan or planned, which must not judge themselves. */
  readonly planners?: readonly string[] | undefined;
}

/** @throws EditError `checkpoint-invalid`, `not-found`, `usage`: before anything is run. */
export async function evalNetworks(
  run: CliRun,
  flags: NetworkFlags,
  settings: Pick<Settings, "quality" | "model">,
  { home, out, planners = [] }: NetworkGround,
): Promise<OpenNetworks> {
  const judge = await judgeOf(run, flags, home, { planners, log: out && join(out, "judge.jsonl") });
  const lpips = flags.lpips === undefined ? undefined : resolve(run.cwd, flags.lpips);
  return openNetworks({ home, lpips, features: featuresOf(flags, settings), device: flags.device, judge });
}

/** A large model would be loaded twice: its features must be asked for. */
function featuresOf({ features }: NetworkFlags, { quality, model }: Pick<Settings, "quality" | "model">) {
  if (features === "none") return undefined;
  return features ?? (quality !== "preview" && model === "mini" ? model : undefined);
}

async function judgeOf(
  { env }: CliRun,
  { judge, judgeUrl }: NetworkFlags,
  home: string,
  settings: Parameters<typeof createJudge>[1],
): Promise<Judge | undefined> {
  if (judge === undefined) return undefined;
  const baseURL = judgeUrl || env.OPENAI_BASE_URL || undefined;
  const apiKey = env.OPENAI_API_KEY || undefined;
  if (baseURL === undefined && apiKey === undefined) {
    throw new EditError("usage", "Expected an endpoint for --judge, got none", {
      hint: "Set OPENAI_API_KEY or OPENAI_BASE_URL, or give --judge-url.",
    });
  }
  const source: ModelSource = modelSource({ model: judge, apiKey, baseURL, home });
  return createJudge(source, settings);
}
