/** Words that speak of an earlier turn and of another thing: "no, the other one", "do the same to the second one". */
import { bare } from "./answers.ts";

export interface Reference {
  /** `correct`: the last turn was about the wrong thing, so it is done again without it. `same`: the other thing too. */
  readonly type: "correct" | "same";
  /** What was said of the other thing: "the other one", "the second one", "bottle". */
  readonly thing: string;
}

const SAME =
  /^(?:and |now |then )*(?:(?:please )?(?:do|make|apply|try|repeat) )?(?:exactly )?(?:the )?same(?: (?:thing|motion|edit|again))?(?: (?:to|with|for|on) (.+))$/;
const TOO = /^(?:and |now |then )*(?:also )?(?:do )?(the (?:other|\w+) (?:one|thing))(?: too| as well| now)?$/;
const WRONG = /^(?:(?:that(?:'s| is|was)?|it(?:'s| is)?) )?(?:the )?wrong (?:one|thing)$|^not (?:that|this)(?: one)?$/;
const CORRECTION =
  /^(?:no|nope|not (?:that|this)(?: one)?|wrong(?: one)?)[ ,;:.!-]+(?:i mean(?:t)? |rather |take |use )?(the .+|that .+)$|^i mean(?:t)? (the .+)$/;

/** "No, the other way" speaks of the motion, not of another thing. */
const DIRECTION = /\b(?:the )?(?:other|opposite) (?:way|direction)(?: round| around)?$/;

export function readReference(text: string): Reference | undefined {
  const words = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[.!?\s]+$/, "")
    .trim();
  const corrected = DIRECTION.test(words) ? null : CORRECTION.exec(words);
  if (corrected) return { type: "correct", thing: corrected[1] ?? corrected[2] ?? "" };
  if (WRONG.test(words)) return { type: "correct", thing: "the other one" };
  const [, thing] = SAME.exec(words) ?? TOO.exec(bare(words)) ?? [];
  return thing === undefined ? undefined : { type: "same", thing };
}
