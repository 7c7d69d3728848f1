/** Which planner a run uses. Nothing is read from the process here: the caller passes its environment and flags. */
import { EditError } from "../errors.ts";
import { createLocalPlanner } from "./local/planner.ts";
import { createModelPlanner } from "./model/planner.ts";
import type { Planner } from "./planner.ts";

/** What --planner takes. */
export type PlannerChoice = "auto" | "local" | "model";

/** The choice, and where a model may be configured. */
export interface PlannerSettings {
  readonly planner: PlannerChoice;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags, which win over the environment. */
  readonly llm?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/**
 * `auto` takes the model only when a model name and a key or base URL are configured, so that nothing leaves the machine
 * by accident. Throws `usage` for `model` without a model name or without key and base URL.
 */
export function choosePlanner({ planner, env, llm, baseUrl }: PlannerSettings): Planner {
  const model = llm || env.DRAGFLOW_LLM || undefined;
  const baseURL = baseUrl || env.OPENAI_BASE_URL || undefined;
  const apiKey = env.OPENAI_API_KEY || undefined;
  const reachable = baseURL !== undefined || apiKey !== undefined;
  if (planner === "local" || (planner === "auto" && (model === undefined || !reachable))) return createLocalPlanner();
  if (model !== undefined && reachable) return createModelPlanner({ model, apiKey, baseURL });
  throw new EditError(
    "usage",
    `Expected ${model === undefined ? "a model name" : "a key or a base URL"} for --planner model, got none`,
    {
      hint: "Set DRAGFLOW_LLM (or --llm) and OPENAI_API_KEY or OPENAI_BASE_URL (or --base-url), or use --planner local",
    },
  );
}
