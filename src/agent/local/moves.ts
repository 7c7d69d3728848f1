/** Reads a clause as a move: directions with lengths, or a place. */
import type { Clause } from "./clauses.ts";
import { hasDegrees, only, type Reading } from "./kinds.ts";
import { combine } from "./read-places.ts";
import { type Amount, notUnderstood, type SpokenMotion, type Toward } from "./spoken.ts";
import { readTurn } from "./turns.ts";

export function readMove(clause: Clause): Reading {
  const stretch = clause.verb?.kind === "stretch" || bends(clause);
  if (clause.again?.word === "less") throw notUnderstood('"less" of a direction is unclear: say the other direction');
  if (clause.place !== undefined) return readPlaced(clause, stretch);
  const directions = directionsOf(clause);
  if (directions.length === 0) return readTurnInstead(clause);
  if (hasDegrees(clause)) throw notUnderstood('A move needs a length, got degrees: say "and turn it …" for a rotation');
  const nudged = clause.verb?.kind === "move" && clause.verb.little === true;
  const amounts = clause.amounts.length === 0 && nudged ? [little] : clause.amounts;
  return { motions: pair(directions, amounts, stretch), assumed: [] };
}

const little: Amount = { type: "vague", size: "little" };

/** One length serves all directions of its clause; otherwise each direction has its own. */
function pair(directions: readonly Toward[], amounts: readonly Amount[], stretch: boolean): SpokenMotion[] {
  if (amounts.length <= 1) {
    const toward = directions.reduce(combine, [0, 0]);
    return [{ type: "move", toward, ...only(amounts), stretch }];
  }
  if (amounts.length !== directions.length) {
    throw notUnderstood(`Expected a length for each direction, got ${amounts.length} for ${directions.length}`);
  }
  directions.reduce(combine, [0, 0]);
  return directions.map((toward, index) => ({
    type: "move",
    toward,
    ...only(amounts.slice(index, index + 1)),
    stretch,
  }));
}

function directionsOf(clause: Clause): readonly Toward[] {
  const implied = clause.verb?.kind === "move" ? clause.verb.toward : undefined;
  if (implied === undefined) return clause.directions;
  return clause.directions.length === 0 ? [implied] : [combineAll([implied, ...clause.directions])];
}

function combineAll(directions: readonly Toward[]): Toward {
  return directions.reduce(combine, [0, 0]);
}

function bends({ verb }: Clause): boolean {
  return verb?.kind === "move" && verb.bend === true;
}

function readPlaced(clause: Clause, stretch: boolean): Reading {
  if (clause.place === undefined || clause.amounts.length > 0) {
    throw notUnderstood("Expected either a place to move to or how far to move, got both");
  }
  const axis = clause.axis === undefined ? {} : { axis: clause.axis };
  return { motions: [{ type: "place", place: clause.place, stretch, ...axis }], assumed: [] };
}

/** "move it 30 degrees" can only be a rotation; "move it 40 px" lacks a direction. */
function readTurnInstead(clause: Clause): Reading {
  if (clause.clockwise === undefined && !hasDegrees(clause)) {
    throw notUnderstood(`"${clause.word}" needs a direction: left, right, up, down, or a place`);
  }
  if (bends(clause)) throw notUnderstood(`"${clause.word}" needs a direction and a length, got an angle`);
  const turned = readTurn(clause);
  return { motions: turned.motions, assumed: [`"${clause.word}" by an angle = a rotation`, ...turned.assumed] };
}
