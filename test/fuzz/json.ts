/** Damage to JSON: values of other kinds and sizes, keys too many and too few, nesting that no reader expects. */
import { damaged } from "./bytes.ts";
import type { Dice } from "./dice.ts";
import { MOST_BYTES } from "./target.ts";

type Path = readonly (string | number)[];

/** Stands for what `JSON.stringify` could not write; replaced in the text. */
const DEEP = "\u0001deep";
const HUGE = "\u0001huge";

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  17,
  255,
  256,
  65536,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  1e15,
  1e308,
  -1e308,
  5e-324,
];
const JUNK: readonly unknown[] = [
  null,
  true,
  false,
  "",
  [],
  {},
  "constructor",
  "__proto__",
  "\ud800",
  "\u0000",
  "\u202e",
  "../../etc/passwd",
  "data:image/png;base64,AAAA",
  "x".repeat(5000),
  DEEP,
  HUGE,
];

/** The text with one to four places changed; text that is no JSON, and some that is, is damaged as bytes. */
export function damagedJson(input: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array {
  if (dice.once(8)) return damaged(input, other, dice, ["{", "}", "[", "]", '"', ":", ",", "1e999", "-", "null"]);
  try {
    let value: unknown = JSON.parse(Buffer.from(input).toString());
    for (let left = dice.of([1, 1, 1, 2, 2, 3, 4]); left > 0; left--) value = changed(value, donor(other), dice);
    const text = Buffer.from(textOf(value, dice));
    return text.length <= MOST_BYTES ? text : damaged(input, other, dice);
  } catch {
    return damaged(input, other, dice, ["{", "}", "[", "]", '"', ":", ","]);
  }
}

function donor(other: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(other).toString());
  } catch {
    return null;
  }
}

function textOf(value: unknown, dice: Dice): string {
  const text = JSON.stringify(value) ?? "null";
  const depth = dice.of([10, 100, 1000, 10_000, 60_000]);
  return text
    .replaceAll(JSON.stringify(DEEP), () => (dice.once(2) ? "[".repeat(depth) + "]".repeat(depth) : nested(depth)))
    .replaceAll(
      JSON.stringify(HUGE),
      () => `[${Array.from({ length: dice.of([100, 5000, 40_000]) }, () => "1").join()}]`,
    );
}

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}0${"}".repeat(depth)}`;
}

function changed(value: unknown, other: unknown, dice: Dice): unknown {
  const places = placesIn(value);
  const path = dice.of(places);
  const found = at(value, path);
  if (typeof found === "object" && found !== null && dice.once(2)) return put(value, path, reshaped(found, dice));
  const made = dice.once(3) ? at(other, dice.of(placesIn(other))) : replacement(found, dice);
  return put(value, path, made);
}

function replacement(found: unknown, dice: Dice): unknown {
  if (dice.once(3)) return dice.of(JUNK);
  if (typeof found === "number") return dice.once(2) ? dice.of(NUMBERS) : found * dice.of([-1, 0.001, 0.5, 2, 1000]);
  if (typeof found === "string") return mixed(found, dice);
  return dice.once(2) ? dice.of(NUMBERS) : dice.of(JUNK);
}

function mixed(text: string, dice: Dice): string {
  return Buffer.from(damaged(Buffer.from(text, "latin1"), Buffer.from("0"), dice)).toString("latin1");
}

/** One key or item less, more, twice or in another place. */
function reshaped(found: object, dice: Dice): unknown {
  if (Array.isArray(found)) {
    const items: unknown[] = [...found];
    const i = dice.whole(items.length + 1);
    const times = dice.of([1, 1, 2, 20, 2000]);
    if (dice.once(2)) items.splice(i, 1);
    else
      items.splice(i, 0, ...Array.from({ length: times }, () => (items.length > 0 ? dice.of(items) : dice.of(JUNK))));
    return items;
  }
  const entries = Object.entries(found);
  const i = dice.whole(entries.length + 1);
  if (dice.once(2)) entries.splice(i, 1);
  else entries.splice(i, 0, [dice.of(["a", "__proto__", "constructor", "type", "", "0", "toString"]), dice.of(JUNK)]);
  // Object.fromEntries defines "__proto__" as an own key, as JSON.parse does.
  return Object.fromEntries(entries);
}

function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null || path.length > 12) return [path];
  const keys: (string | number)[] = Array.isArray(value) ? value.slice(0, 50).map((_, i) => i) : Object.keys(value);
  return [path, ...keys.flatMap((key) => placesIn(Reflect.get(value, key), [...path, key]))];
}

function at(value: unknown, path: Path): unknown {
  let found = value;
  for (const key of path) found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}

function put(value: unknown, [key, ...rest]: Path, made: unknown): unknown {
  if (key === undefined) return made;
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? put(item, rest, made) : item));
  const entries = Object.entries(value as object).map(([name, inner]): [string, unknown] => [
    name,
    name === key ? put(inner, rest, made) : inner,
  ]);
  return Object.fromEntries(entries);
}
