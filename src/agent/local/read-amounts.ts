/** Reads amounts: "40 px", "a quarter turn", "half its width", "a third of the picture", "a little". */
import { type Item, isNoun, type Match, type Reader } from "./items.ts";
import { readNumber } from "./numbers.ts";
import { type Amount, notUnderstood } from "./spoken.ts";
import * as words from "./words.ts";

/** Phrases that stand for an amount as a whole; longer ones before those they begin with. */
const PHRASES: readonly (readonly [string, Amount])[] = [
  ...phrases(
    "a little bit,a little,a wee bit,a bit,a touch,a tad,a smidge,a smidgen,a hair,slightly,somewhat",
    vague("little"),
  ),
  ...phrases("a long way,a great distance,far", vague("far")),
  ...phrases("a whole lot,a lot,a good deal,a good bit,quite a bit,much", vague("lot")),
  ...phrases("three quarters of a turn,three quarter turn", degrees(270)),
  ...phrases("a quarter of a turn,a quarter turn,one quarter turn,quarter of a turn,quarter turn", degrees(90)),
  ...phrases("half of a turn,half a turn,a half turn,one half turn,half turn,upside down", degrees(180)),
  ...phrases("a full turn,one full turn,a whole turn,a complete turn,full circle", degrees(360)),
  ...phrases("an eighth of a turn,one eighth of a turn", degrees(45)),
];

function phrases(list: string, amount: Amount): (readonly [string, Amount])[] {
  return list.split(",").map((phrase) => [phrase, amount] as const);
}

function vague(size: "little" | "lot" | "far"): Amount {
  return { type: "vague", size };
}

function degrees(value: number): Amount {
  return { type: "degrees", value };
}

function amount(value: Amount, length: number): Match {
  return { item: { type: "amount", amount: value } satisfies Item, length };
}

const readPhrase: Reader = (tokens, at) => {
  for (const [phrase, value] of PHRASES) {
    const length = phrase.split(" ").length;
    if (length === 1 && isNoun(tokens, at)) continue;
    if (tokens.slice(at, at + length).join(" ") === phrase) return amount(value, length);
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
  // "twice as big as", "double the size of": what follows is the thing's name.
  const tail = /^(as|of)$/.test(tokens[next + skip + 1] ?? "") ? 1 : 0;
  const type = tokens[next] === "as" ? "times" : "share";
  return amount({ type, value: count?.value ?? 1, of }, next + skip + 1 + tail - at);
};

function readCount(tokens: readonly string[], at: number): { value: number; length: number } | undefined {
  const word = tokens[at];
  if (word === "half") return { value: 0.5, length: 1 };
  if (word === "twice" || word === "double") return { value: 2, length: 1 };
  const number = readNumber(tokens, at);
  if (number === undefined || !["times", "x"].includes(tokens[at + number.length] ?? "")) return undefined;
  return { value: number.value, length: number.length + 1 };
}

const FRACTIONS: ReadonlyMap<string, number> = new Map([
  ["half", 2],
  ["third", 3],
  ["quarter", 4],
  ["fifth", 5],
  ["tenth", 10],
]);

/** "a third of the picture", "1/4 of the image", "half the picture". */
const readFraction: Reader = (tokens, at) => {
  const written = /^(\d+)\/([1-9]\d*)$/.exec(tokens[at] ?? "");
  const lead = written || !/^(a|one)$/.test(tokens[at] ?? "") ? 0 : 1;
  const parts = FRACTIONS.get(tokens[at + lead] ?? "");
  const value = written ? Number(written[1]) / Number(written[2]) : parts === undefined ? undefined : 1 / parts;
  if (value === undefined) return undefined;
  const rest = ofThePicture(tokens, at + lead + 1, tokens[at + lead] === "half");
  return rest === 0 ? undefined : amount({ type: "percent", value: value * 100, to: false }, lead + 1 + rest);
};

/** A number and its unit: "40 px", "ten percent of the picture", "30 degrees", "1.3 times", "1.3". */
const readQuantity: Reader = (tokens, at) => {
  const lead = tokens.slice(at, at + 3).join(" ") === "a factor of" ? 3 : tokens[at] === "minus" ? 1 : 0;
  const number = readNumber(tokens, at + lead);
  if (number === undefined) return undefined;
  const unitAt = at + lead + number.length;
  const unit = tokens[unitAt] ?? "";
  if (words.UNKNOWN_UNITS.has(unit)) {
    throw notUnderstood(`A picture has no "${unit}": lengths are px or %, angles degrees`);
  }
  const value = withUnit(lead === 1 ? -number.value : number.value, unit, tokens[at - 1] === "to");
  const length = lead + number.length + (value.type === "plain" ? 0 : 1);
  return ofItself(tokens, at, value, length) ?? amount(value, length + ofThePicture(tokens, at + length));
};

function withUnit(value: number, unit: string, to: boolean): Amount {
  if (/^(px|pixels?)$/.test(unit)) return { type: "px", value };
  if (unit === "percent") return { type: "percent", value, to };
  if (/^deg(rees?)?$/.test(unit)) return { type: "degrees", value };
  if (unit === "times" || unit === "x") return { type: "times", value, of: "both" };
  return { type: "plain", value };
}

/** "20 percent of its width". */
function ofItself(tokens: readonly string[], at: number, value: Amount, length: number): Match | undefined {
  const own = tokens[at + length + 2] === "own" ? 1 : 0;
  const of = words.EXTENTS.get(tokens[at + length + 2 + own] ?? "");
  const its = tokens.slice(at + length, at + length + 2).join(" ") === "of its";
  if (value.type !== "percent" || !its || of === undefined) return undefined;
  return amount({ type: "share", value: value.value / 100, of }, length + 3 + own);
}

/** Length of "of the picture", "of the picture's width" at `at`, else 0; `bare` does without "of". */
export function ofThePicture(tokens: readonly string[], at: number, bare = false): number {
  const of = tokens[at] === "of" ? 1 : 0;
  if (of === 0 && !bare) return 0;
  const article = words.ARTICLES.has(tokens[at + of] ?? "") ? 1 : 0;
  const noun = tokens[at + of + article] ?? "";
  if (words.PICTURE.has(noun)) return of + article + 1;
  return noun.endsWith("'s") && words.PICTURE.has(noun.slice(0, -2)) ? of + article + 2 : 0;
}

const readAtHand: readonly Reader[] = [readFraction, readMultiple, readPhrase, readQuantity];

/** Any amount; "to half its size" and "to 80 %" take their "to" with them. */
export const readAmount: Reader = (tokens, at) => {
  for (const read of readAtHand) {
    const match = read(tokens, at);
    if (match !== undefined) return match;
  }
  if (tokens[at] !== "to") return undefined;
  const match = readMultiple(tokens, at + 1) ?? readQuantity(tokens, at + 1);
  return match && { item: match.item, length: match.length + 1 };
};
