/** Whether a result is good: free pixel gates, and a vision model's verdict where one is configured. */
import type { Change, Critique } from "../tools/assistant.ts";
import type { EditAnswer } from "./parsing.ts";
import type { PlannerCall } from "./planner.ts";
import { judge, type Verdict } from "./stopping.ts";

/** A model that looks at an edit; undefined where no model is at hand. Its pixels and tokens go to `call.onEvent`. */
export interface Critic {
  critique(editId: string, goal: string, call: PlannerCall): Promise<Critique | undefined>;
}

/** The score of an untouched picture where the engine did not measure it: nothing has gone and nothing has arrived, but
 * nothing is smeared and no seam shows (see the weights in engine/retouch/gates.ts). */
const DO_NOTHING = 0.4;

/** A measured result with all that was thought of it. */
export interface Judged {
  readonly edit: EditAnswer;
  readonly critique: Critique | undefined;
  readonly verdict: Verdict;
}

/** The outside must hold whatever a model says; of the other gates a model that looks knows better. */
export function judged(edit: EditAnswer, critique: Critique | undefined): Judged {
  const gates = againstNothing(edit, judge(edit));
  if (critique === undefined) return { edit, critique, verdict: gates };
  const outside = edit.receipt.lossless && edit.receipt.outsideChanged > 0;
  const accepted = critique.verdict === "accept" && !outside;
  return { edit, critique, verdict: { accepted, missed: accepted ? [] : [...gates.missed, ...complaints(critique)] } };
}

/** Changing nothing must be beaten by more than the measures' noise. */
const MARGIN = 0.01;

function isWorseThanNothing({ gates, nothing = DO_NOTHING }: EditAnswer): boolean {
  return gates.score < nothing + MARGIN;
}

/** Doing nothing would have been better, and no model that looked says otherwise. */
export function isHopeless({ edit, critique }: Judged): boolean {
  return critique === undefined && isWorseThanNothing(edit);
}

function againstNothing(edit: EditAnswer, verdict: Verdict): Verdict {
  if (!isWorseThanNothing(edit)) return verdict;
  const { gates, nothing = DO_NOTHING } = edit;
  const text = `score ${gates.score.toFixed(2)} (the untouched picture has ${nothing.toFixed(2)})`;
  return { accepted: false, missed: [text, ...verdict.missed] };
}

function complaints({ goal, artefacts, preservation, change }: Critique): string[] {
  const marks = `goal ${goal}, artefacts ${artefacts}, preservation ${preservation} of 10`;
  return [`the critic is not content (${marks}${change === undefined ? "" : `: ${change.why}`})`];
}

/** Accepted beats rejected, then the higher score; the earlier one where they tie. */
export function isBetter(result: Judged, best: Judged | undefined): boolean {
  if (best === undefined) return true;
  if (result.verdict.accepted !== best.verdict.accepted) return result.verdict.accepted;
  const both = result.critique !== undefined && best.critique !== undefined;
  return scoreOf(result, both) > scoreOf(best, both);
}

/** 0–1; the model's marks count half where both results have them. */
function scoreOf({ edit, critique }: Judged, withMarks: boolean): number {
  if (!withMarks || critique === undefined) return edit.gates.score;
  const marks = (critique.goal + critique.artefacts + critique.preservation) / 30;
  return (edit.gates.score + marks) / 2;
}

/** What to change next, the likeliest to help first: the model's wish, then what the missed gates ask for. */
export function remedies(made: Judged): readonly Change[] {
  const { edit, critique, verdict } = made;
  const { receipt } = edit;
  if (receipt.lossless && receipt.outsideChanged > 0) return ["undo"];
  const wished: readonly Change[] = critique?.change === undefined ? [] : [critique.change.what];
  if (critique?.verdict === "undo") return ["undo"];
  const said = (name: string) => verdict.missed.some((missed) => missed.startsWith(name));
  const cleared: readonly Change[] = said("source cleared") ? ["grow-mask", "faster-tier"] : [];
  const arrived: readonly Change[] = said("target arrived") ? ["more-iterations", "faster-tier"] : [];
  const seam: readonly Change[] = said("seam energy") ? ["grow-mask", "faster-tier"] : [];
  const nothing: readonly Change[] = isWorseThanNothing(made.edit) ? ["grow-mask", "faster-tier"] : [];
  const fill: readonly Change[] = said("fill texture") ? ["faster-tier", "grow-mask"] : [];
  return [...new Set([...wished, ...cleared, ...arrived, ...seam, ...fill, ...nothing])];
}
