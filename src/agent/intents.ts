/** Before the first edit of a turn a model says what the picture shows and what the drag may mean (paper, appendix D.3). */
import type { AgentEvent } from "./events.ts";
import { followPoint, simpleMotions } from "./local/follow.ts";
import { operationsOf } from "./operations.ts";
import { type IntentsAnswer, intentsOf, motionOf, regionFound } from "./parsing.ts";
import type { Planner, PlannerCall, PlannerStep } from "./planner.ts";
import type { ToolAnswer } from "./port.ts";
import type { CallStep, TurnState } from "./state.ts";

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
      if (state.intent !== undefined) return withPrompt(step, state.intent);
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
  if (next !== undefined && best.confidence - next.confidence < CLOSE) return whichIntent(candidates, answer);
  return withPrompt(step, best.prompt, intents.sourcePrompt);
}

export function intentsEvent(answer: ToolAnswer): AgentEvent | undefined {
  if (answer.isError) return undefined;
  const intents = intentsOf(answer);
  const candidates = withWords(intents);
  if (candidates.length === 0) return undefined;
  const words = candidates.map(({ types, prompt, confidence }) => ({ types, prompt, confidence }));
  return { type: "intents", background: intents.sourcePrompt, candidates: words };
}

/** Candidates of geometry alone have no prompt: they say nothing that the edit does not say itself. */
function withWords({ candidates }: IntentsAnswer): IntentsAnswer["candidates"] {
  return candidates.filter(({ prompt }) => prompt !== "").toSorted((a, b) => b.confidence - a.confidence);
}

function whichIntent(candidates: IntentsAnswer["candidates"], { images: [image] }: ToolAnswer): PlannerStep {
  const best = candidates[0]?.confidence ?? 0;
  const close = candidates.filter(({ confidence }) => best - confidence < CLOSE).slice(0, 5);
  const choices = close.map(({ prompt, types }) => ({ say: `${types.join(" and ")}: ${prompt}`, prompt }));
  const text = "What should the picture show afterwards?";
  return { type: "ask", text, choices, ...(image === undefined ? {} : { image }) };
}

function withPrompt(step: CallStep, prompt: string, sourcePrompt = ""): CallStep {
  const source = sourcePrompt === "" ? {} : { sourcePrompt };
  return { ...step, args: { ...step.args, prompt, ...source } };
}
