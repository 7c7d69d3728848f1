/** The agent as the flags configure it: tools, planner, critic and the model behind them, told on one stream. */
import { resolve } from "node:path";
import {
  type Critic,
  choosePlanner,
  configuredModel,
  createAssistant,
  type EventSink,
  linkedTools,
  type ModelSource,
  type Planner,
  type PlannerCall,
  type PlannerChoice,
  type ToolPort,
  toolCritic,
  withIntents,
} from "../agent/index.ts";
import { wantedHome } from "../session/index.ts";
import { openRoots, type ToolContext } from "../tools/index.ts";
import type { CliRun } from "./deps.ts";
import type { ModelFlags } from "./flags.ts";
import type { Studio } from "./studio.ts";

export interface AgentFlags extends ModelFlags {
  readonly planner: PlannerChoice;
  readonly home?: string;
  readonly roots?: string;
  readonly device?: string;
}

export interface Agent {
  readonly ctx: ToolContext;
  readonly port: ToolPort;
  readonly planner: Planner;
  readonly critic: Critic | undefined;
  close(): Promise<void>;
}

/** What plans, and the model that it asks; the model is undefined where nothing leaves the machine. */
export interface Thinking {
  readonly planner: Planner;
  readonly model: ModelSource | undefined;
}

/** Asks nobody yet. Throws `usage` where a model is wanted and none is configured. */
export function thinkingOf(run: CliRun, flags: AgentFlags, stream = false): Thinking {
  const { planner, llm, baseUrl } = flags;
  const home = wantedHome({ env: run.env, ...(flags.home === undefined ? {} : { flag: flags.home }) });
  const settings = { llm, baseUrl, home, stream, env: run.env, ...traffic(run, flags) };
  const model = planner === "local" ? undefined : configuredModel(settings);
  return { model, planner: choosePlanner({ ...settings, planner, source: model }) };
}

function traffic({ cwd }: CliRun, { record, recordImages, replay }: ModelFlags) {
  return {
    ...(record === undefined ? {} : { record: resolve(cwd, record), recordImages }),
    ...(replay === undefined ? {} : { replay: resolve(cwd, replay) }),
  };
}

export async function openAgent(run: CliRun, studio: Studio, flags: AgentFlags, thinking: Thinking): Promise<Agent> {
  const { planner, model } = thinking;
  // Whoever asks the model last hears what it costs: the turn that runs.
  let hear: EventSink = () => {};
  const onAsk = ({ onEvent }: PlannerCall) => {
    hear = onEvent;
  };
  const assistant = createAssistant({ model, onEvent: (event) => hear(event) });
  const ctx = { ...(await toolContext(run, studio, flags)), assistant };
  const { port, close } = await linkedTools(ctx);
  if (model === undefined) return { ctx, port, planner, critic: undefined, close };
  return { ctx, port, planner: withIntents(planner, onAsk), critic: toolCritic(port, onAsk), close };
}

async function toolContext(
  run: CliRun,
  { engine, workspace }: Studio,
  { device, roots }: AgentFlags,
): Promise<ToolContext> {
  const folders = await openRoots(roots ?? run.env.DRAGFLOW_ROOTS, run.cwd, [workspace.dir]);
  const log = (line: string) => run.stderr.write(`dragflow: ${line}\n`);
  return { engine, workspace, roots: folders, log, ...(device === undefined ? {} : { device }) };
}
