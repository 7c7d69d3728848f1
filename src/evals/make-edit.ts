/** A trial's edit: straight through the engine, or from words through the agent. */
import { type AgentEvent, Conversation, refusalError, type Selection } from "../agent/index.ts";
import type { CallOptions, EditOutcome } from "../engine/api.ts";
import type { RegionSpec } from "../engine/recipe/schema.ts";
import { EditError } from "../errors.ts";
import type { ToolStep, Usage } from "./result.ts";
import type { EvalAgent, EvalStudio, Traffic } from "./studio.ts";
import type { SayRequest } from "./suite/suite.ts";
import { toolSteps, usageOf } from "./timeline.ts";
import type { Trial } from "./trials.ts";

export interface MadeEdit {
  readonly outcome: EditOutcome;
  /** Of a request in words. */
  readonly steps?: readonly ToolStep[];
  /** Where a language model was asked. */
  readonly usage?: Usage;
}

/** @throws EditError of the engine; a refusal of the agent is thrown too. */
export async function makeEdit(
  studio: EvalStudio,
  imageId: string,
  trial: Trial,
  traffic: Traffic,
  call: CallOptions,
): Promise<MadeEdit> {
  const { request, baseDir } = trial.one;
  if (request.type === "edit") {
    const { device } = studio;
    const recipe = { ...request.recipe, seed: trial.settings.seed };
    const wish = { recipe, baseDir, embed: false, ...(device === undefined ? {} : { device }) };
    const { outcome } = await studio.workspace.edit(studio.engine, imageId, wish, call);
    return { outcome };
  }
  const agent = await studio.agent(traffic);
  try {
    return await said(studio, agent, imageId, trial, request, call);
  } finally {
    await agent.close();
  }
}

async function said(
  studio: EvalStudio,
  { port, planner, critic, hear }: EvalAgent,
  imageId: string,
  { one, settings }: Trial,
  { text, region }: SayRequest,
  { signal, onProgress }: CallOptions,
): Promise<MadeEdit> {
  const selection = region && (await selected(studio, imageId, region, one.baseDir, signal));
  const { quality, seed, model } = settings;
  const conversation = new Conversation({ imageId, selection, port, planner, critic, quality, seed, model });
  const began = performance.now();
  const events: { readonly event: AgentEvent; readonly at: number }[] = [];
  const onEvent = (event: AgentEvent) => {
    events.push({ event, at: (performance.now() - began) / 1000 });
    if (event.type === "progress") onProgress?.({ stage: "drag", ...event.progress });
  };
  hear(onEvent);
  const { editId, refused, text: answer } = await conversation.say(text, { signal, onEvent });
  if (editId === undefined) throw refused ? refusalError(refused) : new EditError("not-understood", answer);
  const usage = usageOf(events.map(({ event }) => event));
  const { outcome } = studio.workspace.edited(editId);
  return { outcome, steps: toolSteps(events), ...(usage ? { usage } : {}) };
}

/** As chat takes --region: a box is fitted to the object in it, other shapes are taken as they are drawn. */
async function selected(
  { engine, workspace }: EvalStudio,
  imageId: string,
  region: RegionSpec,
  baseDir: string,
  signal: AbortSignal | undefined,
): Promise<Selection> {
  const hint = { type: "region", region, refine: "box" in region } as const;
  const options = signal === undefined ? {} : { signal };
  const { id, selection } = await workspace.select(engine, imageId, { hint, baseDir }, options);
  return { regionId: id, box: selection.box, centroid: selection.centroid };
}
