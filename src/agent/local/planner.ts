/** The local planner: a pure function from the steps so far to the next one. No key, no network. */
import { asRefusal, refusalOf, regionFound } from "../parsing.ts";
import type { Planner, PlannerStep } from "../planner.ts";
import type { CallStep, TurnState } from "../state.ts";
import type { Selection, Thread } from "../thread.ts";
import { askWhich, callsOf, leadsToAsking, selectionNeeded } from "./ask-which.ts";
import { describeMotion } from "./describe.ts";
import { parseRequest } from "./grammar.ts";
import { type Resolved, resolve } from "./resolve.ts";
import { notUnderstood, type Understood } from "./spoken.ts";
import { PRONOUNS } from "./words.ts";

/** Below this the salient object is a guess, and the user is asked instead. */
const SURE = 0.5;

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
  const parsed = parseRequest(state.request);
  if (parsed.type === "not-understood")
    return { type: "refuse", code: "not-understood", message: parsed.why, hint: parsed.hint };
  const failed = state.history.find((item) => item.type === "tool" && item.answer.isError && !leadsToAsking(item));
  if (failed?.type === "tool") return { type: "refuse", ...refusalOf(failed.answer.text) };
  return planFor(state, parsed, targetOf(state, parsed));
}

function planFor(state: TurnState, parsed: Understood, target: Target | undefined): PlannerStep {
  if (target === undefined) return salient(state, parsed);
  const plan = resolve(parsed.motions, sceneOf(state, target.thread.selection), target.thread.motions);
  return editStep(state, parsed, { ...target, plan });
}

interface Target {
  readonly thread: Thread;
  readonly assumed: readonly string[];
}

/** The user's selection, the thing of the conversation, or what select_region found; undefined: not looked for yet. */
function targetOf(state: TurnState, parsed: Understood): Target | undefined {
  const { selection, thread } = state;
  if (thread !== undefined && (selection === undefined || selection.regionId === thread.selection.regionId)) {
    const same = sameThing(thread, parsed.label);
    return parsed.keepSource ? { ...same, thread: copied(same.thread, state.picture.id) } : same;
  }
  const keep = parsed.keepSource ? ({ keepSource: true } as const) : {};
  const fresh = { imageId: state.picture.id, label: parsed.label, motions: [], ...keep };
  if (selection !== undefined) return { thread: { ...fresh, selection, chosen: true }, assumed: [] };
  const found = callsOf(state, "select_region")[0];
  if (found === undefined) return undefined;
  if (found.answer.isError) throw selectionNeeded(`Nothing in the picture stands out as ${thingWords(parsed.label)}`);
  const { confidence, ...region } = regionFound(found.answer);
  return {
    thread: { ...fresh, selection: sure(region, confidence, parsed.label), chosen: false },
    assumed: [salientWords(parsed.label, confidence)],
  };
}

/** One copy more: of the thing in its own place, on the picture that has the earlier copies. */
function copied(thread: Thread, pictureId: string): Thread {
  if (!thread.keepSource) throw selectionNeeded("Expected the thing to copy where it is now; it was moved before");
  return { ...thread, imageId: pictureId, motions: [] };
}

/** "it" and the same name go on with the thing moved last; another name needs a selection. */
function sameThing(thread: Thread, label: string): Target {
  if (isPronoun(label) || label === thread.label) return { thread, assumed: [] };
  if (thread.chosen || isPronoun(thread.label)) {
    return { thread: { ...thread, label }, assumed: [`"${label}" = the region moved before`] };
  }
  throw selectionNeeded(`Expected "${thread.label}", which was moved before, got "${label}"`);
}

function isPronoun(label: string): boolean {
  return label === "" || PRONOUNS.has(label);
}

function sure(region: Selection, confidence: number, label: string): Selection {
  if (confidence >= SURE) return region;
  throw selectionNeeded(
    `Nothing stands out clearly enough to be ${thingWords(label)} (confidence ${confidence.toFixed(2)}, wanted ${SURE})`,
  );
}

function thingWords(label: string): string {
  return isPronoun(label) ? "what is meant" : `"${label}"`;
}

function salientWords(label: string, confidence: number): string {
  return `"${label || "it"}" = the object that stands out (confidence ${confidence.toFixed(2)})`;
}

function salient(state: TurnState, { label }: Understood): CallStep {
  const args = { imageId: state.picture.id, salient: true, ...(label === "" ? {} : { label }) };
  return { type: "call", tool: "select_region", args, why: "nothing is selected: the object that stands out" };
}

function sceneOf({ picture: { width, height } }: TurnState, { box, centroid }: Selection) {
  return { width, height, box, centroid };
}

interface Plan extends Target {
  readonly plan: Resolved;
}

function editStep(state: TurnState, parsed: Understood, { thread, assumed, plan }: Plan): PlannerStep {
  if (callsOf(state, "start_edit").length > 0) return { type: "done", text: "" };
  const said = describeMotion(plan.motion);
  if (said === "stay") throw notUnderstood(stayWords(thread));
  const name = isPronoun(thread.label) ? {} : { label: thread.label };
  const keep = thread.keepSource ? { keepSource: true } : {};
  const operation = { regionId: thread.selection.regionId, motion: plan.motion, ...name, ...keep };
  const args = { imageId: thread.imageId, operations: [operation] };
  const rest = {
    type: "call",
    why: `${thread.keepSource ? "a copy of " : ""}${thread.label || "it"}: ${said}`,
    assumed: [...assumed, ...parsed.assumed, ...plan.assumed],
    thread: { ...thread, motions: plan.motions },
  } as const;
  // The preview tier is itself instant: previewing it first would only do it twice.
  const previewed = state.quality === "preview" || callsOf(state, "preview_edit").length > 0;
  if (!previewed) return { ...rest, tool: "preview_edit", args };
  return { ...rest, tool: "start_edit", args: { ...args, seed: state.seed } };
}

function stayWords({ motions }: Thread): string {
  if (motions.length === 0) return "Nothing would move: it is there already";
  return "The motions so far would cancel out: undo goes back to the picture before";
}
