/** What a call is for, where the model says nothing beside it: most do not. */
import { motionSchema } from "../../engine/recipe/schema.ts";
import { describeMotion } from "../local/describe.ts";
import { operationsOf } from "../operations.ts";
import type { CallStep } from "../state.ts";

const WORDS: Readonly<Record<string, string>> = {
  look: "a closer look",
  select_region: "the part that is meant",
};

export function whyOf(step: Pick<CallStep, "tool" | "args">): string {
  const motions = operationsOf(step).flatMap(({ motion }) => motionSchema.safeParse(motion).data ?? []);
  if (motions.length > 0) return motions.map(described).join("; ");
  return WORDS[step.tool] ?? step.tool;
}

/** A rotation may still lack what the tool will ask for. */
function described(motion: Parameters<typeof describeMotion>[0]): string {
  return describeMotion(motion) || motion.type;
}
