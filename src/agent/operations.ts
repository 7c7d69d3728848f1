import type { CallStep } from "./state.ts";

/** The operations of an edit, as far as they are operations; a model may have written anything. */
export function operationsOf({ args }: Pick<CallStep, "args">): readonly Readonly<Record<string, unknown>>[] {
  const { operations } = args;
  return Array.isArray(operations) ? operations.filter((one) => typeof one === "object" && one !== null) : [];
}
