/** "No, the other one", "do the same to the second one": an earlier motion, and the thing that is meant now. */
import type { Box } from "../../engine/raster.ts";
import { bare, numberIn, sideIn } from "../answers.ts";
import { guessesOf } from "../parsing.ts";
import type { PlannerStep } from "../planner.ts";
import type { Reference } from "../references.ts";
import type { CallStep, TurnState } from "../state.ts";
import type { Thread } from "../thread.ts";
import { askAmong, callsOf, placeOf, selectionNeeded } from "./ask-which.ts";
import { followedBox } from "./follow.ts";
import { notUnderstood, type Understood } from "./spoken.ts";
import { boxOfNamed, fresh, selectedIn, type Target } from "./target.ts";

/** Boxes that share more than this of their union are one thing. */
const SAME_THING = 0.3;
/** A thing that stands out this much more than the next is taken without asking. */
const CLEARLY = 1.5;

/** The turn that the words refer back to; a correction speaks of the one that was just undone. */
export function antecedent({ memory, thread }: TurnState, { type }: Reference): Thread {
  const found = type === "correct" ? memory.made[memory.cursor]?.thread : thread;
  if (found === undefined) throw notUnderstood("Nothing was done yet that could be done to another thing");
  return found;
}

/** What is to be done, as it was said of the first thing. */
export function sameMotions({ spoken, keepSource }: Thread, { thing }: Reference): Understood {
  const label = nameIn(thing) ?? "";
  return { type: "understood", label, motions: spoken, keepSource: keepSource === true, assumed: [] };
}

/** A name, unless the words only point: "the bottle" → "bottle". */
function nameIn(thing: string): string | undefined {
  const plain = bare(thing).replace(/^(?:the|that|this) /, "");
  if (/^(?:other|\w+) (?:one|thing)$|^one (?:on|at)\b|^other$/.test(plain) || numberIn(plain) !== undefined)
    return undefined;
  return plain.replace(/^other /, "");
}

export function otherThing(
  state: TurnState,
  reference: Reference,
  parsed: Understood,
  first: Thread,
): Target | PlannerStep {
  const { selection } = state;
  if (selection !== undefined && selection.regionId !== first.selection.regionId) {
    return { type: "target", thread: fresh(state, parsed, selection, true), assumed: [] };
  }
  const known = boxOfNamed(state, parsed.label);
  if (known !== undefined) return selectedIn(state, parsed, known, `"${parsed.label}", where it is now`);
  const seen = callsOf(state, "look")[0];
  if (seen === undefined) return lookAround(state);
  if (seen.answer.isError) throw selectionNeeded("The picture could not be searched for another thing");
  const done = reference.type === "correct" ? [first] : thingsDone(state, first);
  const others = guessesOf(seen.answer).filter(({ box }) => !done.some((thread) => isOf(box, thread)));
  const one = taken(others, reference.thing, done.length);
  if (one === undefined) return askAmong(state, others, seen.answer, whichText(others.length, reference));
  const found = selectedIn(state, parsed, one.box, `${reference.thing}: the other thing that stands out`);
  return found.type === "target"
    ? { ...found, assumed: [`"${reference.thing}" = the thing ${placeOf(one.box, state)}`] }
    : found;
}

type Guess = ReturnType<typeof guessesOf>[number];

function lookAround(state: TurnState): CallStep {
  const args = { id: state.picture.id, overlay: "marks" };
  return { type: "call", tool: "look", args, why: "to find the other thing" };
}

/** Things that were moved in this conversation, each once. */
function thingsDone({ memory: { made, cursor } }: TurnState, first: Thread): readonly Thread[] {
  const threads = [first, ...made.slice(0, cursor).flatMap(({ thread }) => thread ?? [])];
  return [...new Map(threads.map((thread) => [thread.selection.regionId, thread])).values()];
}

/** A thing where it was, or where it has been moved to. */
function isOf(box: Box, { selection, motions }: Thread): boolean {
  return [selection.box, followedBox(selection.box, motions)].some((one) => overlap(one, box) > SAME_THING);
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = ([x0, y0, x1, y1]: Box) => (x1 - x0) * (y1 - y0);
  return (width * height) / (area(a) + area(b) - width * height);
}

/** The one that is meant; undefined where several are as likely, or none is there. What was moved counts as the first. */
function taken(others: readonly Guess[], thing: string, done: number): Guess | undefined {
  const words = bare(thing);
  const number = numberIn(words);
  if (number !== undefined) return others[number - 1 - done];
  const side = sideIn(words);
  if (side !== undefined) return others.toSorted((a, b) => side(b.box) - side(a.box))[0];
  const [clearest, next] = others;
  if (nameIn(thing) !== undefined) return undefined;
  if (next === undefined) return clearest;
  return (clearest?.salience ?? 0) > CLEARLY * (next.salience ?? 1) ? clearest : undefined;
}

function whichText(count: number, { thing }: Reference): string {
  if (count === 0) return `Nothing else stands out in the picture: select what "${thing}" is`;
  return `Which one is "${thing}"?`;
}
