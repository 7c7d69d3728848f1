/** Numbers in digits or English words: "40", "1.3", "twenty five", "a hundred and twenty". */

const UNITS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

const PARTS: ReadonlyMap<string, number> = new Map(
  "half third quarter fifth sixth seventh eighth ninth tenth".split(" ").map((word, i) => [word, i + 2]),
);

export interface Reading {
  readonly value: number;
  /** How many tokens it took. */
  readonly length: number;
}

/** The number that starts at `tokens[at]`, if one does; "one and a half" and "1 1/2" are 1.5. */
export function readNumber(tokens: readonly string[], at: number): Reading | undefined {
  const whole = readWhole(tokens, at);
  if (whole === undefined) return undefined;
  const end = at + whole.length;
  const joined = /^and (a|an)$/.test(tokens.slice(end, end + 2).join(" ")) ? 1 : 0;
  const part = joined === 1 || WRITTEN.test(tokens[end] ?? "") ? readFraction(tokens, end + joined) : undefined;
  return part === undefined ? whole : { value: whole.value + part.value, length: whole.length + joined + part.length };
}

const WRITTEN = /^(\d+)\/([1-9]\d*)$/;

/** "half", "a third", "two thirds", "1/4": a part of one. */
export function readFraction(tokens: readonly string[], at: number): Reading | undefined {
  const written = WRITTEN.exec(tokens[at] ?? "");
  if (written) return { value: Number(written[1]) / Number(written[2]), length: 1 };
  if (tokens[at] === "half") return { value: 0.5, length: 1 };
  const count = tokens[at] === "a" || tokens[at] === "an" ? 1 : UNITS.indexOf(tokens[at] ?? "");
  const part = PARTS.get((tokens[at + 1] ?? "").replace(/s$/, ""));
  return count < 1 || part === undefined ? undefined : { value: count / part, length: 2 };
}

function readWhole(tokens: readonly string[], at: number): Reading | undefined {
  const word = tokens[at] ?? "";
  if (/^-?\d+(\.\d+)?$|^-?\.\d+$/.test(word)) return { value: Number(word), length: 1 };
  return readHundreds(tokens, at) ?? readBelowHundred(tokens, at);
}

function readHundreds(tokens: readonly string[], at: number): Reading | undefined {
  if (tokens[at + 1] !== "hundred") return undefined;
  const count = tokens[at] === "a" ? 1 : UNITS.indexOf(tokens[at] ?? "");
  if (count < 1) return undefined;
  const joined = tokens[at + 2] === "and" ? 1 : 0;
  const rest = readBelowHundred(tokens, at + 2 + joined);
  if (rest === undefined) return { value: count * 100, length: 2 };
  return { value: count * 100 + rest.value, length: 2 + joined + rest.length };
}

function readBelowHundred(tokens: readonly string[], at: number): Reading | undefined {
  const unit = UNITS.indexOf(tokens[at] ?? "");
  if (unit >= 0) return { value: unit, length: 1 };
  const ten = TENS.indexOf(tokens[at] ?? "");
  if (ten < 0) return undefined;
  const tail = UNITS.indexOf(tokens[at + 1] ?? "");
  const value = (ten + 2) * 10;
  return tail > 0 && tail < 10 ? { value: value + tail, length: 2 } : { value, length: 1 };
}
