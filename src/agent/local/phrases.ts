/** Groups words into items that mean something together ("to the left", "a quarter turn", "half its width"). */
import { readNumber } from "./numbers.ts";
import { type Amount, type Axis, notUnderstood, type Place, type Toward } from "./spoken.ts";
import * as words from "./words.ts";

export type Item =
  | { readonly type: "verb"; readonly verb: words.Verb; readonly word: string }
  | { readonly type: "amount"; readonly amount: Amount }
  | { readonly type: "direction"; readonly toward: Toward }
  | { readonly type: "sense"; readonly clockwise: boolean }
  | { readonly type: "size"; readonly axis: Axis; readonly grow: boolean }
  | { readonly type: "axis"; readonly axis: Axis }
  | { readonly type: "place"; readonly place: Place }
  | { readonly type: "again"; readonly reverse: boolean }
  | { readonly type: "join" }
  | { readonly type: "word"; readonly word: string };

interface Match {
  readonly item: Item;
  readonly length: number;
}
type Reader = (tokens: readonly string[], at: number) => Match | undefined;

/** Fixed phrases, longest first where one begins another. */
const FIXED: readonly (readonly [string, Item])[] = [
  ...amounts("a little bit,a little,a bit,a touch,a tad,a smidge,slightly,somewhat,a fraction", "little"),
  ...amounts("a long way,a great distance,far", "far"),
  ...amounts("a whole lot,a lot,a good deal,a good bit,quite a bit,much", "lot"),
  ...turns("three quarters of a turn,three quarter turn", 270),
  ...turns("a quarter of a turn,a quarter turn,one quarter turn,quarter turn,quarter of a turn", 90),
  ...turns("half a turn,a half turn,one half turn,half turn,half of a turn,upside down", 180),
  ...turns("an eighth of a turn,one eighth of a turn", 45),
  ["counterclockwise", { type: "sense", clockwise: false }],
  ["clockwise", { type: "sense", clockwise: true }],
  ["the other way", { type: "again", reverse: true }],
  ["a bit less", { type: "again", reverse: true }],
  ["back", { type: "again", reverse: true }],
  ["less", { type: "again", reverse: true }],
  ["further", { type: "again", reverse: false }],
  ["farther", { type: "again", reverse: false }],
  ["more", { type: "again", reverse: false }],
  ["again", { type: "again", reverse: false }],
  ["and then", { type: "join" }],
  ["and", { type: "join" }],
  ["then", { type: "join" }],
  [",", { type: "join" }],
];

function amounts(phrases: string, size: "little" | "lot" | "far"): (readonly [string, Item])[] {
  return phrases.split(",").map((phrase) => [phrase, { type: "amount", amount: { type: "vague", size } }] as const);
}

function turns(phrases: string, value: number): (readonly [string, Item])[] {
  return phrases.split(",").map((phrase) => [phrase, { type: "amount", amount: { type: "degrees", value } }] as const);
}

const readFixed: Reader = (tokens, at) => {
  const noun = words.ARTICLES.has(tokens[at - 1] ?? "") && !words.PRONOUNS.has(tokens[at - 1] ?? "");
  for (const [phrase, item] of FIXED) {
    const length = phrase.split(" ").length;
    if (length === 1 && noun) continue;
    if (tokens.slice(at, at + length).join(" ") === phrase) return { item, length };
  }
  return undefined;
};

/** "half its width", "twice as big", "1.3 times", "its own height": multiples of the thing itself. */
const readMultiple: Reader = (tokens, at) => {
  const count = readCount(tokens, at);
  const next = at + (count?.length ?? 0);
  const link = tokens.slice(next, next + 2).join(" ");
  const skip = link === "its own" ? 2 : ["its", "as", "the"].includes(tokens[next] ?? "") ? 1 : 0;
  const of = words.EXTENTS.get(tokens[next + skip] ?? "");
  if (of === undefined || (count === undefined && link !== "its own")) return undefined;
  const tail = tokens[next + skip + 1] === "as" ? 1 : 0;
  return multiple(count?.value ?? 1, of, next + skip + 1 + tail - at, tokens[next] === "as" ? "times" : "share");
};

