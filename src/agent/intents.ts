/** Before the first edit of a turn a model says what the picture shows and what the drag may mean (paper, appendix D.3). */
import type { Motion } from "../engine/recipe/schema.ts";
import type { AgentEvent } from "./events.ts";
import { followPoint, simpleMotions } from "./local/follow.ts";
import { operationsOf } from "./operations.ts";
import { type IntentsAnswer, intentsOf, motionOf, regionFound } from "./parsing.ts";
import type { Planner, PlannerCall, PlannerStep } from "./planner.ts";
import type { ToolAnswer } from "./port.ts";
import type { Intent } from "./question.ts";
import type { CallStep, TurnState } from "./state.ts";

type Candidate = IntentsAnswer["candidates"][number];

/** Candidates whose confidence is this close are the person's to choose from. */
const CLOSE = 0.1;

/** The planner, with propose_intents before its first edit. `onAsk` hears of each step before it is planned. */
export function withIntents(planner: Planner, onAsk: (call: PlannerCall) => void = () => {}): Planner {
  return {
    ...planner,
    async next(state, call) {
      onAsk(call);
      const step = await planner.next(state, call);
      if (step.type !== "call" || step.tool !== "start_edit" || step.problem !== undefined) return step;
      if (state.intent !== undefined) return withIntent(step, state.intent);
      return asked(state) ? step : (proposing(step, state) ?? step);
    },
  };
}

function asked({ tools, history, quality }: TurnState): boolean {
  const known = tools.some(({ name }) => name === "propose_intents");
  const before = history.some(
    (item) => item.type === "tool" && ["propose_intents", "start_edit"].includes(item.call.tool),
  );
  // No model takes part in a preview: nothing would read the prompt.
  return !known || before || quality === "preview";
}

/** The question for this edit, and the edit after its answer; undefined where its regions are not known. */
function proposing(step: CallStep, state: TurnState): CallStep | undefined {
  const centroids = centroidsOf(state);
  const items = operationsOf(step).flatMap((operation) => {
    const centroid = centroids.get(String(operation.regionId));
    const motion = motionOf(operation.motion);
    if (centroid === undefined || motion === undefined) return [];
    return [{ regionId: operation.regionId, target: [...followPoint(centroid, simpleMotions(motion))] }];
  });
  if (items.length === 0 || items.length !== operationsOf(step).length || items.length > 4) return undefined;
  const args = { imageId: step.args.imageId, items, request: state.request };
  return { type: "call", tool: "propose_intents", args, why: "what the drag may mean", afterwards: step };
}

/** Where the regions of this turn are, by their ids. */
function centroidsOf({ history, selection, thread }: TurnState): ReadonlyMap<string, [number, number]> {
  const known = [selection, thread?.selection].flatMap((one) => one ?? []);
  const found = history.flatMap((item) => {
    if (item.type !== "tool" || item.call.tool !== "select_region" || item.answer.isError) return [];
    return [regionFound(item.answer)];
  });
  return new Map([...known, ...found].map(({ regionId, centroid: [x, y] }) => [regionId, [x, y]]));
}

/** What follows from the candidates: the edit with the best one's prompts, or the question where two are close. */
export function afterIntents(step: CallStep, answer: ToolAnswer): PlannerStep {
  if (answer.isError) return step;
  const intents = intentsOf(answer);
  const candidates = withWords(intents);
  const [best, next] = candidates;
  if (best === undefined) return step;
  if (next !== undefined && best.confidence - next.confidence < CLOSE) return whichIntent(intents, answer);
  return withReading(step, intentOf(best, intents));
}

function intentOf({ candidateId, prompt, operations }: Candidate, { sourcePrompt }: IntentsAnswer): Intent {
  return { candidateId, prompt, sourcePrompt, operations };
}

export function intentsEvent(answer: ToolAnswer): AgentEvent | undefined {
  if (answer.isError) return undefined;
  const intents = intentsOf(answer);
  const candidates = withWords(intents);
  if (candidates.length === 0) return undefined;
  const words = candidates.map(({ types, prompt, confidence }) => ({ types, prompt, confidence }));
  return { type: "intents", background: intents.sourcePrompt, candidates: words };
}

/** Geometry alone says nothing that the edit does not say itself: only what a model read is worth a question. */
function withWords({ from, candidates }: IntentsAnswer): readonly Candidate[] {
  if (from === "geometry") return [];
  return candidates.filter(({ prompt }) => prompt !== "").toSorted((a, b) => b.confidence - a.confidence);
}

function whichIntent(intents: IntentsAnswer, { images: [image] }: ToolAnswer): PlannerStep {
  const candidates = withWords(intents);
  const best = candidates[0]?.confidence ?? 0;
  const close = candidates.filter(({ confidence }) => best - confidence < CLOSE).slice(0, 5);
  const choices = close.map((one) => ({
    say: `${one.types.join(" and ")}: ${one.prompt}`,
    intent: intentOf(one, intents),
  }));
  const text = "What should the picture show afterwards?";
  return { type: "ask", text, choices, ...(image === undefined ? {} : { image }) };
}

/** The chosen reading in full: its motions are the ones that were shown, whatever the words came to. */
function withIntent(step: CallStep, intent: Intent): CallStep {
  return withMotions(withPrompts(step, intent), intent);
}

/** Nobody chose: the words hold, and a reading decides only what they leave open, whether a part moves or gives way. */
function withReading(step: CallStep, intent: Intent): CallStep {
  const planned = operationsOf(step).map(({ motion }) => motionOf(motion));
  const open = [...planned, ...intent.operations.map(({ motion }) => motion)].every(isShift);
  return open ? withMotions(withPrompts(step, intent), intent) : withPrompts(step, intent);
}

function withPrompts(step: CallStep, { prompt, sourcePrompt }: Intent): CallStep {
  const source = sourcePrompt === "" ? {} : { sourcePrompt };
  return { ...step, args: { ...step.args, prompt, ...source } };
}

function isShift(motion: Motion | undefined): motion is Extract<Motion, { type: "relocation" | "deformation" }> {
  return motion?.type === "relocation" || motion?.type === "deformation";
}

/** Shifts lead to the same place: the amount stays as it was said, so that a retry can change it. */
function asRead(planned: Motion | undefined, read: Motion): Motion {
  return isShift(planned) && isShift(read) ? { ...planned, type: read.type } : read;
}

/** Names and copies stay as they were said. Not by the candidate's id: a retry changes the operations. */
function withMotions(step: CallStep, { operations }: Intent): CallStep {
  const planned = operationsOf(step);
  const [first] = operations;
  if (first === undefined || planned.length !== operations.length) return step;
  const chosen = operations.map(({ regionId, motion }, at) => {
    return { ...planned[at], regionId, motion: asRead(motionOf(planned[at]?.motion), motion) };
  });
  const motions = chosen.length === 1 ? simpleMotions(asRead(motionOf(planned[0]?.motion), first.motion)) : undefined;
  const thread = step.thread && motions ? { thread: { ...step.thread, motions } } : {};
  return { ...step, args: { ...step.args, operations: chosen }, ...thread };
}
