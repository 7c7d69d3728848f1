/** Reads amounts: "40 px", "a quarter turn", "half its width", "a third of the picture", "a little". */
import { isNoun, type Match, type Reader } from "./items.ts";
import { readNumber } from "./numbers.ts";
import { amount, ofThePicture, readMultiple, readPart } from "./read-parts.ts";
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

const readPhrase: Reader = (tokens, at) => {
  for (const [phrase, value] of PHRASES) {
    const length = phrase.split(" ").length;
    if (length === 1 && isNoun(tokens, at)) continue;
    if (tokens.slice(at, at + length).join(" ") === phrase) return amount(value, length);
  }
  return undefined;
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

const readAtHand: readonly Reader[] = [readPhrase, readMultiple, readPart, readQuantity];

/** Any amount; "to half its size", "to a third" and "to 80 %" take their "to" with them. */
export const readAmount: Reader = (tokens, at) => {
  for (const read of readAtHand) {
    const match = read(tokens, at);
    if (match !== undefined) return match;
  }
  if (tokens[at] !== "to") return undefined;
  const match = readMultiple(tokens, at + 1) ?? readPart(tokens, at + 1) ?? readQuantity(tokens, at + 1);
  return match && { item: match.item, length: match.length + 1 };
};
