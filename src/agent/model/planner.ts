/** The model planner: from the state of a turn to the model's next step, in whatever form the model can give one. */
import { readFileSync } from "node:fs";
import { EditError } from "../../errors.ts";
import type { Planner, PlannerCall, PlannerStep } from "../planner.ts";
import type { ToolInfo } from "../port.ts";
import type { TurnState } from "../state.ts";
import type { Reply } from "./completion.ts";
import type { ModelConfig } from "./config.ts";
import type { Frame } from "./coordinates.ts";
import { jsonForm, stepSchema } from "./json-form.ts";
import { meansUnsupported, type Rung } from "./ladder.ts";
import { conversationOf, frameOf } from "./messages.ts";
import { endpointError, type Model } from "./model.ts";
import { offeredTools, wireTools } from "./offered.ts";
import { Pictures } from "./pictures.ts";
import { callsTools } from "./probe.ts";
import { unrepeated } from "./repeats.ts";
import { asSource, type ModelSource } from "./source.ts";
import { NOTHING_SPENT } from "./spend.ts";
import { type Read, type Reading, readEnd, readJson, readTools } from "./step.ts";
import { type Message, WireError } from "./wire.ts";

export type { ModelConfig } from "./config.ts";

const ROUNDS = 3;
/** What the tools show by themselves, and at most. */
const SHOWN_EDGE = 1024;
const MOST_EDGE = 2048;
/** Replies that cannot be used, before the turn is given up. */
const ATTEMPTS = 3;

/**
 * Asks a model at a Chat Completions endpoint; up to three edits a turn, each knowing what the last one measured.
 * @throws EditError `usage` for a base that is no URL.
 */
export function createModelPlanner(model: ModelConfig | ModelSource): Planner {
  const source = asSource(model);
  return plannerOf("model", () => source.open());
}

/** A planner over a model that is opened when the first step is wanted. */
export function plannerOf(name: Planner["name"], open: (call: PlannerCall) => Promise<Model>): Planner {
  const system = readFileSync(new URL("../../../prompts/planner.md", import.meta.url), "utf8");
  let opened: Model | undefined;
  let pictures: Pictures | undefined;
  return {
    name,
    rounds: ROUNDS,
    spend: () => opened?.spend ?? NOTHING_SPENT,
    async edge(call) {
      const { edge } = (await open(call)).profile;
      return edge > SHOWN_EDGE ? Math.min(edge, MOST_EDGE) : undefined;
    },
    async next(state, call) {
      opened = await open(call);
      pictures ??= new Pictures(opened.profile);
      if (state.history.length === 0) pictures.forget();
      return nextStep({ system, state, model: opened, pictures, call });
    },
  };
}

interface Asking {
  readonly system: string;
  readonly state: TurnState;
  readonly model: Model;
  readonly pictures: Pictures;
  readonly call: PlannerCall;
}

/** Asks until a reply can be used: in a lower form where this one does not work, with words where the reply was wrong. */
async function nextStep(asking: Asking): Promise<PlannerStep> {
  const { state, model, pictures } = asking;
  const frame = await frameOf(state, model.profile, pictures);
  const tools = offeredTools(state.tools, frame);
  const reading: Reading = { tools, frame, index: state.history.length, ids: idsOf(state) };
  let corrections: readonly Message[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; ) {
    const { rung } = model;
    const reply = await askedIn(rung, { ...asking, frame, tools, corrections });
    if (reply === undefined) continue;
    const read = readEnd(reply) ?? (rung === "tools" ? readTools(reply, reading) : readJson(reply, reading));
    const step = await usable(read, rung, asking, attempt);
    if (step !== undefined) return step;
    if (read.type === "prose" && rung !== model.rung) continue;
    corrections = [...corrections, ...correction(reply, read)];
    attempt++;
  }
  throw new EditError(
    "model-endpoint",
    `Expected a step that can be made from ${model.name}, got none in ${ATTEMPTS} replies`,
    {
      hint: "Use another model, or --planner local; dragflow doctor says what the endpoint can do",
    },
  );
}

interface Form extends Asking {
  readonly frame: Frame;
  readonly tools: readonly ToolInfo[];
  readonly corrections: readonly Message[];
}

/** undefined where the endpoint cannot do this form: the model's rung is a lower one then. */
async function askedIn(rung: Rung, form: Form): Promise<Reply | undefined> {
  const { system, state, model, pictures, frame, tools, corrections, call } = form;
  const words = rung === "tools" ? system : `${system}\n\n${jsonForm(tools)}`;
  const script = { system: words, rung, profile: model.profile, pictures, frame };
  const { messages, shots } = await conversationOf(state, script);
  for (const shot of pictures.untold(shots)) model.tellPicture(shot, call.onEvent);
  const request = {
    messages: [...messages, ...corrections],
    ...(rung === "tools" ? { tools: wireTools(tools) } : {}),
    ...(rung === "schema" ? { schema: stepSchema(tools) } : {}),
  };
  try {
    return await model.ask(request, call);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    if (!model.isSure(rung) && meansUnsupported(error.status) && model.lower(rung, error.message, call.onEvent))
      return undefined;
    throw endpointError(error);
  }
}

/** The step of a reply that can be used; undefined asks again. */
async function usable(
  read: Read,
  rung: Rung,
  { state, model, call }: Asking,
  attempt: number,
): Promise<PlannerStep | undefined> {
  const faults = read.type === "again" ? [read.fault] : read.faults;
  for (const { kind, text } of faults) model.faults.tell(kind, text, call.onEvent);
  switch (read.type) {
    case "again":
      return undefined;
    case "prose":
      return proseStep(read.text, rung, model, call, attempt);
    case "spelled":
      model.lower(rung, "Its calls are text", call.onEvent);
      return noLoop(read.step, state, model, call);
    case "step":
      if (read.step.type !== "refuse") model.confirm(rung);
      return noLoop(read.step, state, model, call);
  }
}

/** Words from a model that has called tools end the turn; from one that never has, they may be all it can give. */
async function proseStep(
  text: string,
  rung: Rung,
  model: Model,
  call: PlannerCall,
  attempt: number,
): Promise<PlannerStep | undefined> {
  const done: PlannerStep = { type: "done", text };
  if (rung === "tools") {
    if (model.isSure("tools")) return done;
    const able = await callsTools(model, call);
    if (able === true) model.confirm("tools");
    return able === false && model.lower("tools", "It answers in words", call.onEvent) ? undefined : done;
  }
  if (attempt < ATTEMPTS - 1) {
    model.faults.tell("wrong-shape", "Words in place of JSON", call.onEvent);
    return undefined;
  }
  return done;
}

function noLoop(step: PlannerStep, { history }: TurnState, model: Model, call: PlannerCall): PlannerStep {
  if (step.type !== "call") return step;
  const { step: next, times } = unrepeated(step, history);
  if (next !== step)
    model.faults.tell("repeated-call", `${step.tool} for the ${times + 1}th time in a row`, call.onEvent);
  return next;
}

/** The reply and what was wrong with it; a reply of nothing is not repeated. */
function correction({ text }: Reply, read: Read): Message[] {
  const words =
    read.type === "again" ? read.words : "Your reply could not be used: it is not the JSON object that was asked for.";
  const said: Message[] = text === "" ? [] : [{ role: "assistant", content: text.slice(0, 2000) }];
  return [...said, { role: "user", content: words }];
}

function idsOf({ history }: TurnState): ReadonlySet<string> {
  return new Set(history.flatMap((item) => (item.type === "tool" ? (item.call.written?.id ?? []) : [])));
}
