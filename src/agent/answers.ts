/** Which of a question's choices an answer means: by number, by place, or by its own words. */
import type { Box } from "../engine/raster.ts";
import type { Choice } from "./question.ts";

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
const COUNTS = ["one", "two", "three", "four", "five", "six", "seven", "eight"];

/** The side a word names, as what grows towards it. */
const SIDES: Readonly<Record<string, (box: Box) => number>> = {
  left: (box) => -box[0],
  right: (box) => box[2],
  top: (box) => -box[1],
  upper: (box) => -box[1],
  bottom: (box) => box[3],
  lower: (box) => box[3],
  big: area,
  bigger: area,
  larger: area,
  biggest: area,
  largest: area,
  small: (box) => -area(box),
  smaller: (box) => -area(box),
  smallest: (box) => -area(box),
};

/** undefined where the words are no answer: then they are a request of their own. */
export function chosen(words: string, choices: readonly Choice[]): Choice | undefined {
  const plain = bare(words);
  const number = numberIn(plain, choices.length);
  if (number !== undefined) return numbered(number, choices);
  const same = choices.find(({ say }) => bare(say) === plain);
  return same ?? sideOf(plain, choices);
}

/** The numbers of the picture hold, where the choices name them; else their order. */
function numbered(number: number, choices: readonly Choice[]): Choice | undefined {
  const named = choices.map(({ say }) => numberIn(bare(say).replace(/,.*/, "")));
  return choices[named.some((one) => one !== undefined) ? named.indexOf(number) : number - 1];
}

/** "2", "number two", "the second one", "the last one": counts from 1; undefined for other words. */
export function numberIn(plain: string, last?: number): number | undefined {
  const [, digits] = /^(?:number |no\.? |#)?(\d)$/.exec(plain) ?? [];
  if (digits !== undefined) return Number(digits);
  const [, count = "", ordinal = ""] = /^(?:number (\w+)|(?:the )?(\w+)(?: one| thing)?)$/.exec(plain) ?? [];
  if (ordinal === "last") return last;
  return COUNTS.indexOf(count) + 1 || ORDINALS.indexOf(ordinal) + 1 || undefined;
}

/** "the left one", "the one at the top", "the bigger one". */
function sideOf(plain: string, choices: readonly Choice[]): Choice | undefined {
  const side = sideIn(plain);
  const placed = choices.flatMap((choice) => (choice.box === undefined ? [] : [{ choice, box: choice.box }]));
  if (side === undefined || placed.length === 0) return undefined;
  return placed.reduce((best, one) => (side(one.box) > side(best.box) ? one : best)).choice;
}

/** How far a box lies to the side that the words name. */
export function sideIn(plain: string): ((box: Box) => number) | undefined {
  const [, before, after] =
    /^(?:the )?(?:(\w+)(?:[- ]?(?:hand|most))? (?:one|thing)|one (?:on|at) the (\w+))$/.exec(plain) ?? [];
  return SIDES[before ?? after ?? ""];
}

export function bare(words: string): string {
  return words
    .normalize("NFKC")
    .toLowerCase()
    .replace(/^(?:i mean(?:t)?|no|yes|ok|please)\b[ ,]*/, "")
    .replace(/[.!?\s]+$/, "")
    .replace(/,? please$/, "")
    .trim();
}

function area([x0, y0, x1, y1]: Box): number {
  return (x1 - x0) * (y1 - y0);
}
