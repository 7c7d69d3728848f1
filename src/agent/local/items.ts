/** Words that mean something together, and the shape of what reads them. */
import type { Amount, Axis, Pivot, Place, Stand, Toward } from "./spoken.ts";
import { ARTICLES, POINTING, type Verb } from "./words.ts";

export type Item =
  | { readonly type: "verb"; readonly verb: Verb; readonly word: string }
  | { readonly type: "amount"; readonly amount: Amount }
  | { readonly type: "direction"; readonly toward: Toward }
  | { readonly type: "sense"; readonly clockwise: boolean }
  | { readonly type: "upright"; readonly stand: Stand }
  | { readonly type: "size"; readonly axis: Axis; readonly grow: boolean }
  | { readonly type: "axis"; readonly axis: Axis }
  | { readonly type: "place"; readonly place: Place }
  | { readonly type: "pivot"; readonly pivot: Pivot }
  /** `times`: as much of the last motion; 1 without it. */
  | { readonly type: "again"; readonly reverse: boolean; readonly word: string; readonly times?: number }
  | { readonly type: "join" }
  | { readonly type: "word"; readonly word: string };

export interface Match {
  readonly item: Item;
  /** How many tokens it took. */
  readonly length: number;
}

/** What starts at `tokens[at]`, if this reader knows it. */
export type Reader = (tokens: readonly string[], at: number) => Match | undefined;

export function firstMatch(readers: readonly Reader[], tokens: readonly string[], at: number): Match | undefined {
  for (const read of readers) {
    const match = read(tokens, at);
    if (match !== undefined) return match;
  }
  return undefined;
}

/** After an article a word belongs to a noun: "the lift", "the left window". After "this" it does not: "move this left". */
export function isNoun(tokens: readonly string[], at: number): boolean {
  const before = tokens[at - 1] ?? "";
  return ARTICLES.has(before) && !POINTING.has(before);
}
