/** Which planner a run uses. Nothing is read from the process here: the caller passes its environment and flags. */
import { EditError } from "../errors.ts";
import { createLocalPlanner } from "./local/planner.ts";
import type { ModelConfig } from "./model/config.ts";
import { createModelPlanner } from "./model/planner.ts";
import { replayedModel } from "./model/replay.ts";
import { type ModelSource, modelSource } from "./model/source.ts";
import type { Planner } from "./planner.ts";

/** What --planner takes. */
export type PlannerChoice = "auto" | "local" | "model";

/** Where a model may be configured. */
export interface ModelSettings extends Pick<ModelConfig, "home" | "record" | "recordImages" | "replay" | "stream"> {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags, which win over the environment. */
  readonly llm?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/** The choice, and where a model may be configured. */
export interface PlannerSettings extends ModelSettings {
  readonly planner: PlannerChoice;
  /** What configuredModel answered, where it is asked for more than plans. */
  readonly source?: ModelSource | undefined;
}

/**
 * `auto` takes the model only when a model name and a key or base URL are configured, so that nothing leaves the machine
 * by accident. Throws `usage` for `model` without a model name or without key and base URL.
 */
export function choosePlanner(settings: PlannerSettings): Planner {
  const { planner } = settings;
  if (planner === "local") return createLocalPlanner();
  const source = settings.source ?? configuredModel(settings);
  if (source !== undefined) return createModelPlanner(source);
  if (planner === "auto") return createLocalPlanner();
  const missing = settings.llm || settings.env.DRAGFLOW_LLM ? "a key or a base URL" : "a model name";
  throw new EditError("usage", `Expected ${missing} for --planner model, got none`, {
    hint: "Set DRAGFLOW_LLM (or --llm) and OPENAI_API_KEY or OPENAI_BASE_URL (or --base-url), or use --planner local",
  });
}

/**
 * The model that flags and environment name, undefined where they name none that can be reached. A replay needs neither name
 * nor key. Throws EditError `usage` for a base that is no URL and for a file that is no recording.
 */
export function configuredModel(settings: ModelSettings): ModelSource | undefined {
  const { env, home, record, recordImages, replay, stream } = settings;
  const baseURL = settings.baseUrl || env.OPENAI_BASE_URL || undefined;
  const apiKey = env.OPENAI_API_KEY || undefined;
  if (record !== undefined && replay !== undefined) {
    throw new EditError("usage", "Expected --record or --replay, got both");
  }
  const named = settings.llm || env.DRAGFLOW_LLM || undefined;
  const model = replay === undefined ? named : replayedModel(replay);
  const isReachable = baseURL !== undefined || apiKey !== undefined || replay !== undefined;
  return model === undefined || !isReachable
    ? undefined
    : modelSource({ model, apiKey, baseURL, home, record, recordImages, replay, stream });
}
