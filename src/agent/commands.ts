/** Words that go back and forth in the conversation itself; they need no planner. */

export type Command =
  | { readonly type: "undo"; readonly steps: number }
  | { readonly type: "redo"; readonly steps: number }
  | { readonly type: "original" };

const LAST =
  "(?:that|this|it|the last (?:one|edit|change|step|thing)|what you (?:just )?did|your last (?:edit|change))";
const POLITE =
  /^(?:please|ok|okay|no|sorry|oh|hm+|and|now|then|can you|could you|would you|let's|actually|wait)\b[ ,]*/;
const COUNTS = ["one", "two", "three", "four", "five"];

/** Undo is said in few ways: anything longer than these is a request. "Move it back" is one, too: a motion. */
export function readCommand(text: string): Command | undefined {
  const words = bare(text);
  if (
    /^(?:back )?to the (?:original|start|beginning)(?: picture| image| photo)?$|^start (?:over|again)$|^reset(?: it| everything)?$/.test(
      words.replace(/^(?:go|take me) /, ""),
    )
  )
    return { type: "original" };
  if (/^(?:undo|revert) (?:everything|all(?: of (?:it|that))?)$/.test(words)) return { type: "original" };
  if (
    new RegExp(`^(?:undo|revert)(?: ${LAST})?$|^(?:take|put) ${LAST} back$|^go back$|^(?:take back) ${LAST}$`).test(
      words,
    )
  )
    return { type: "undo", steps: 1 };
  const undo = /^(?:undo(?: the last)?|go back) (\w+)(?: (?:steps?|edits?|times|changes))?$/.exec(words);
  if (undo) return stepped("undo", undo[1]);
  if (new RegExp(`^redo(?: ${LAST})?$|^(?:bring|do) ${LAST} back$|^undo the undo$`).test(words))
    return { type: "redo", steps: 1 };
  const redo = /^redo (\w+)(?: (?:steps?|edits?|times|changes))?$/.exec(words);
  return redo ? stepped("redo", redo[1]) : undefined;
}

function bare(text: string): string {
  let words = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[.!?\s]+$/, "")
    .replace(/,? please$/, "")
    .trim();
  for (let shorter = words.replace(POLITE, ""); shorter !== words; shorter = words.replace(POLITE, "")) words = shorter;
  return words.replace(/\s+/g, " ");
}

function stepped(type: "undo" | "redo", count = ""): Command | undefined {
  const steps = count === "twice" ? 2 : COUNTS.indexOf(count) + 1 || Number(count);
  return Number.isInteger(steps) && steps > 0 ? { type, steps } : undefined;
}
