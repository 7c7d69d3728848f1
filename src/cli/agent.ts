/** The agent as the flags configure it: tools, planner, critic and the model behind them, told on one stream. */
import { resolve } from "node:path";
import {
  choosePlanner,
  configuredModel,
  type Equipped,
  equipped,
  type PlannerChoice,
  type Thinking,
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

export async function openAgent(run: CliRun, studio: Studio, flags: AgentFlags, thinking: Thinking): Promise<Equipped> {
  return equipped(await toolContext(run, studio, flags), thinking);
}

/** The tools' ground in the studio's session; the session's own folder may always be read. */
export async function toolContext(
  run: CliRun,
  { engine, workspace }: Studio,
  { device, roots }: Pick<AgentFlags, "device" | "roots">,
): Promise<ToolContext> {
  const folders = await openRoots(roots ?? run.env.DRAGFLOW_ROOTS, run.cwd, [workspace.dir]);
  const log = (line: string) => run.stderr.write(`dragflow: ${line}\n`);
  return { engine, workspace, roots: folders, log, ...(device === undefined ? {} : { device }) };
}