function multiple(value: number, of: Axis, length: number, type: "times" | "share"): Match {
  return { item: { type: "amount", amount: { type, value, of } }, length };
}

function readCount(tokens: readonly string[], at: number): { value: number; length: number } | undefined {
  const word = tokens[at];
  if (word === "half") return { value: 0.5, length: 1 };
  if (word === "twice" || word === "double") return { value: 2, length: 1 };
  const number = readNumber(tokens, at);
  if (number === undefined || !["times", "x"].includes(tokens[at + number.length] ?? "")) return undefined;
  return { value: number.value, length: number.length + 1 };
}

/** A number and its unit: "40 px", "ten percent of the picture", "30 degrees", "1.3 times", "1.3". */
const readQuantity: Reader = (tokens, at) => {
  const factor = tokens.slice(at, at + 3).join(" ") === "a factor of" ? 3 : 0;
  const number = readNumber(tokens, at + factor);
  if (number === undefined) return undefined;
  const unitAt = at + factor + number.length;
  const unit = tokens[unitAt] ?? "";
  if (words.UNKNOWN_UNITS.has(unit))
    throw notUnderstood(`A picture has no "${unit}": lengths are px or %, angles degrees`);
  const amount = withUnit(number.value, unit, tokens[at - 1] === "to");
  const length = factor + number.length + (amount.type === "plain" ? 0 : 1);
  return { item: { type: "amount", amount }, length: length + ofThePicture(tokens, at + length) };
};

function withUnit(value: number, unit: string, to: boolean): Amount {
  if (/^(px|pixels?)$/.test(unit)) return { type: "px", value };
  if (unit === "percent") return { type: "percent", value, to };
  if (/^deg(rees?)?$/.test(unit)) return { type: "degrees", value };
  if (unit === "times" || unit === "x") return { type: "times", value, of: "both" };
  return { type: "plain", value };
}

/** Length of "of the picture", "of the picture's width" at `at`, else 0. */
function ofThePicture(tokens: readonly string[], at: number): number {
  if (tokens[at] !== "of") return 0;
  const article = words.ARTICLES.has(tokens[at + 1] ?? "") ? 1 : 0;
  const noun = tokens[at + 1 + article] ?? "";
  if (words.PICTURE.has(noun)) return 2 + article;
  const possessed = noun.endsWith("'s") && words.PICTURE.has(noun.slice(0, -2));
  return possessed ? 3 + article : 0;
}

/** "to the left", "up and to the left", "down right". "the left window" names a thing, not a direction. */
const readDirection: Reader = (tokens, at) => {
  const first = oneDirection(tokens, at);
  if (first === undefined) return undefined;
  const joined = tokens[at + first.length] === "and" ? 1 : 0;
  const second = oneDirection(tokens, at + first.length + joined);
  if (second === undefined) return { item: { type: "direction", toward: first.toward }, length: first.length };
  const toward = combine(first.toward, second.toward);
  return { item: { type: "direction", toward }, length: first.length + joined + second.length };
};

function oneDirection(tokens: readonly string[], at: number): { toward: Toward; length: number } | undefined {
  const lead = /^(to|towards?)$/.test(tokens[at] ?? "") ? (tokens[at + 1] === "the" ? 2 : 1) : 0;
  const toward = words.DIRECTIONS.get(tokens[at + lead] ?? "");
  if (toward === undefined || (lead === 0 && words.ARTICLES.has(tokens[at - 1] ?? ""))) return undefined;
  return { toward, length: lead + 1 };
}

/** Two directions as one; on the same axis they must not cancel. */
export function combine(a: Toward, b: Toward): Toward {
  const sum = [a[0] + b[0], a[1] + b[1]] as const;
  if (a[0] * b[0] < 0 || a[1] * b[1] < 0) throw notUnderstood("Expected one direction, got two opposite ones");
  return [sign(sum[0]), sign(sum[1])];
}

function sign(value: number): -1 | 0 | 1 {
  return value > 0 ? 1 : value < 0 ? -1 : 0;
}

