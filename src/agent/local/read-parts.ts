/** Reads parts and multiples: "half its width", "twice as big", "a third of the picture", "by a quarter". */
import type { Match, Reader } from "./items.ts";
import { type Reading, readFraction, readNumber } from "./numbers.ts";
import type { Amount } from "./spoken.ts";
import * as words from "./words.ts";

export function amount(value: Amount, length: number): Match {
  return { item: { type: "amount", amount: value }, length };
}

/** "half its width", "three quarters of its size", "twice as big", "its own height": multiples of the thing itself. */
export const readMultiple: Reader = (tokens, at) => {
  const count = readCount(tokens, at);
  const link = at + (count?.length ?? 0);
  const of = readExtent(tokens, link);
  if (of === undefined || (count === undefined && !of.own)) return undefined;
  const value = count?.value ?? 1;
  const picture = ofThePicture(tokens, of.end);
  if (picture > 0) return amount({ type: "percent", value: 100 * value, to: false }, of.end + picture - at);
  // "half as big again" is one and a half times as big.
  if (of.as && value < 1 && tokens[of.end] === "again") {
    return amount({ type: "times", value: 1 + value, of: of.axis }, of.end + 1 - at);
  }
  // "twice as big as", "double the size of": what follows is the thing's name.
  const tail = /^(as|of)$/.test(tokens[of.end] ?? "") ? 1 : 0;
  return amount({ type: of.as ? "times" : "share", value, of: of.axis }, of.end + tail - at);
};

/** "its width", "of its own size", "as big": the axis, and where the words end. */
function readExtent(tokens: readonly string[], at: number) {
  const start = tokens[at] === "of" ? at + 1 : at;
  const own = tokens.slice(start, start + 2).join(" ") === "its own";
  const skip = own ? 2 : /^(its|as|the)$/.test(tokens[start] ?? "") ? 1 : 0;
  const axis = words.EXTENTS.get(tokens[start + skip] ?? "");
  if (axis === undefined || (start > at && skip === 0)) return undefined;
  return { axis, own, as: tokens[start] === "as", end: start + skip + 1 };
}

function readCount(tokens: readonly string[], at: number): Reading | undefined {
  if (/^(twice|double)$/.test(tokens[at] ?? "")) return { value: 2, length: 1 };
  const number = readNumber(tokens, at);
  if (number !== undefined && ["times", "x"].includes(tokens[at + number.length] ?? "")) {
    return { value: number.value, length: number.length + 1 };
  }
  return readFraction(tokens, at);
}

/** "a third of the picture", "half the picture", "three eighths of a turn", "by a third", "a third larger". */
export const readPart: Reader = (tokens, at) => {
  const part = readFraction(tokens, at);
  if (part === undefined) return undefined;
  const end = at + part.length;
  const rest = ofThePicture(tokens, end, tokens[at] === "half");
  if (rest > 0) return amount({ type: "percent", value: part.value * 100, to: false }, part.length + rest);
  if (tokens.slice(end, end + 3).join(" ") === "of a turn") {
    return amount({ type: "degrees", value: 360 * part.value }, part.length + 3);
  }
  if (!standsAlone(tokens, at, end)) return undefined;
  return amount({ type: "percent", value: 100 * part.value, to: tokens[at - 1] === "to" }, part.length);
};

/** A bare part is an amount after "by" or "to" and before a comparative; elsewhere it belongs to other words. */
function standsAlone(tokens: readonly string[], at: number, end: number): boolean {
  if (words.SIZES.has(tokens[end] ?? "")) return true;
  return /^(by|to)$/.test(tokens[at - 1] ?? "") && !/^(of|turn|circle|way)$/.test(tokens[end] ?? "");
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
