/** The local planner: a pure function from the steps so far to the next one. No key, no network. */
import { asRefusal, refusalOf } from "../parsing.ts";
import type { Planner, PlannerStep } from "../planner.ts";
import { readReference } from "../references.ts";
import type { TurnState } from "../state.ts";
import type { Selection, Thread } from "../thread.ts";
import { askWhich, callsOf, leadsToAsking } from "./ask-which.ts";
import { describeMotion } from "./describe.ts";
import { parseRequest } from "./grammar.ts";
import { antecedent, otherThing, sameMotions } from "./other-thing.ts";
import { resolve } from "./resolve.ts";
import { notUnderstood, type Understood } from "./spoken.ts";
import { isPronoun, type Target, targetOf } from "./target.ts";

/** Reads English with the grammar of this folder: no network, one edit a turn and one retry. */
export function createLocalPlanner(): Planner {
  return {
    name: "local",
    rounds: 2,
    async next(state) {
      try {
        return nextStep(state);
      } catch (error) {
        const refusal = asRefusal(error);
        if (refusal === undefined) throw error;
        if (refusal.code === "selection-needed") return askWhich(state, refusal.message);
        return { type: "refuse", ...refusal };
      }
    },
  };
}

function nextStep(state: TurnState): PlannerStep {
  const reference = readReference(state.request);
  const first = reference && antecedent(state, reference);
  const parsed = reference && first ? sameMotions(first, reference) : understood(state.request);
  const failed = state.history.find((item) => item.type === "tool" && item.answer.isError && !leadsToAsking(item));
  if (failed?.type === "tool") return { type: "refuse", ...refusalOf(failed.answer.text) };
  const target = reference && first ? otherThing(state, reference, parsed, first) : targetOf(state, parsed);
  return target.type === "target" ? editStep(state, parsed, target) : target;
}

/** Throws `not-understood`. */
function understood(request: string): Understood {
  const parsed = parseRequest(request);
  if (parsed.type === "understood") return parsed;
  throw notUnderstood(parsed.why, parsed.hint);
}

function editStep(state: TurnState, parsed: Understood, { thread, assumed }: Target): PlannerStep {
  if (callsOf(state, "start_edit").length > 0) return { type: "done", text: "" };
  const plan = resolve(parsed.motions, sceneOf(state, thread.selection), thread.motions);
  const said = describeMotion(plan.motion);
  if (said === "stay") return stay(state, thread);
  const name = isPronoun(thread.label) ? {} : { label: thread.label };
  const keep = thread.keepSource ? { keepSource: true } : {};
  const operation = { regionId: thread.selection.regionId, motion: plan.motion, ...name, ...keep };
  const args = { imageId: thread.imageId, operations: [operation], ...intentOf(state) };
  const rest = {
    type: "call",
    why: `${thread.keepSource ? "a copy of " : ""}${thread.label || "it"}: ${said}`,
    assumed: [...assumed, ...parsed.assumed, ...plan.assumed],
    thread: { ...thread, motions: plan.motions, spoken: [...thread.spoken, ...parsed.motions] },
  } as const;
  // The preview tier is itself instant: previewing it first would only do it twice.
  const previewed = state.quality === "preview" || callsOf(state, "preview_edit").length > 0;
  if (!previewed) return { ...rest, tool: "preview_edit", args };
  return { ...rest, tool: "start_edit", args: { ...args, seed: state.seed } };
}

/** The prompt that the person chose, where there was a question. */
function intentOf({ intent }: TurnState): { prompt?: string } {
  return intent === undefined ? {} : { prompt: intent.prompt };
}

function sceneOf({ picture: { width, height } }: TurnState, { box, centroid, longAxis }: Selection) {
  return { width, height, box, centroid, longAxis };
}

/** Motions that cancel out lead back to the picture before them. */
function stay(state: TurnState, { imageId, motions }: Thread): PlannerStep {
  if (motions.length === 0) throw notUnderstood("Nothing would move: it is there already");
  const text = `The motions cancel out: the picture is ${imageId} again, as before them.`;
  const steps = state.tools.some(({ name }) => name === "history") && callsOf(state, "history").length === 0;
  if (!steps) return { type: "back", id: imageId, text };
  return { type: "call", tool: "history", args: { action: "checkout", id: imageId }, why: "the motions cancel out" };
}
