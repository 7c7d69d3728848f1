/** Makes the calls of a plan: the user's quality and seed hold whatever was planned, and jobs are followed to their end. */
import { EditError } from "../errors.ts";
import type { EventSink } from "./events.ts";
import { jobOf } from "./parsing.ts";
import type { ToolAnswer, ToolPort, ToolProgress } from "./port.ts";
import type { CallStep, TurnState } from "./state.ts";

/** The longest wait that the tools allow in one call. */
const WAIT_SECONDS = 50;

/** What a planner may call. Opening, writing and exporting files is the person's to ask for: words in a picture or in a
 * tool's answer could ask for it, too. */
const PLANNED: readonly string[] = [
  "look",
  "select_region",
  "propose_intents",
  "preview_edit",
  "start_edit",
  "critique_edit",
  "history",
];

export interface Execution {
  readonly port: ToolPort;
  readonly step: number;
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
}

/** Runs one step of a plan. A tool's refusal is an answer with `isError`; throws `cancelled` when the signal fires. */
export async function execute(call: CallStep, state: TurnState, run: Execution): Promise<ToolAnswer> {
  if (!isPlanned(call)) return reported(run, call, problemAnswer(`arguments-invalid: ${whyNot(call)}`));
  if (call.problem !== undefined) return reported(run, call, problemAnswer(call.problem));
  if (call.tool !== "start_edit") return callTool(call, run);
  const answer = await callTool({ ...call, args: editArgs(call, state) }, run);
  return answer.isError ? answer : followJob(answer, run);
}

/** Of the history only going to a picture: what it removes and writes is not a plan's. */
function isPlanned({ tool, args, problem }: CallStep): boolean {
  if (problem !== undefined) return true;
  return PLANNED.includes(tool) && (tool !== "history" || args.action === "checkout");
}

function whyNot({ tool }: CallStep): string {
  return `Expected one of ${PLANNED.join(", ")} in a plan, got ${JSON.stringify(tool.slice(0, 60))}`;
}

/** The model and the quality are the user's choice, never the planner's; a retry may go to another tier. */
function editArgs({ args: { model: _, ...args }, quality }: CallStep, state: TurnState): Record<string, unknown> {
  const chosen = { quality: quality ?? state.quality, waitSeconds: WAIT_SECONDS };
  return { seed: state.seed, ...args, ...chosen, ...(state.model === undefined ? {} : { model: state.model }) };
}

/** A job that outlives its first wait is asked after until it ends, and cancelled when the signal fires. */
async function followJob(first: ToolAnswer, run: Execution): Promise<ToolAnswer> {
  let answer = first;
  for (let job = jobOf(answer); job.status === "queued" || job.status === "running"; job = jobOf(answer)) {
    const args = { jobId: job.jobId, waitSeconds: WAIT_SECONDS };
    try {
      answer = await callTool({ type: "call", tool: "job_status", args, why: "the edit is still running" }, run);
    } catch (error) {
      // The caller's error stands, whether or not the cancelling succeeds.
      await run.port.call("cancel_job", { jobId: job.jobId }).catch(() => {});
      throw error;
    }
    if (answer.isError) return answer;
  }
  const { status, error } = jobOf(answer);
  return status === "done" ? answer : { ...problemAnswer(jobError(status, error)), images: answer.images };
}

function jobError(
  status: string,
  error: { code: string; message: string; hint?: string | undefined } | undefined,
): string {
  if (error === undefined) return `engine-failed: The job ended as ${status}`;
  return `${error.code}: ${error.message}${error.hint === undefined ? "" : `. ${error.hint}`}`;
}

/** One call, told before and after. Throws `cancelled` when the signal has fired. */
export async function callTool(call: CallStep, run: Execution): Promise<ToolAnswer> {
  const { step, signal, onEvent } = run;
  signalled(signal);
  onEvent({ type: "tool-call", step, tool: call.tool, args: call.args, why: call.why });
  try {
    const onProgress = (progress: ToolProgress) => onEvent({ type: "progress", step, progress });
    return reported(run, call, await run.port.call(call.tool, call.args, { signal, onProgress }));
  } catch (error) {
    signalled(signal);
    throw error;
  }
}

/** Throws `cancelled` once the signal has fired. */
export function signalled(signal: AbortSignal): void {
  if (signal.aborted) throw new EditError("cancelled", "The turn was cancelled", { cause: signal.reason });
}

function reported({ step, onEvent }: Execution, { tool }: CallStep, answer: ToolAnswer): ToolAnswer {
  const { isError, text, structured } = answer;
  onEvent({ type: "tool-result", step, tool, isError, text, structured });
  return answer;
}

function problemAnswer(text: string): ToolAnswer {
  return { structured: {}, text, images: [], isError: true };
}
