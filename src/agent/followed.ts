/** The call that follows from an answer: `afterwards` with what the answer found put in its place. */
import { regionFound } from "./parsing.ts";
import type { ToolAnswer } from "./port.ts";
import type { CallStep } from "./state.ts";

/** undefined where nothing follows, or the answer is a refusal. */
export function followed({ tool, afterwards }: CallStep, answer: ToolAnswer): CallStep | undefined {
  if (afterwards === undefined || answer.isError) return undefined;
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

/** The operations of an edit, as far as they are operations; a model may have written anything. */
export function operationsOf({ args }: Pick<CallStep, "args">): readonly Readonly<Record<string, unknown>>[] {
  const { operations } = args;
  return Array.isArray(operations) ? operations.filter((one) => typeof one === "object" && one !== null) : [];
}
