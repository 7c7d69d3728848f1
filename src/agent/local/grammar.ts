/** The `local` planner's reading of a request: closed vocabulary, no model, no network, nothing guessed silently. */
import { EditError } from "../../errors.ts";
import { type Clause, readClauses } from "./clauses.ts";
import { nameOf } from "./labels.ts";
import { readMotions } from "./motions.ts";
import { readItems } from "./phrases.ts";
import { EXAMPLES, notUnderstood, type Parsed, type SpokenMotion, type Understood } from "./spoken.ts";
import { tokenize } from "./tokens.ts";
import { COMPARISONS, NEGATIONS, PRONOUNS } from "./words.ts";

const QUESTION =
  /^(what|who|whose|where|why|how|when|which|is|are|was|does|did|can i|may i|can you see|can you tell)\b/;

/** Reads an English sentence. What cannot be read comes back as `not-understood` with the reason and examples. */
export function parseRequest(text: string): Parsed {
  try {
    return understand(text);
  } catch (error) {
    if (error instanceof EditError) return { type: "not-understood", why: error.message, hint: error.hint ?? EXAMPLES };
    throw error;
  }
}

function understand(text: string): Understood {
  const tokens = tokenize(text);
  if (tokens.length === 0) throw notUnderstood("The request is empty");
  if (QUESTION.test(tokens.join(" "))) throw notUnderstood("This is a question; expected a motion");
  const negation = tokens.find((token) => NEGATIONS.has(token));
  if (negation !== undefined) throw notUnderstood(`"${negation}" says what should not happen; say what should`);
  const comparison = tokens.find((token) => COMPARISONS.has(token));
  if (comparison !== undefined) throw notUnderstood(`"${comparison}": I cannot measure other things, say a number`);
  const clauses = readClauses(readItems(tokens));
  const readings = clauses.filter((clause, at) => !onlyCopies(clause, at, clauses)).map(readMotions);
  if (readings.length === 0) throw notUnderstood("No motion was found in these words");
  const motions: readonly SpokenMotion[] = readings.flatMap((reading) => reading.motions);
  return {
    type: "understood",
    label: oneLabel(clauses),
    motions,
    keepSource: clauses.some(isCopy),
    assumed: [...readings.flatMap((r) => r.assumed), ...ignoredIn(clauses)],
  };
}

function isCopy({ verb }: Clause): boolean {
  return verb?.kind === "move" && verb.copy === true;
}

/** "copy the sign and move it left": the copying needs no direction, the next clause has one. */
function onlyCopies(clause: Clause, at: number, all: readonly Clause[]): boolean {
  if (!isCopy(clause) || at === all.length - 1) return false;
  return clause.directions.length + clause.amounts.length === 0 && clause.place === undefined;
}

/** All clauses must speak of one thing: "it" refers back. */
function oneLabel(clauses: readonly Clause[]): string {
  const labels = clauses.map((clause) => nameOf(clause.name)).filter((label) => label !== "");
  const named = [...new Set(labels.filter((label) => !PRONOUNS.has(label)))];
  if (named.length > 1) {
    throw notUnderstood(`Expected one thing in a request, got ${named.map((name) => `"${name}"`).join(" and ")}`);
  }
  return named[0] ?? labels[0] ?? "";
}

function ignoredIn(clauses: readonly Clause[]): string[] {
  return clauses.flatMap((clause) => clause.ignored.map((words) => `ignored "${words}"`));
}
