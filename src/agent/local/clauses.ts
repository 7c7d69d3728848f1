/** Splits the items of a sentence into clauses: one verb each, later ones may inherit the thing they speak of. */
import type { Item } from "./items.ts";
import { readNames } from "./labels.ts";
import { type Amount, type Axis, notUnderstood, type Pivot, type Place, type Stand, type Toward } from "./spoken.ts";
import type { Verb } from "./words.ts";

export interface Clause {
  readonly verb: Verb | undefined;
  readonly word: string;
  /** The words for the thing, as said; nameOf makes a label of them. */
  readonly name: readonly string[];
  readonly amounts: readonly Amount[];
  readonly directions: readonly Toward[];
  readonly clockwise: boolean | undefined;
  readonly upright: Stand | undefined;
  readonly size: { readonly axis: Axis; readonly grow: boolean } | undefined;
  readonly axis: Axis | undefined;
  readonly place: Place | undefined;
  readonly pivot: Pivot | undefined;
  readonly again: Omit<Extract<Item, { type: "again" }>, "type"> | undefined;
  /** Words that were said and have no part in what was understood. */
  readonly ignored: readonly string[];
}

export function readClauses(items: readonly Item[]): Clause[] {
  return split(items)
    .filter((part) => part.some((item) => item.type !== "join"))
    .map(readClause);
}

/** A new clause starts at a verb that follows another, and at an "and" that a turn or a size follows. */
function split(items: readonly Item[]): Item[][] {
  const parts: Item[][] = [[]];
  items.forEach((item, index) => {
    const current = parts.at(-1) ?? [];
    const hasVerb = current.some((one) => one.type === "verb");
    if ((item.type === "verb" && hasVerb) || (item.type === "join" && startsOther(current, items.slice(index + 1)))) {
      parts.push([item]);
    } else current.push(item);
  });
  return parts;
}

/** After "and": does what follows, up to the next "and", speak of another kind of motion than `current`? */
function startsOther(current: readonly Item[], rest: readonly Item[]): boolean {
  const end = rest.findIndex((item) => item.type === "join" || item.type === "verb");
  const next = end < 0 ? rest : rest.slice(0, end);
  if (end >= 0 && rest[end]?.type === "verb") return false;
  const kinds = kindsOf(next);
  return kinds.length > 0 && !kinds.some((kind) => kindsOf(current).includes(kind));
}

function kindsOf(items: readonly Item[]): string[] {
  return items.flatMap((item) => {
    if (item.type === "direction" || item.type === "place") return ["move"];
    if (item.type === "sense") return ["turn"];
    if (item.type === "size") return ["scale"];
    if (item.type !== "amount") return [];
    return item.amount.type === "px" ? ["move"] : item.amount.type === "degrees" ? ["turn"] : [];
  });
}

function readClause(items: readonly Item[]): Clause {
  const of = <T extends Item["type"]>(type: T): Extract<Item, { type: T }>[] =>
    // True by the comparison: an item whose type is T is the T variant.
    items.filter((item): item is Extract<Item, { type: T }> => item.type === type);
  const verb = of("verb")[0];
  if (verb?.verb.kind === "refused") throw notUnderstood(`"${verb.word}": ${verb.verb.why}`);
  const senses = of("sense");
  if (senses.some((sense) => sense.clockwise !== senses[0]?.clockwise))
    throw notUnderstood("Expected one sense of turning, got both");
  return {
    verb: verb?.verb,
    word: verb?.word ?? "",
    amounts: of("amount").map((item) => item.amount),
    directions: of("direction").map((item) => item.toward),
    clockwise: senses[0]?.clockwise,
    upright: of("upright")[0]?.stand ?? (verb?.verb.kind === "turn" ? verb.verb.upright : undefined),
    size: of("size")[0],
    axis: of("axis")[0]?.axis,
    place: onePlace(of("place").map((item) => item.place)) ?? placeOf(verb?.verb),
    pivot: of("pivot")[0]?.pivot,
    again: of("again")[0],
    ...readNames(items),
  };
}

function placeOf(verb: Verb | undefined): Place | undefined {
  return verb?.kind === "move" ? verb.place : undefined;
}

function onePlace(places: readonly Place[]): Place | undefined {
  if (places.length > 1) throw notUnderstood(`Expected one place to move to, got ${places.length}`);
  return places[0];
}
