/** Reads a clause as a change of size. */
import type { Clause } from "./clauses.ts";
import { only, type Reading } from "./kinds.ts";
import { type Amount, type Axis, notUnderstood } from "./spoken.ts";

export function readScale(clause: Clause): Reading {
  if (clause.directions.length > 0) {
    throw notUnderstood("A change of size needs a factor or a per cent, got a direction");
  }
  const { verb, size } = clause;
  const amount =
    verb?.kind === "scale" && verb.times !== undefined ? timesOf(verb.times, clause) : only(clause.amounts);
  const grow = size?.grow ?? (verb?.kind === "scale" || verb?.kind === "stretch" ? verb.grow : undefined);
  if (amount.amount !== undefined) positive(amount.amount);
  else if (grow === undefined) throw notUnderstood(`"${clause.word}" needs a factor, for example 1.3`);
  const motion = { type: "scale", axis: axisOf(clause), ...(grow === undefined ? {} : { grow }), ...amount } as const;
  return { motions: [motion], assumed: [] };
}

/** "double", "halve": the verb is the amount. */
function timesOf(value: number, { amounts, word }: Clause): { amount: Amount } {
  if (amounts.length > 0) throw notUnderstood(`"${word}" is an amount itself, got another one`);
  return { amount: { type: "times", value, of: "both" } };
}

function positive(amount: Amount): void {
  if ("value" in amount && !(amount.value > 0)) throw notUnderstood(`Expected a factor above 0, got ${amount.value}`);
}

function axisOf({ amounts, axis, size, verb, word }: Clause): Axis {
  const of = amounts.map((one) => (one.type === "share" || one.type === "times" ? one.of : "both"))[0] ?? "both";
  const said = [axis, size?.axis, of].find((one) => one !== undefined && one !== "both");
  if (said !== undefined) return said;
  if (verb?.kind === "scale") return verb.axis;
  if (verb?.kind === "stretch") throw notUnderstood(`"${word}" needs "horizontally" or "vertically", or a direction`);
  return "both";
}
