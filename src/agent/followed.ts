/** The call that follows from an answer: `afterwards` with what the answer found put in its place. */
import { afterIntents } from "./intents.ts";
import { operationsOf } from "./operations.ts";
import { regionFound } from "./parsing.ts";
import type { PlannerStep } from "./planner.ts";
import type { ToolAnswer } from "./port.ts";
import type { CallStep } from "./state.ts";

/** undefined where nothing follows, or the answer is a refusal that the edit cannot do without. */
export function followed({ tool, afterwards }: CallStep, answer: ToolAnswer): PlannerStep | undefined {
  if (afterwards === undefined) return undefined;
  if (tool === "propose_intents") return afterIntents(afterwards, answer);
  if (answer.isError) return undefined;
  return tool === "select_region" ? onRegion(afterwards, answer) : afterwards;
}

/** The first operation is of the region that was just selected. */
function onRegion(call: CallStep, answer: ToolAnswer): CallStep {
  const { confidence: _, ...selection } = regionFound(answer);
  const [first, ...rest] = operationsOf(call);
  if (first === undefined) return call;
  const args = { ...call.args, operations: [{ ...first, regionId: selection.regionId }, ...rest] };
  return { ...call, args, ...(call.thread === undefined ? {} : { thread: { ...call.thread, selection } }) };
}
