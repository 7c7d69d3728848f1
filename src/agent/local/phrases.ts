/** Groups the words of a sentence into items; what no reader knows stays a word. */
import { firstMatch, type Item, isNoun, type Reader } from "./items.ts";
import { readAmount } from "./read-amounts.ts";
import { ofThePicture } from "./read-parts.ts";
import { readDirection, readPivot, readPlace } from "./read-places.ts";
import * as words from "./words.ts";

/** Longer phrases before those they begin with. */
const FIXED: readonly (readonly [string, Item])[] = [
  ["counterclockwise", { type: "sense", clockwise: false }],
  ["ccw", { type: "sense", clockwise: false }],
  ["clockwise", { type: "sense", clockwise: true }],
  ["cw", { type: "sense", clockwise: true }],
  ["bit-less", { type: "again", reverse: true, times: 0.25, word: "a bit less" }],
  ["less", { type: "again", reverse: true, times: 0.5, word: "less" }],
  ...agains("the other way,back", true),
  ["opposite-of-it", { type: "again", reverse: true, times: 2, word: "the other way instead" }],
  ["half-of-it", { type: "again", reverse: true, times: 0.5, word: "half of it" }],
  ...agains("further,farther,another,more,again", false),
  ["upright again", { type: "upright", stand: "upright" }],
  ["upright", { type: "upright", stand: "upright" }],
  ["straight again", { type: "upright", stand: "straight" }],
  ["straight up", { type: "upright", stand: "upright" }],
  ["straight", { type: "upright", stand: "straight" }],
  ["the right way up", { type: "upright", stand: "upright" }],
  ["the size of", { type: "axis", axis: "both" }],
  ["the width of", { type: "axis", axis: "width" }],
  ["the height of", { type: "axis", axis: "height" }],
  ["and then", { type: "join" }],
  ["and", { type: "join" }],
  ["then", { type: "join" }],
  ["but", { type: "join" }],
  [",", { type: "join" }],
];

function agains(phrases: string, reverse: boolean): (readonly [string, Item])[] {
  return phrases.split(",").map((word) => [word, { type: "again", reverse, word }] as const);
}

const readFixed: Reader = (tokens, at) => {
  for (const [phrase, item] of FIXED) {
    const length = phrase.split(" ").length;
    if (length === 1 && isNoun(tokens, at)) continue;
    if (tokens.slice(at, at + length).join(" ") === phrase) return { item, length };
  }
  return undefined;
};

const readComparative: Reader = (tokens, at) => {
  if (isNoun(tokens, at)) return undefined;
  const size = words.SIZES.get(tokens[at] ?? "");
  if (size !== undefined) return { item: { type: "size", ...size }, length: 1 };
  const axis = words.AXES.get(tokens[at] ?? "");
  return axis === undefined ? undefined : { item: { type: "axis", axis }, length: 1 };
};

const readVerb: Reader = (tokens, at) => {
  const word = tokens[at] ?? "";
  const verb = words.VERBS.get(word);
  const noun = words.ARTICLES.has(tokens[at - 1] ?? "");
  return verb === undefined || noun ? undefined : { item: { type: "verb", verb, word }, length: 1 };
};

const READERS: readonly Reader[] = [readPivot, readPlace, readAmount, readFixed, readComparative];

/** A verb is looked for until one is found, and again after each "and": "30 px lower" holds no second verb. */
export function readItems(tokens: readonly string[]): Item[] {
  const items: Item[] = [];
  let verbWanted = true;
  for (let at = 0; at < tokens.length; ) {
    const readers = verbWanted ? [...READERS, readVerb, readDirection] : [...READERS, readDirection];
    const match = firstMatch(readers, tokens, at);
    const nothing = match === undefined ? readPictureWords(tokens, at) : 0;
    if (match !== undefined) items.push(match.item);
    else if (nothing === 0 && !isFiller(tokens, at)) items.push({ type: "word", word: tokens[at] ?? "" });
    if (match?.item.type === "verb") verbWanted = false;
    if (match?.item.type === "join") verbWanted = true;
    at += match?.length ?? Math.max(nothing, 1);
  }
  return items;
}

/** "in the picture" adds nothing, as everything is. */
function readPictureWords(tokens: readonly string[], at: number): number {
  return /^(in|within)$/.test(tokens[at] ?? "") ? ofThePicture(["of", ...tokens.slice(at + 1)], 0) : 0;
}

/** "about 80 px" is roughly 80 px; "about" before anything else is a word that must be understood. */
function isFiller(tokens: readonly string[], at: number): boolean {
  const word = tokens[at] ?? "";
  if (words.FILLERS.has(word)) return true;
  return /^(about|around)$/.test(word) && readAmount(tokens, at + 1) !== undefined;
}
