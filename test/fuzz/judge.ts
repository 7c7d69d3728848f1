/** One attempt on one input, and what is to be said of it. */
import { EditError } from "../../src/errors.ts";
import { type Attempt, LONGEST_MESSAGE, type Target } from "./target.ts";

/** Most processor time for one input, in seconds. */
export const MOST_SECONDS = 5;
/** Most resident memory of the process that reads it, in bytes: it begins at about a quarter of this. */
export const MOST_MEMORY = 1 << 30;

export type Verdict =
  | { readonly type: "valid" }
  | { readonly type: "refused"; readonly code: string; readonly message: string }
  /** `what` is short and the same for the same defect. */
  | { readonly type: "finding"; readonly what: string; readonly detail: string };

/** Never rejects. */
export async function judged(target: Target, attempt: Attempt, input: Uint8Array): Promise<Verdict> {
  const began = process.cpuUsage();
  const verdict = await verdictOf(target, attempt, input);
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  if (seconds <= MOST_SECONDS) return verdict;
  return { type: "finding", what: "slow", detail: `${seconds.toFixed(1)} s of processor time, then ${verdict.type}` };
}

async function verdictOf(target: Target, attempt: Attempt, input: Uint8Array): Promise<Verdict> {
  try {
    await attempt(input);
    return { type: "valid" };
  } catch (error) {
    if (!(error instanceof EditError)) return { type: "finding", what: whatOf(error), detail: stackOf(error) };
    const { code, message, hint = "" } = error;
    if (!target.codes.includes(code)) return { type: "finding", what: `code ${code}`, detail: stackOf(error) };
    const longest = Math.max(message.length, hint.length);
    if (longest > LONGEST_MESSAGE) {
      return { type: "finding", what: `words of ${code}`, detail: `${longest} characters: ${message.slice(0, 300)}` };
    }
    return { type: "refused", code, message };
  }
}

/** Kind of error and the place in our code that it came out of. */
function whatOf(error: unknown): string {
  const frames = stackOf(error).match(/\/src\/[^\s:]+:\d+/g) ?? [];
  return `${error instanceof Error ? error.name : typeof error} at ${frames[0] ?? "?"}`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).slice(0, 2000) : String(error);
}
