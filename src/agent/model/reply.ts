/** From a model's reply to the next step. What the model got wrong goes back to it as the answer of its call. */
import { z } from "zod";
import type { PlannerStep } from "../planner.ts";
import type { ToolInfo } from "../port.ts";
import type { CallStep } from "../state.ts";

const toolCall = z.object({
  id: z.string().nullish(),
  function: z.object({ name: z.string(), arguments: z.string().nullish() }),
});
export const replySchema = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string().nullish(), tool_calls: z.array(toolCall).nullish() }) }))
    .min(1),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});
export type Reply = z.infer<typeof replySchema>;

/** One call at a time: of several, the first is made and the model asks for the others when it has seen the answer. */
export function stepOf(reply: Reply, tools: readonly ToolInfo[], turn: number): PlannerStep {
  const message = reply.choices[0]?.message;
  const text = (message?.content ?? "").trim();
  const call = message?.tool_calls?.[0];
  if (call === undefined) return { type: "done", text: text || "The model answered with nothing" };
  const written = { id: call.id || `call_${turn}`, args: call.function.arguments || "{}" };
  return { type: "call", tool: call.function.name, why: text, ...checked(call.function.name, written, tools) };
}

type Written = NonNullable<CallStep["written"]>;

function checked(
  name: string,
  written: Written,
  tools: readonly ToolInfo[],
): Pick<CallStep, "args" | "written" | "problem"> {
  if (!tools.some((tool) => tool.name === name)) {
    const names = tools.map((tool) => tool.name).join(", ");
    return { args: {}, written: repeatable(written), problem: `Expected one of ${names}, got "${name}"` };
  }
  const args = jsonObject(written.args);
  if (args !== undefined) return { args, written };
  return {
    args: {},
    written: repeatable(written),
    problem: `Expected the arguments as a JSON object, got: ${written.args.slice(0, 200)}`,
  };
}

/** Some endpoints refuse a history whose arguments are no JSON; the error text quotes what was wrong. */
function repeatable(written: Written): Written {
  return jsonObject(written.args) === undefined ? { id: written.id, args: "{}" } : written;
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
