/** Loops of the same call: a model that does not get on is told so, and stopped when it does not listen. */
import type { PlannerStep } from "../planner.ts";
import type { CallStep, HistoryItem } from "../state.ts";

/** The same call twice may be a second look; from the third on its answer is that it was made already. */
const TOLD_AT = 2;
const STOPPED_AT = 5;

/** How often the call was made in a row, just now; what the loop measured in between begins a new row. */
export function timesInARow({ tool, args }: CallStep, history: readonly HistoryItem[]): number {
  const key = keyOf(tool, args);
  let times = 0;
  for (const item of [...history].reverse()) {
    if (item.type !== "tool" || keyOf(item.call.tool, item.call.args) !== key) break;
    times++;
  }
  return times;
}

/** The step, or what comes instead of it when it repeats itself. */
export function unrepeated(step: CallStep, history: readonly HistoryItem[]): { step: PlannerStep; times: number } {
  const times = timesInARow(step, history);
  if (times < TOLD_AT) return { step, times };
  if (times >= STOPPED_AT) {
    const text = `Stopped: the model asked for the same ${step.tool} ${times + 1} times.`;
    return { step: { type: "done", text }, times };
  }
  const problem = `This call was made ${times} times in a row and its answer stays the same. Do something else, or answer without a tool call.`;
  return { step: { ...step, problem }, times };
}

function keyOf(tool: string, args: Readonly<Record<string, unknown>>): string {
  return `${tool} ${JSON.stringify(sorted(args))}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
