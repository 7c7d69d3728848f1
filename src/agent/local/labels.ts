/** The words that name the thing, and those that were said for nothing. Words that cannot be placed are refused. */
import type { Item } from "./items.ts";
import { notUnderstood } from "./spoken.ts";
import { ARTICLES, PREPOSITIONS, PRONOUNS, RELATIONS, WHOLE } from "./words.ts";

/** As long as a label may be. */
const LONGEST = 200;

/** The first run of words names the thing; words after it are ignored, unless they place it relative to something. */
export function readNames(items: readonly Item[]): { name: readonly string[]; ignored: string[] } {
  const runs = wordRuns(items);
  const relation = relationIn(runs, items);
  if (relation !== undefined) throw notUnderstood(`I cannot tell where "${relation}" is: say a direction and how far`);
  const [first, ...rest] = runs;
  const second = rest.find((run) => items[run.start - 1]?.type === "join");
  if (second !== undefined)
    throw notUnderstood(`I do not know what to do with "${second.words.join(" ")}": say one thing at a time`);
  return {
    name: first?.words ?? [],
    ignored: rest.map((run) => run.words.join(" ")).filter((run) => !PRONOUNS.has(run)),
  };
}

/** "the cat's paw" → "cat's paw". An article amid the words starts a second phrase: "wheel a full circle", "frob the door". */
export function nameOf(words: readonly string[]): string {
  const name =
    words.length > 1 && /^(the|a|an|my|our|your|that|these|those)$/.test(words[0] ?? "") ? words.slice(1) : words;
  const stray = name.findIndex((word, at) => at > 0 && strays(word, name[at - 1] ?? ""));
  if (stray > 0) {
    const verb = stray === 1 && !PRONOUNS.has(name[0] ?? "");
    throw notUnderstood(`I do not know "${verb ? name[0] : name.slice(stray).join(" ")}" here`);
  }
  if (name.length === 1 && WHOLE.has(name[0] ?? "")) {
    throw notUnderstood(`"${name[0]}" is the whole picture: only a part of it can be moved`);
  }
  return name.join(" ").slice(0, LONGEST);
}

function strays(word: string, before: string): boolean {
  return /^(it|them|him)$/.test(before) || /\d\//.test(word) || (ARTICLES.has(word) && !PREPOSITIONS.has(before));
}

interface Run {
  readonly words: string[];
  readonly start: number;
}

function wordRuns(items: readonly Item[]): Run[] {
  const runs: Run[] = [];
  items.forEach((item, index) => {
    if (item.type !== "word") return;
    const last = runs.at(-1);
    if (last !== undefined && last.start + last.words.length === index) last.words.push(item.word);
    else runs.push({ words: [item.word], start: index });
  });
  return runs;
}

/** "towards its face". "the cat behind the tree … left" is a name, as a direction follows it. */
function relationIn(runs: readonly Run[], items: readonly Item[]): string | undefined {
  for (const [order, run] of runs.entries()) {
    const at = run.words.findIndex((word) => RELATIONS.has(word));
    const told = items
      .slice(run.start)
      .some((item) => item.type === "direction" || item.type === "sense" || item.type === "place");
    const named = order === 0 && told && !/^(to|towards?|onto|into|until)$/.test(run.words[at] ?? "");
    if (at >= 0 && !named) return run.words.slice(at).join(" ");
  }
  return undefined;
}
