/** The loop's critic over the tools: critique_edit cuts the pictures and asks the assistant behind it. */
import { z } from "zod";
import { CHANGES, type Critique } from "../tools/assistant.ts";
import type { Critic } from "./critic.ts";
import type { PlannerCall } from "./planner.ts";
import type { ToolPort } from "./port.ts";

const mark = z.number();
/** Only a model's view counts here: the measures are the loop's own already. */
const answer = z.object({
  from: z.enum(["model", "measures"]),
  verdict: z.enum(["accept", "retry", "undo"]),
  change: z.object({ what: z.enum(CHANGES), why: z.string() }).optional(),
  model: z.object({ goal: mark, artefacts: mark, preservation: mark }).optional(),
  modelProblem: z.string().optional(),
});

/**
 * Answers undefined where no model is at hand, or it could not be asked: the measures decide then.
 * `onAsk` hears of each question before it is asked, so that what it costs can be told where the question came from.
 */
export function toolCritic(port: ToolPort, onAsk: (call: PlannerCall) => void = () => {}): Critic {
  return {
    async critique(editId, goal, call): Promise<Critique | undefined> {
      const { signal, onEvent } = call;
      onAsk(call);
      const { structured, text, isError } = await port.call("critique_edit", { editId, goal }, { signal });
      const read = isError ? undefined : answer.safeParse(structured).data;
      const problem = isError ? text : read?.modelProblem;
      if (problem !== undefined) onEvent({ type: "model-fault", kind: "no-verdict", count: 1, text: problem });
      if (read?.model === undefined) return undefined;
      const { model, verdict, change } = read;
      return { ...model, verdict, ...(change === undefined || verdict === "accept" ? {} : { change }) };
    },
  };
}
