/** From a clause to motions: which words a verb can do something with, and what is assumed where nothing was said. */
import type { Clause } from "./clauses.ts";
import { combine } from "./phrases.ts";
import { type Amount, notUnderstood, type SpokenMotion, type Toward } from "./spoken.ts";
import { COLOURS, LEFT, RIGHT } from "./words.ts";

export interface Reading {
  readonly motions: readonly SpokenMotion[];
  readonly assumed: readonly string[];
}

export function readMotions(clause: Clause): Reading {
  const kind = kindOf(clause);
  switch (kind) {
    case "move":
      return readMove(clause);
    case "turn":
      return readTurn(clause);
    case "scale":
      return readScale(clause);
    case "again":
      return {
        motions: [{ type: "again", reverse: clause.again?.reverse ?? false, ...only(clause.amounts) }],
        assumed: [],
      };
    default: {
      const never: never = kind;
      throw new TypeError(`Unknown kind of clause: ${String(never)}`);
    }
  }
}

/** The verb decides; "make", "be" and no verb at all leave it to the other words. */
function kindOf(clause: Clause): "move" | "turn" | "scale" | "again" {
  const verb = clause.verb;
  if (COLOURS.has(lastWord(clause)) && !says(clause)) throw notUnderstood("colour changes are not geometry");
  if (verb?.kind === "turn" || verb?.kind === "scale") return verb.kind;
  if (verb?.kind === "stretch") return clause.directions.length > 0 ? "move" : "scale";
  if (verb?.kind === "move") return clause.again !== undefined && !says(clause) ? "again" : "move";
  return kindOfWords(clause);
}

function kindOfWords(clause: Clause): "move" | "turn" | "scale" | "again" {
  if (clause.size !== undefined || clause.amounts.some((one) => one.type === "times" || one.type === "share"))
    return "scale";
  if (clause.clockwise !== undefined || clause.amounts.some((one) => one.type === "degrees")) return "turn";
  if (clause.directions.length > 0 || clause.place !== undefined) return "move";
  if (clause.again !== undefined) return "again";
  throw notUnderstood(nothingSaid(clause));
}

function nothingSaid(clause: Clause): string {
  if (clause.verb === undefined) return "No motion was found in these words";
  return `"${clause.word}" with these words is not geometry: things can only be moved, turned and scaled`;
}

function says(clause: Clause): boolean {
  return (
    clause.directions.length > 0 || clause.place !== undefined || clause.clockwise !== undefined || hasDegrees(clause)
  );
}

function hasDegrees(clause: Clause): boolean {
  return clause.amounts.some((one) => one.type === "degrees");
}

function lastWord(clause: Clause): string {
  return (clause.ignored.at(-1) ?? clause.label).split(" ").at(-1) ?? "";
}

function only(amounts: readonly Amount[]): { amount?: Amount } {
  if (amounts.length > 1) throw notUnderstood(`Expected one amount, got ${amounts.length}`);
  return amounts[0] === undefined ? {} : { amount: amounts[0] };
}

function readMove(clause: Clause): Reading {
  const stretch = clause.verb?.kind === "stretch";
  if (clause.place !== undefined) return readPlaced(clause);
  const directions = directionsOf(clause);
  if (directions.length === 0) return readTurnInstead(clause);
  if (hasDegrees(clause)) throw notUnderstood('A move needs a length, got degrees: say "and turn it …" for a rotation');
  const amounts =
    clause.amounts.length === 0 && clause.verb?.kind === "move" && clause.verb.little ? [little] : clause.amounts;
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

function readPlaced(clause: Clause): Reading {
  if (clause.place === undefined || clause.amounts.length > 0) {
    throw notUnderstood("Expected either a place to move to or how far to move, got both");
  }
  return { motions: [{ type: "place", place: clause.place }], assumed: [] };
}

/** "move it 30 degrees" can only be a rotation; "move it 40 px" lacks a direction. */
function readTurnInstead(clause: Clause): Reading {
  if (clause.clockwise === undefined && !hasDegrees(clause)) {
    throw notUnderstood(`"${clause.word}" needs a direction: left, right, up, down, or a place`);
  }
  const turned = readTurn(clause);
  return { motions: turned.motions, assumed: [`"${clause.word}" by an angle = a rotation`, ...turned.assumed] };
}

function readTurn(clause: Clause): Reading {
  const amount = only(clause.amounts);
  if (amount.amount !== undefined && !["degrees", "vague", "plain"].includes(amount.amount.type)) {
    throw notUnderstood("A rotation needs degrees or a part of a turn, got another unit");
  }
  if (clause.place !== undefined) throw notUnderstood("A rotation needs degrees, got a place");
  const side = clause.directions[0];
  const vertical = clause.directions.some((toward) => toward[1] !== 0);
  if (vertical) throw notUnderstood('A rotation goes clockwise or counter-clockwise, got "up" or "down"');
  const clockwise = clause.clockwise ?? (side === undefined ? true : side[0] === RIGHT[0]);
  return { motions: [{ type: "turn", clockwise, ...amount }], assumed: senseAssumed(clause, side) };
}

function senseAssumed(clause: Clause, side: Toward | undefined): string[] {
  if (clause.clockwise !== undefined) return [];
  if (side === undefined) return ["no sense was said = clockwise"];
  return [side[0] === LEFT[0] ? "to the left = counter-clockwise" : "to the right = clockwise"];
}

function readScale(clause: Clause): Reading {
  const verb = clause.verb;
  if (clause.directions.length > 0)
    throw notUnderstood("A change of size needs a factor or a per cent, got a direction");
  if (verb?.kind === "scale" && verb.times !== undefined) {
    return {
      motions: [{ type: "scale", axis: axisOf(clause), amount: { type: "times", value: verb.times, of: "both" } }],
      assumed: [],
    };
  }
  const amount = only(clause.amounts);
  const grow = clause.size?.grow ?? (verb?.kind === "scale" || verb?.kind === "stretch" ? verb.grow : undefined);
  if (amount.amount !== undefined && "value" in amount.amount && !(amount.amount.value > 0)) {
    throw notUnderstood(`Expected a factor above 0, got ${amount.amount.value}`);
  }
  if (grow === undefined && amount.amount === undefined)
    throw notUnderstood(`"${clause.word}" needs a factor, for example 1.3`);
  return {
    motions: [{ type: "scale", axis: axisOf(clause), ...(grow === undefined ? {} : { grow }), ...amount }],
    assumed: [],
  };
}

function axisOf(clause: Clause): "both" | "width" | "height" {
  const of = clause.amounts.map((one) => (one.type === "share" || one.type === "times" ? one.of : "both"))[0] ?? "both";
  const said = clause.axis ?? (clause.size !== undefined && clause.size.axis !== "both" ? clause.size.axis : undefined);
  if (said !== undefined || of !== "both") return said ?? of;
  if (clause.verb?.kind === "scale") return clause.verb.axis;
  if (clause.verb?.kind === "stretch")
    throw notUnderstood(`"${clause.word}" needs "horizontally" or "vertically", or a direction`);
  return "both";
}
