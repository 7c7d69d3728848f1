/** When a result is good enough, and when a turn has had its share. */
import type { Gates, Receipt } from "../engine/api.ts";
import { type Budget, type Spend, stopReason, stopText } from "./model/spend.ts";
import type { EditAnswer } from "./parsing.ts";

/** Bounds of the free pixel gates; see Gates for what each one measures. */
const WANTED = { sourceCleared: 0.5, targetArrived: 0.5, seamEnergy: 2, fillTexture: 0.3 } as const;

export interface Verdict {
  readonly accepted: boolean;
  /** What fell short, in words. */
  readonly missed: readonly string[];
}

export function judge({ gates, receipt }: Pick<EditAnswer, "gates" | "receipt">): Verdict {
  const missed = [...outsideMissed(receipt), ...gatesMissed(gates)];
  return { accepted: missed.length === 0, missed };
}

function outsideMissed({ lossless, outsideChanged }: Receipt): string[] {
  return lossless && outsideChanged > 0 ? [`${outsideChanged} pixels outside the edit changed (wanted 0)`] : [];
}

function gatesMissed(gates: Gates): string[] {
  const rows = [
    ["source cleared", gates.sourceCleared, "at least", WANTED.sourceCleared],
    ["target arrived", gates.targetArrived, "at least", WANTED.targetArrived],
    ["seam energy", gates.seamEnergy, "at most", WANTED.seamEnergy],
    ["fill texture", gates.fillTexture, "at least", WANTED.fillTexture],
  ] as const;
  return rows
    .filter(([, value, bound, wanted]) => (bound === "at least" ? value < wanted : value > wanted))
    .map(([name, value, bound, wanted]) => `${name} ${value.toFixed(2)} (wanted ${bound} ${wanted})`);
}

/** What fell short, as a sentence; empty when nothing did. */
export function missedText(verdict: Verdict | undefined): string {
  if (verdict === undefined || verdict.accepted) return "";
  return `Not every measure was reached: ${verdict.missed.join(", ")}.`;
}

export interface Limits {
  /** Planner steps of the whole turn. */
  readonly steps: number;
  readonly budget: Budget;
}

export interface Used {
  readonly steps: number;
  /** Edits that were made. */
  readonly rounds: number;
  readonly seconds: number;
  readonly spend: Spend;
}

/** Why no further step is taken, or undefined. Rounds are counted by the loop, where an edit was measured. */
export function spent({ steps, budget: { rounds: _, ...budget } }: Limits, used: Used): string | undefined {
  if (used.steps >= steps) return `${steps} steps were taken`;
  const reason = stopReason(budget, used);
  return reason && stopText(reason, used.spend.money?.currency);
}
