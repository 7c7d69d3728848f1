/** What a trial works with: an engine, a session, and the agent as a trial of a say case opens it. */
import {
  choosePlanner,
  configuredModel,
  type Equipped,
  type EventSink,
  equipped,
  type ModelSettings,
  type PlannerChoice,
} from "../agent/index.ts";
import type { Engine } from "../engine/api.ts";
import type { Workspace } from "../session/index.ts";
import type { ToolContext } from "../tools/index.ts";

/** All of it is the caller's, and stays open. One trial at a time uses it. */
export interface EvalStudio {
  readonly engine: Engine;
  readonly workspace: Workspace;
  /** Data folder: models that were pulled lie there. */
  readonly home: string;
  readonly device: string | undefined;
  /** Opens the tools of the workspace and a planner; `traffic` names the trial's recording. */
  agent(traffic: Traffic): Promise<EvalAgent>;
}

/** At most one of them. */
export type Traffic = Pick<ModelSettings, "record" | "replay">;

export interface EvalAgent extends Equipped {
  /** Where the turn's events go, so that what the assistant asks is heard with them. */
  hear(sink: EventSink): void;
}

export interface AgentSettings extends Omit<ModelSettings, "record" | "replay"> {
  readonly planner: PlannerChoice;
}

/** The agent as `dragflow chat` has it; a replay needs neither key nor network. Throws `usage` where no model is configured. */
export async function openAgent(ctx: ToolContext, settings: AgentSettings, traffic: Traffic): Promise<EvalAgent> {
  const wanted = {
    ...settings,
    ...traffic,
    planner: traffic.replay === undefined ? settings.planner : "model",
  } as const;
  const source = wanted.planner === "local" ? undefined : configuredModel(wanted);
  const planner = choosePlanner({ ...wanted, source });
  let heard: EventSink = () => {};
  const agent = await equipped(ctx, { planner, model: source }, (event) => heard(event));
  const hear = (sink: EventSink) => {
    heard = sink;
  };
  return { ...agent, hear };
}
