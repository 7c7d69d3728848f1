/** Which kind of motion a clause speaks of. */
import type { Clause } from "./clauses.ts";
import { type Amount, notUnderstood, type SpokenMotion } from "./spoken.ts";
import { COLOURS } from "./words.ts";

/** What a clause says, and what was taken for granted in reading it. */
export interface Reading {
  readonly motions: readonly SpokenMotion[];
  readonly assumed: readonly string[];
}

export type Kind = "move" | "turn" | "scale" | "again";

/** The verb decides; "make", "be" and no verb at all leave it to the other words. */
export function kindOf(clause: Clause): Kind {
  if (COLOURS.has(lastWord(clause)) && !says(clause)) throw notUnderstood("colour changes are not geometry");
  const { verb, again } = clause;
  if (clause.upright !== undefined) return "turn";
  switch (verb?.kind) {
    case "turn":
      return again !== undefined && !saysWhere(clause) ? "again" : "turn";
    case "move":
      return again !== undefined && !says(clause) ? "again" : "move";
    case "scale":
      return "scale";
    case "stretch":
      return clause.directions.length > 0 ? "move" : "scale";
    default:
      return kindOfWords(clause);
  }
}

function kindOfWords(clause: Clause): Kind {
  const types = clause.amounts.map((amount) => amount.type);
  if (clause.size !== undefined || types.includes("times") || types.includes("share")) return "scale";
  if (clause.clockwise !== undefined || types.includes("degrees")) return "turn";
  if (clause.directions.length > 0 || clause.place !== undefined) return "move";
  if (clause.again !== undefined) return "again";
  throw notUnderstood(nothingSaid(clause));
}

function nothingSaid({ verb, word }: Clause): string {
  if (verb === undefined) return "No motion was found in these words";
  return `"${word}" with these words is not geometry: things can only be moved, turned and scaled`;
}

function saysWhere(clause: Clause): boolean {
  return clause.directions.length > 0 || clause.place !== undefined || clause.clockwise !== undefined;
}

function says(clause: Clause): boolean {
  return saysWhere(clause) || hasDegrees(clause);
}

export function hasDegrees(clause: Clause): boolean {
  return clause.amounts.some((one) => one.type === "degrees");
}

function lastWord({ ignored, name }: Clause): string {
  return (ignored.at(-1) ?? name.at(-1) ?? "").split(" ").at(-1) ?? "";
}

/** At most one amount. */
export function only(amounts: readonly Amount[]): { amount?: Amount } {
  if (amounts.length > 1) throw notUnderstood(`Expected one amount, got ${amounts.length}`);
  return amounts[0] === undefined ? {} : { amount: amounts[0] };
}
