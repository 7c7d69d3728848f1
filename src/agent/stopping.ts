/** When a result is good enough, which of two is better, and when a turn has had its share. */
import type { Gates, Receipt } from "../engine/api.ts";
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

/** The higher score wins; the earlier one where they tie. */
export function isBetter(edit: EditAnswer, best: EditAnswer | undefined): boolean {
  return best === undefined || edit.gates.score > best.gates.score;
}

export interface Limits {
  readonly rounds: number;
  /** Planner steps of the whole turn. */
  readonly steps: number;
  readonly seconds: number;
}

/** Why no further step is taken, or undefined. */
export function spent(limits: Limits, used: { readonly steps: number; readonly seconds: number }): string | undefined {
  if (used.steps >= limits.steps) return `${limits.steps} steps were taken`;
  if (used.seconds >= limits.seconds) return `${limits.seconds} s have passed`;
  return undefined;
}
