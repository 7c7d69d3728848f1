/** Reads a clause as a rotation. */
import type { Clause } from "./clauses.ts";
import { only, type Reading } from "./kinds.ts";
import { combine } from "./read-places.ts";
import { type Amount, notUnderstood, type Stand, type Toward } from "./spoken.ts";
import { LEFT, MIRRORING, RIGHT } from "./words.ts";

export function readTurn(clause: Clause): Reading {
  if (clause.upright !== undefined) return readUpright(clause, clause.upright);
  const amount = only(clause.amounts);
  if (amount.amount !== undefined && !["degrees", "vague", "plain"].includes(amount.amount.type)) {
    throw notUnderstood("A rotation needs degrees or a part of a turn, got another unit");
  }
  if (clause.place !== undefined) throw notUnderstood("A rotation needs degrees, got a place");
  if (clause.verb?.kind === "turn" && clause.verb.flip && !isHalfTurn(amount.amount)) {
    throw notUnderstood(`"${clause.word}": ${MIRRORING}`);
  }
  const side = clause.directions.length === 0 ? undefined : clause.directions.reduce(combine);
  const vertical = clause.directions.some((toward) => toward[1] !== 0);
  if (vertical) throw notUnderstood('A rotation goes clockwise or counter-clockwise, got "up" or "down"');
  const clockwise = clause.clockwise ?? (side === undefined ? true : side[0] === RIGHT[0]);
  const pivot = clause.pivot === undefined ? {} : { pivot: clause.pivot };
  return { motions: [{ type: "turn", clockwise, ...amount, ...pivot }], assumed: senseAssumed(clause, side) };
}

/** "Turn it upright by 20 degrees" and "tilt it left until it is upright" say two things at once. */
function readUpright({ amounts, clockwise, directions, word }: Clause, stand: Stand): Reading {
  if (amounts.length > 0 || clockwise !== undefined || directions.length > 0) {
    throw notUnderstood(`Expected "upright" or how far to turn, got both (${word})`);
  }
  return { motions: [{ type: "upright", stand }], assumed: [] };
}

function isHalfTurn(amount: Amount | undefined): boolean {
  return amount?.type === "degrees" && Math.abs(amount.value) === 180;
}

function senseAssumed(clause: Clause, side: Toward | undefined): string[] {
  if (clause.clockwise !== undefined) return [];
  if (side === undefined) return ["no sense was said = clockwise"];
  return [side[0] === LEFT[0] ? "to the left = counter-clockwise" : "to the right = clockwise"];
}
