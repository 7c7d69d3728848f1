/** Reads directions ("up and to the left"), places ("to the top left corner") and pivots ("about its base"). */
import { isNoun, type Match, type Reader } from "./items.ts";
import { ofThePicture } from "./read-parts.ts";
import { notUnderstood, type Place, type Toward } from "./spoken.ts";
import * as words from "./words.ts";

/** "to the left", "up and to the left", "down right". "the left window" names a thing, not a direction. */
export const readDirection: Reader = (tokens, at) => {
  const first = oneDirection(tokens, at);
  if (first === undefined) return undefined;
  const joined = tokens[at + first.length] === "and" ? 1 : 0;
  const second = oneDirection(tokens, at + first.length + joined);
  // Opposite ones are left apart: "left to right" is for its clause to judge.
  if (second === undefined || opposite(first.toward, second.toward))
    return { item: { type: "direction", toward: first.toward }, length: first.length };
  const toward = combine(first.toward, second.toward);
  return { item: { type: "direction", toward }, length: first.length + joined + second.length };
};

function oneDirection(tokens: readonly string[], at: number): { toward: Toward; length: number } | undefined {
  const below = readBelow(tokens, at);
  if (below !== undefined) return below;
  const lead = /^(to|towards?)$/.test(tokens[at] ?? "") ? (/^(the|its)$/.test(tokens[at + 1] ?? "") ? 2 : 1) : 0;
  const toward = words.DIRECTIONS.get(tokens[at + lead] ?? "");
  if (toward === undefined || (lead === 0 && isNoun(tokens, at))) return undefined;
  return { toward, length: lead + 1 };
}

/** "80 px below", "just above it"; before another thing these words say where that thing is. */
function readBelow(tokens: readonly string[], at: number): { toward: Toward; length: number } | undefined {
  const toward = words.SIDES.get(tokens[at] ?? "");
  const own = tokens[at + 1] === "it" ? 1 : 0;
  const next = tokens[at + 1 + own];
  if (toward === undefined || !(next === undefined || /^(,|and|then|but|by)$/.test(next))) return undefined;
  return { toward, length: 1 + own };
}

function opposite(a: Toward, b: Toward): boolean {
  return a[0] * b[0] < 0 || a[1] * b[1] < 0;
}

/** Two directions as one; on the same axis they must not cancel. */
export function combine(a: Toward, b: Toward): Toward {
  if (opposite(a, b)) throw notUnderstood("Expected one direction, got two opposite ones");
  return [sign(a[0] + b[0]), sign(a[1] + b[1])];
}

function sign(value: number): -1 | 0 | 1 {
  return value > 0 ? 1 : value < 0 ? -1 : 0;
}

/** "to the top left corner", "in the middle of the picture", "to (450, 320)". */
export const readPlace: Reader = (tokens, at) => {
  if (!/^(to|in|into|at|on|towards?)$/.test(tokens[at] ?? "")) return undefined;
  const point = readPoint(tokens[at + 1]);
  if (point) return placed({ type: "point", at: point }, 2);
  const start = tokens[at + 1] === "the" ? at + 2 : at + 1;
  const found = readMiddle(tokens, start) ?? readEdge(tokens, start, tokens[at] === "to");
  if (found === undefined) return undefined;
  return placed({ type: "edge", toward: found.toward }, found.end + ofThePicture(tokens, found.end) - at);
};

interface Edge {
  readonly toward: Toward;
  readonly end: number;
}

function readMiddle(tokens: readonly string[], start: number): Edge | undefined {
  return /^(middle|centre|center)$/.test(tokens[start] ?? "") ? { toward: [0, 0], end: start + 1 } : undefined;
}

/** "top left corner", "right edge"; a bare "top" or "bottom" only after "to". */
function readEdge(tokens: readonly string[], start: number, bare: boolean): Edge | undefined {
  const first = words.EDGES.get(tokens[start] ?? "");
  if (first === undefined) return undefined;
  const second = words.EDGES.get(tokens[start + 1] ?? "");
  const end = start + (second === undefined ? 1 : 2);
  const toward = second === undefined ? first : combine(first, second);
  if (/^(corner|edge|side|border|margin|end)$/.test(tokens[end] ?? "")) return { toward, end: end + 1 };
  return bare && /^(top|bottom)$/.test(tokens[start] ?? "") ? { toward, end } : undefined;
}

function placed(place: Place, length: number): Match {
  return { item: { type: "place", place }, length };
}

function readPoint(word: string | undefined): [number, number] | undefined {
  const point = /^@(.+)\|(.+)$/.exec(word ?? "");
  return point ? [Number(point[1]), Number(point[2])] : undefined;
}

/** "about its base", "around its left edge", "about (120, 80)": the fixed point of a rotation. */
export const readPivot: Reader = (tokens, at) => {
  if (!/^(about|around|at|on)$/.test(tokens[at] ?? "")) return undefined;
  const point = tokens[at] === "at" ? undefined : readPoint(tokens[at + 1]);
  if (point) return { item: { type: "pivot", pivot: { type: "point", at: point } }, length: 2 };
  if (!/^(its|the)$/.test(tokens[at + 1] ?? "")) return undefined;
  const edge = ownEdge(tokens, at + 2);
  if (edge === undefined || (tokens[at + 1] === "the" && tokens[at] !== "about")) return undefined;
  return { item: { type: "pivot", pivot: { type: "own", toward: edge.toward } }, length: edge.end - at };
};

function ownEdge(tokens: readonly string[], start: number): Edge | undefined {
  if (/^(base|foot|bottom)$/.test(tokens[start] ?? "")) return { toward: words.DOWN, end: start + 1 };
  if (tokens[start] === "top") return { toward: words.UP, end: start + 1 };
  return readMiddle(tokens, start) ?? readEdge(tokens, start, false);
}
