/** Which thing a request is about: the selection, the thing of the conversation, one that was named before, or what
 * stands out. */
import type { Box } from "../../engine/raster.ts";
import { namedThings } from "../memory.ts";
import { regionFound } from "../parsing.ts";
import type { CallStep, TurnState } from "../state.ts";
import type { Selection, Thread } from "../thread.ts";
import { callsOf, selectionNeeded } from "./ask-which.ts";
import { followedBox } from "./follow.ts";
import type { Understood } from "./spoken.ts";
import { PRONOUNS } from "./words.ts";

/** Below this the salient object is a guess, and the user is asked instead. */
const SURE = 0.5;

/** What moves, and what had to be taken for granted to know it. */
export interface Target {
  readonly type: "target";
  readonly thread: Thread;
  readonly assumed: readonly string[];
}

/** The thing, or the call that finds it. */
export function targetOf(state: TurnState, parsed: Understood): Target | CallStep {
  const { selection, thread } = state;
  if (thread !== undefined && (selection === undefined || selection.regionId === thread.selection.regionId)) {
    const another = parsed.label === thread.label ? undefined : namedBefore(state, parsed);
    const same = another ?? sameThing(thread, parsed.label);
    if (same === undefined)
      throw selectionNeeded(`Expected "${thread.label}", which was moved before, got "${parsed.label}"`);
    return parsed.keepSource && same.type === "target" ? copied(same, state) : same;
  }
  if (selection !== undefined) return { type: "target", thread: fresh(state, parsed, selection, true), assumed: [] };
  return namedBefore(state, parsed) ?? standingOut(state, parsed);
}

/** A region that nothing was done with yet. */
export function fresh(state: TurnState, parsed: Understood, selection: Selection, chosen: boolean): Thread {
  const keep = parsed.keepSource ? ({ keepSource: true } as const) : {};
  return { imageId: state.picture.id, label: parsed.label, motions: [], spoken: [], selection, chosen, ...keep };
}

/** "it" and the same name go on with the thing moved last; undefined for another name. */
function sameThing(thread: Thread, label: string): Target | undefined {
  if (isPronoun(label) || label === thread.label) return { type: "target", thread, assumed: [] };
  if (!thread.chosen && !isPronoun(thread.label)) return undefined;
  return { type: "target", thread: { ...thread, label }, assumed: [`"${label}" = the region moved before`] };
}

/** A thing of an earlier turn is selected anew where that turn has brought it. */
function namedBefore(state: TurnState, parsed: Understood): Target | CallStep | undefined {
  const box = boxOfNamed(state, parsed.label);
  if (box === undefined) return undefined;
  return selectedIn(state, parsed, box, `"${parsed.label}", where it is now`);
}

export function boxOfNamed({ memory }: TurnState, label: string): Box | undefined {
  const thing = namedThings(memory).find((thread) => thread.label === label);
  return thing && followedBox(thing.selection.box, thing.motions);
}

/** What select_region found in the box, or the call that asks it. */
export function selectedIn(state: TurnState, parsed: Understood, box: Box, why: string): Target | CallStep {
  const found = callsOf(state, "select_region")[0];
  if (found === undefined) {
    const label = isPronoun(parsed.label) ? {} : { label: parsed.label };
    return { type: "call", tool: "select_region", args: { imageId: state.picture.id, box: [...box], ...label }, why };
  }
  const { confidence: _, ...selection } = regionFound(found.answer);
  return { type: "target", thread: fresh(state, parsed, selection, true), assumed: [] };
}

/** One copy more: of the thing in its own place, on the picture that has the earlier copies. */
function copied({ thread, assumed }: Target, { picture }: TurnState): Target {
  if (!thread.keepSource) throw selectionNeeded("Expected the thing to copy where it is now; it was moved before");
  return { type: "target", thread: { ...thread, imageId: picture.id, motions: [], spoken: [] }, assumed };
}

function standingOut(state: TurnState, parsed: Understood): Target | CallStep {
  const found = callsOf(state, "select_region")[0];
  if (found === undefined) return salient(state, parsed);
  if (found.answer.isError) throw selectionNeeded(`Nothing in the picture stands out as ${thingWords(parsed.label)}`);
  const { confidence, ...region } = regionFound(found.answer);
  const thread = fresh(state, parsed, sure(region, confidence, parsed.label), false);
  return { type: "target", thread, assumed: [salientWords(parsed.label, confidence)] };
}

function salient(state: TurnState, { label }: Understood): CallStep {
  const args = { imageId: state.picture.id, salient: true, ...(label === "" ? {} : { label }) };
  return { type: "call", tool: "select_region", args, why: "nothing is selected: the object that stands out" };
}

function sure(region: Selection, confidence: number, label: string): Selection {
  if (confidence >= SURE) return region;
  throw selectionNeeded(
    `Nothing stands out clearly enough to be ${thingWords(label)} (confidence ${confidence.toFixed(2)}, wanted ${SURE})`,
  );
}

export function isPronoun(label: string): boolean {
  return label === "" || PRONOUNS.has(label);
}

function thingWords(label: string): string {
  return isPronoun(label) ? "what is meant" : `"${label}"`;
}

function salientWords(label: string, confidence: number): string {
  return `"${label || "it"}" = the object that stands out (confidence ${confidence.toFixed(2)})`;
}
