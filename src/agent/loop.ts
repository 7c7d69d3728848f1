/** One turn: plan, preview, edit, measure, then accept, retry with one thing changed, undo, or stop. */
import { type Around, adjusted } from "./adjust.ts";
import { isBetter, judged, remedies } from "./critic.ts";
import { execute } from "./executing.ts";
import { followed } from "./followed.ts";
import { EMPTY_MEMORY } from "./memory.ts";
import { asRefusal, editOf, jobOf, pictureOf, promptsOf } from "./parsing.ts";
import type { PlannerStep } from "./planner.ts";
import type { ToolAnswer } from "./port.ts";
import { type CallStep, nextRound, type TurnState, withItem } from "./state.ts";
import { missedText, spent } from "./stopping.ts";
import type { TurnOptions, TurnOutcome } from "./turn.ts";
import { type Kept, Turn } from "./turn-run.ts";

const CHANGE_ONE = "Change one thing and edit again, or answer without a tool call to keep the best result so far.";

/** Runs one request to its end. Refusals, endpoint failures and cancelling are outcomes; only bugs are thrown. */
export async function runTurn(options: TurnOptions): Promise<TurnOutcome> {
  const turn = new Turn(options);
  let best: Kept | undefined;
  try {
    let state = await openState(options, turn);
    let next: PlannerStep | undefined;
    for (let step = 1; ; step++) {
      const why = spent(turn.limits, turn.used());
      if (why !== undefined) return turn.finish(best, `Stopped: ${why}.`);
      turn.emit({ type: "step-start", step, round: state.round });

      const planned = next ?? (await options.planner.next(state, turn.call));
      if (planned.type === "refuse") return turn.refuse(best, planned);
      if (planned.type === "ask") return turn.ask(best, planned);
      if (planned.type === "back") return turn.went(planned.id, planned.text);
      if (planned.type === "done") return turn.finish(best, planned.text || missedText(best?.verdict));
      turn.assume(planned.assumed ?? []);

      const answer = await execute(planned, state, {
        port: options.port,
        step,
        signal: turn.signal,
        onEvent: turn.emit,
      });
      state = withItem(state, { type: "tool", call: planned, answer });
      next = followed(planned, answer);
      turn.tell(planned, answer);

      const made = await measured(planned, answer, options, turn);
      if (made === undefined) continue;
      if (isBetter(made, best)) best = turn.keep(made);
      if (made.verdict.accepted) return turn.end(best, "");
      if (remedies(made)[0] === "undo")
        return best === made ? turn.undo(made) : turn.end(best, missedText(best?.verdict));
      if (state.round >= turn.rounds) return turn.finish(best, missedText(best?.verdict));

      const retry = retryOf(best ?? made, state, options);
      next = retry;
      // The grammar has nothing else to offer; a model may think of something.
      if (retry === undefined && options.planner.name === "local") return turn.finish(best, missedText(best?.verdict));
      turn.retry(state.round + 1, made, retry);
      state = nextRound(state, `${missedText(made.verdict)} ${CHANGE_ONE}`);
    }
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal === undefined) throw error;
    return turn.refuse(best, refusal);
  }
}

async function openState(options: TurnOptions, turn: Turn): Promise<TurnState> {
  const { request, imageId, selection, thread, past, memory, intent, port, quality, seed, model } = options;
  const edge = await options.planner.edge?.(turn.call);
  const args = { id: imageId, ...(edge === undefined ? {} : { edge }) };
  const call: CallStep = { type: "call", tool: "look", args, why: "to know the picture" };
  const run = { port, step: 0, signal: turn.signal, onEvent: turn.emit };
  const words = { request, selection, thread, past: past ?? [], memory: memory ?? EMPTY_MEMORY, intent };
  const chosen = { quality: quality ?? "full", seed: seed ?? 42, model } as const;
  const rest = { ...words, ...chosen, round: 1, history: [], tools: await port.list() };
  const picture = { id: imageId, width: 0, height: 0, shownWidth: 0, shownHeight: 0 };
  return { ...rest, picture: pictureOf(imageId, await execute(call, { ...rest, picture }, run)) };
}

/** The edit that a step made, measured and looked at; undefined for every other step. */
async function measured(
  call: CallStep,
  answer: ToolAnswer,
  { request, critic }: TurnOptions,
  turn: Turn,
): Promise<Kept | undefined> {
  if (call.tool !== "start_edit" || answer.isError) return undefined;
  const edit = editOf(jobOf(answer));
  if (edit === undefined) return undefined;
  turn.emit({ type: "edit-done", editId: edit.editId, tier: edit.tier, receipt: edit.receipt });
  const critique = await critic?.critique(edit.editId, request, turn.call);
  if (critique !== undefined) turn.emit({ type: "critique", editId: edit.editId, critique });
  const made = judged(edit, critique);
  turn.emit({ type: "gates", editId: edit.editId, gates: edit.gates, ...made.verdict });
  return { ...made, call };
}

/** The best call with one thing changed; undefined where nothing of the list is left to try. */
function retryOf(best: Kept, state: TurnState, { quality }: TurnOptions): CallStep | undefined {
  const tried = state.history.flatMap((item) => (item.type === "tool" && item.call.change ? [item.call.change] : []));
  const around: Around = {
    picture: state.picture,
    quality: best.call.quality ?? state.quality,
    qualityChosen: quality !== undefined,
    request: state.request,
    why: best.critique?.change?.why ?? "",
    otherPrompt: promptsOf(state).find((prompt) => prompt !== best.call.args.prompt),
  };
  const open = remedies(best).filter((change) => !tried.includes(change));
  return open.map((change) => adjusted(best.call, change, around)).find((call) => call !== undefined);
}
