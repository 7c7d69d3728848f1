/** From a clause to motions. Whatever was said and has no part in the motion is refused, never dropped. */
import type { Clause } from "./clauses.ts";
import { type Kind, kindOf, only, type Reading } from "./kinds.ts";
import { readMove } from "./moves.ts";
import { readScale } from "./sizes.ts";
import { notUnderstood, type SpokenMotion } from "./spoken.ts";
import { readTurn } from "./turns.ts";

export function readMotions(clause: Clause): Reading {
  const kind = kindOf(clause);
  const reading = readKind(kind, clause);
  const unused = unusedBy(reading.motions[0]?.type ?? kind, clause);
  if (unused !== undefined)
    throw notUnderstood(`I do not know what ${unused} means here: say one motion after the other`);
  return reading;
}

function readKind(kind: Kind, clause: Clause): Reading {
  switch (kind) {
    case "move":
      return readMove(clause);
    case "turn":
      return readTurn(clause);
    case "scale":
      return readScale(clause);
    case "again":
      return { motions: [readAgain(clause)], assumed: lessAssumed(clause) };
    default: {
      const never: never = kind;
      throw new TypeError(`Unknown kind of clause: ${String(never)}`);
    }
  }
}

/** What was asked for back, as a part of the last motion. */
function lessAssumed({ again, amounts }: Clause): string[] {
  if (again?.times === undefined || again.times >= 1 || amounts.length > 0) return [];
  return [`${again.word} = ${again.times === 0.25 ? "a quarter" : "half"} of the last motion less`];
}

function readAgain({ verb, again, amounts }: Clause): SpokenMotion {
  const of = verb?.kind === "move" || verb?.kind === "turn" ? { of: verb.kind } : {};
  const times = again?.times === undefined ? {} : { times: again.times };
  return { type: "again", reverse: again?.reverse ?? false, ...of, ...only(amounts), ...times };
}

/** What each motion can make use of, besides amounts and "again". */
const USES: Readonly<Record<SpokenMotion["type"], readonly (keyof Clause)[]>> = {
  move: ["directions"],
  place: ["place", "axis"],
  turn: ["clockwise", "pivot"],
  upright: [],
  scale: ["size", "axis"],
  again: [],
};

function unusedBy(type: SpokenMotion["type"], clause: Clause): string | undefined {
  const said: readonly (readonly [keyof Clause, boolean, string])[] = [
    // "turn it to the left": the side stands for the sense.
    [
      "directions",
      clause.directions.length > 0 && (type !== "turn" || clause.clockwise !== undefined),
      "the direction",
    ],
    ["place", clause.place !== undefined, "the place"],
    ["clockwise", clause.clockwise !== undefined, "the sense of turning"],
    ["pivot", clause.pivot !== undefined, "the fixed point"],
    ["size", clause.size !== undefined, "the size"],
    ["axis", clause.axis !== undefined, "the axis"],
  ];
  return said.find(([field, given]) => given && !USES[type].includes(field))?.[2];
}
