/** One turn: plan, preview, edit, measure, then accept, retry with one thing changed, or stop. */
import { execute } from "./executing.ts";
import { asRefusal, editOf, jobOf, pictureOf } from "./parsing.ts";
import type { ToolAnswer } from "./port.ts";
import { type CallStep, nextRound, type TurnState, withItem } from "./state.ts";
import { isBetter, judge, missedText, spent } from "./stopping.ts";
import { type Kept, Turn, type TurnOptions, type TurnOutcome } from "./turn.ts";

const CHANGE_ONE = "Change one thing and edit again, or answer without a tool call to keep the best result so far.";

/** Runs one request to its end. Refusals, endpoint failures and cancelling are outcomes; only bugs are thrown. */
export async function runTurn(options: TurnOptions): Promise<TurnOutcome> {
  const turn = new Turn(options);
  let best: Kept | undefined;
  try {
    let state = await openState(options, turn);
    for (let step = 1; ; step++) {
      const why = spent(turn.limits, { steps: step - 1, seconds: turn.seconds() });
      if (why !== undefined) return turn.end(best, `Stopped: ${why}.`);
      turn.emit({ type: "step-start", step, round: state.round });
      const next = await options.planner.next(state, { signal: turn.signal, onEvent: turn.emit });
      if (next.type === "refuse") return turn.refuse(best, next);
      if (next.type === "done") return turn.end(best, next.text);
      turn.assume(next.assumed ?? []);
      const answer = await execute(next, state, { port: options.port, step, signal: turn.signal, onEvent: turn.emit });
      state = withItem(state, { type: "tool", call: next, answer });
      const made = measure(next, answer, turn);
      if (made === undefined) continue;
      if (isBetter(made.edit, best?.edit)) best = turn.keep(made);
      if (made.verdict.accepted) return turn.end(best, "");
      if (state.round >= turn.limits.rounds) return turn.end(best, missedText(best?.verdict));
      turn.emit({ type: "retry", round: state.round + 1, why: made.verdict.missed.join(", ") });
      state = nextRound(state, `${missedText(made.verdict)} ${CHANGE_ONE}`);
    }
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal === undefined) throw error;
    return turn.refuse(best, refusal);
  }
}

async function openState(options: TurnOptions, turn: Turn): Promise<TurnState> {
  const { request, imageId, selection, thread, past, port, quality, seed, model } = options;
  const call: CallStep = { type: "call", tool: "look", args: { id: imageId }, why: "to know the picture" };
  const run = { port, step: 0, signal: turn.signal, onEvent: turn.emit };
  const blank = {
    request,
    selection,
    thread,
    past: past ?? [],
    quality: quality ?? "full",
    seed: seed ?? 42,
    model,
  } as const;
  const rest = { ...blank, round: 1, history: [], tools: await port.list() };
  const picture = { id: imageId, width: 0, height: 0, shownWidth: 0, shownHeight: 0 };
  return { ...rest, picture: pictureOf(imageId, await execute(call, { ...rest, picture }, run)) };
}

/** The edit that a step made, with its verdict; undefined for every other step. */
function measure(call: CallStep, answer: ToolAnswer, turn: Turn): Kept | undefined {
  if (call.tool !== "start_edit" || answer.isError) return undefined;
  const edit = editOf(jobOf(answer));
  if (edit === undefined) return undefined;
  const verdict = judge(edit);
  turn.emit({ type: "edit-done", editId: edit.editId, tier: edit.tier, receipt: edit.receipt });
  turn.emit({ type: "gates", editId: edit.editId, gates: edit.gates, ...verdict });
  return { edit, verdict, what: call.why, thread: call.thread };
}