/** "to the top left corner", "in the middle of the picture", "to (450, 320)". */
const readPlace: Reader = (tokens, at) => {
  if (!/^(to|in|into|at|on|towards?)$/.test(tokens[at] ?? "")) return undefined;
  const point = /^@(.+)\|(.+)$/.exec(tokens[at + 1] ?? "");
  if (point) return placed({ type: "point", at: [Number(point[1]), Number(point[2])] }, 2);
  const start = tokens[at + 1] === "the" ? at + 2 : at + 1;
  const found = /^(middle|centre|center)$/.test(tokens[start] ?? "")
    ? { toward: [0, 0] as const, end: start + 1 }
    : readEdge(tokens, start, tokens[at] === "to");
  if (found === undefined) return undefined;
  return placed({ type: "edge", toward: found.toward }, found.end + ofThePicture(tokens, found.end) - at);
};

/** "top left corner", "right edge"; a bare "top" or "bottom" only after "to". */
function readEdge(
  tokens: readonly string[],
  start: number,
  bare: boolean,
): { toward: Toward; end: number } | undefined {
  const first = words.EDGES.get(tokens[start] ?? "");
  if (first === undefined) return undefined;
  const second = words.EDGES.get(tokens[start + 1] ?? "");
  const end = start + (second === undefined ? 1 : 2);
  const toward = second === undefined ? first : combine(first, second);
  if (/^(corner|edge|side|border|margin)$/.test(tokens[end] ?? "")) return { toward, end: end + 1 };
  return bare && /^(top|bottom)$/.test(tokens[start] ?? "") ? { toward, end } : undefined;
}

function placed(place: Place, length: number): Match {
  return { item: { type: "place", place }, length };
}

/** Verbs, comparatives and axes stand alone; after an article a word belongs to a noun ("the lift"). */
const readWord: Reader = (tokens, at) => {
  const word = tokens[at] ?? "";
  if (words.ARTICLES.has(tokens[at - 1] ?? "") && !words.PRONOUNS.has(tokens[at - 1] ?? "")) return undefined;
  const size = words.SIZES.get(word);
  if (size !== undefined) return { item: { type: "size", ...size }, length: 1 };
  const axis = words.AXES.get(word);
  if (axis !== undefined) return { item: { type: "axis", axis }, length: 1 };
  return undefined;
};

const readVerb: Reader = (tokens, at) => {
  const word = tokens[at] ?? "";
  const verb = words.VERBS.get(word);
  const noun = words.ARTICLES.has(tokens[at - 1] ?? "");
  return verb === undefined || noun ? undefined : { item: { type: "verb", verb, word }, length: 1 };
};

const BEFORE_VERBS: readonly Reader[] = [readPlace, readMultiple, readFixed, readQuantity, readWord];

/** A verb is looked for until one is found, and again after each "and": "30 px lower" holds no second verb. */
export function readItems(tokens: readonly string[]): Item[] {
  const items: Item[] = [];
  let verbWanted = true;
  for (let at = 0; at < tokens.length; ) {
    const readers = [...BEFORE_VERBS, ...(verbWanted ? [readVerb] : []), readDirection];
    const match = firstMatch(readers, tokens, at) ?? afterTo(tokens, at);
    if (match === undefined && !words.FILLERS.has(tokens[at] ?? "")) {
      items.push({ type: "word", word: tokens[at] ?? "" });
    }
    if (match !== undefined) items.push(match.item);
    if (match?.item.type === "verb") verbWanted = false;
    if (match?.item.type === "join") verbWanted = true;
    at += match?.length ?? 1;
  }
  return items;
}

/** "to half its size", "to 80 %": the "to" belongs to the amount. */
function afterTo(tokens: readonly string[], at: number): Match | undefined {
  const match = tokens[at] === "to" ? firstMatch([readMultiple, readQuantity], tokens, at + 1) : undefined;
  return match && { item: match.item, length: match.length + 1 };
}

function firstMatch(readers: readonly Reader[], tokens: readonly string[], at: number): Match | undefined {
  for (const read of readers) {
    const match = read(tokens, at);
    if (match !== undefined) return match;
  }
  return undefined;
}
