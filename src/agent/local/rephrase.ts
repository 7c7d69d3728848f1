/** Everyday ways of saying a motion, put into the grammar's own words. The sentence is in lower case already. */
import { VERBS } from "./words.ts";

const LITTLE = "(?:a (?:little|bit|tad|touch)(?: bit)?|slightly|somewhat)";
const MUCH = "(?:way|far|much|a lot)";
const SUBJECT = "(?:(?:it|that|this)(?:'s| is| was| looks| seems)|the [a-z]+(?: [a-z]+)?(?:'s| is| looks| seems))";

/** What is "too low" is to go up. */
const CURES: Readonly<Record<string, string>> = {
  low: "move it up",
  high: "move it down",
  "far left": "move it right",
  "far right": "move it left",
  "far up": "move it down",
  "far down": "move it up",
  big: "make it smaller",
  large: "make it smaller",
  small: "make it bigger",
  tiny: "make it bigger",
  wide: "make it narrower",
  narrow: "make it wider",
  tall: "make it shorter",
  short: "make it taller",
};
const TOO = new RegExp(
  `^(?:${SUBJECT}) (?:still )?(?:(${LITTLE}) |${MUCH} )?too (${Object.keys(CURES).join("|")})(?: now)?$`,
);

/** "That was too much", "too far": less of the last motion. */
const EXCESS = new RegExp(
  `^(?:${SUBJECT} |now ${SUBJECT} )?(?:(?:${LITTLE}|${MUCH}) )?too (?:much|far)(?: now)?(?:[ ,]+(?:so )?(?:only |just |make it )?(half)(?: of)?(?: that| of it| as (?:much|far))?)?$`,
);
const LESS = new RegExp(`^(?:now |and |but |just |make it )*${LITTLE} less(?: of that)?$`);
const HALF = /^(?:only |just |make (?:it|that) )?half (?:of )?(?:that|as (?:much|far))$/;
const OPPOSITE =
  /^(?:no|nope|actually|sorry|oh|oops|wait|i mean(?:t)?)[ ,]+(?:i mean(?:t)? )?(?:in )?(?:the )?(?:other|opposite) (?:way|direction)(?: round| around)?$/;

/** "would you mind lifting", "how about moving", "try turning". */
const GERUND = /^(?:(?:would|do|could) you mind|how about|what about|try|consider) (?:just )?([a-z]+)ing\b/;

/** "I'd like it to be", "I want it to go". */
const WISH = /\b(like|want|need|prefer) ((?:[a-z']+ ){1,4}?)to (?:be|go|move|come|sit)\b/;

/** "spin it round by 45": the word adds nothing to an amount. */
const ROUND =
  /\b((?:turn|spin|rotate|swing|twist)(?: [a-z']+){0,3}?) (?:round|around)(?= (?:by|to the|clockwise|counterclockwise|\d))/;

/** The sentence itself where nothing is known to be another way of saying something. */
export function rephrased(sentence: string): string {
  const plain = sentence.trim().replace(/[.!?\s]+$/, "");
  const [whole, little, much] = TOO.exec(plain) ?? [];
  if (whole !== undefined) return `${CURES[much ?? ""]}${little === undefined ? "" : " a little"}`;
  if (OPPOSITE.test(plain)) return "opposite-of-it";
  const excess = EXCESS.exec(plain);
  if (HALF.test(plain) || excess?.[1] !== undefined) return "half-of-it";
  if (LESS.test(plain)) return "bit-less";
  if (excess !== null) return "less";
  return plain
    .replace(GERUND, (all, stem: string) => imperative(stem) ?? all)
    .replace(WISH, "$1 $2be")
    .replace(ROUND, "$1");
}

/** "lift" of "lifting", "rotate" of "rotating", "drag" of "dragging"; undefined where none is a verb of the grammar. */
function imperative(stem: string): string | undefined {
  const undoubled = /(.)\1$/.test(stem) ? [stem.slice(0, -1)] : [];
  return [stem, `${stem}e`, ...undoubled].find((word) => VERBS.has(word));
}
