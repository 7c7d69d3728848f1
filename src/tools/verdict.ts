/** What the free pixel measures say of a result, and the one thing to change next. */
import type { EditOutcome, Gates } from "../engine/api.ts";
import type { Change, Critique } from "./assistant.ts";

export interface MeasuredVerdict extends Pick<Critique, "verdict" | "change"> {
  /** What fell short, in words; empty when nothing did. */
  readonly missed: readonly string[];
}

interface Rule {
  readonly name: string;
  readonly gate: keyof Gates;
  readonly wanted: { readonly least: number } | { readonly most: number };
  readonly what: Change;
  readonly why: string;
}

/** In the order in which they are worth mending. */
const RULES: readonly Rule[] = [
  {
    name: "source cleared",
    gate: "sourceCleared",
    wanted: { least: 0.5 },
    what: "grow-mask",
    why: "the thing still shows at its old place: the region is likely too small",
  },
  {
    name: "target arrived",
    gate: "targetArrived",
    wanted: { least: 0.5 },
    what: "other-type",
    why: "the target does not show the thing: another kind of motion may fit",
  },
  {
    name: "seam energy",
    gate: "seamEnergy",
    wanted: { most: 2 },
    what: "grow-mask",
    why: "a seam shows around the edit: the region may cut through the thing's outline",
  },
  {
    name: "fill texture",
    gate: "fillTexture",
    wanted: { least: 0.3 },
    what: "slower-tier",
    why: "the vacated place is smeared",
  },
];

/** Doing nothing must be beaten by more than the measures' noise. */
const MARGIN = 0.01;

/** Of the picture that was kept. */
export function measuredVerdict({ tier, tiers, nothing, receipt }: EditOutcome): MeasuredVerdict {
  const gates = tiers[tier];
  if (receipt.lossless && receipt.outsideChanged > 0) {
    return undoing(`${receipt.outsideChanged} pixels outside the edit changed (wanted 0)`);
  }
  if (gates === undefined) return { verdict: "accept", missed: [] };
  if (nothing && gates.score < nothing.score + MARGIN) {
    return undoing(`score ${gates.score.toFixed(2)}, doing nothing scores ${nothing.score.toFixed(2)}`);
  }
  const broken = RULES.filter(({ gate, wanted }) => !holds(gates[gate], wanted));
  const [first] = broken;
  if (first === undefined) return { verdict: "accept", missed: [] };
  const missed = broken.map((rule) => missText(rule, gates));
  // There is no slower tier than full: a faster one may fill more quietly.
  const what = first.what === "slower-tier" && tier === "full" ? "faster-tier" : first.what;
  return { verdict: "retry", missed, change: { what, why: first.why } };
}

function undoing(why: string): MeasuredVerdict {
  return { verdict: "undo", missed: [why], change: { what: "undo", why } };
}

function holds(value: number, wanted: Rule["wanted"]): boolean {
  return "least" in wanted ? value >= wanted.least : value <= wanted.most;
}

function missText({ name, gate, wanted }: Rule, gates: Gates): string {
  const bound = "least" in wanted ? `at least ${wanted.least}` : `at most ${wanted.most}`;
  return `${name} ${gates[gate].toFixed(2)} (wanted ${bound})`;
}
