/** As many studios as trials may run at a time: each has an engine, and so a process, of its own. */
import type { WithStudios } from "../evals/run.ts";
import { type EvalStudio, openAgent } from "../evals/studio.ts";
import { toolContext } from "./agent.ts";
import type { CliRun } from "./deps.ts";
import type { EvalFlags } from "./eval-flags.ts";
import { inStudio, type Studio } from "./studio.ts";

export function evalStudios(run: CliRun, flags: EvalFlags): WithStudios {
  return (work) => opened(run, flags, [], work);
}

/** One inside the other, so that each is closed whatever becomes of the rest. */
async function opened<Result>(
  run: CliRun,
  flags: EvalFlags,
  studios: readonly EvalStudio[],
  work: (studios: readonly EvalStudio[]) => Promise<Result>,
): Promise<Result> {
  if (studios.length === flags.jobs) return work(studios);
  return inStudio(run, flags.home, async (studio) =>
    opened(run, flags, [...studios, await linked(run, studio, flags)], work),
  );
}

async function linked(run: CliRun, studio: Studio, flags: EvalFlags): Promise<EvalStudio> {
  const { engine, workspace, home } = studio;
  const { device, planner, llm, baseUrl } = flags;
  const context = await toolContext(run, studio, flags);
  const settings = { planner, llm, baseUrl, home, env: run.env };
  return { engine, workspace, home, device, agent: (traffic) => openAgent(context, settings, traffic) };
}
