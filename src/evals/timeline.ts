/** What an agent's events say of its calls and of what it spent. */
import type { AgentEvent } from "../agent/index.ts";
import type { ToolStep, Usage } from "./result.ts";

/** `at` in seconds from the start of the request. */
export interface TimedEvent {
  readonly event: AgentEvent;
  readonly at: number;
}

/** One for each call that was answered, in order. */
export function toolSteps(events: readonly TimedEvent[]): ToolStep[] {
  const reasons = new Map<number, string>();
  return events.flatMap(({ event, at }) => {
    if (event.type === "tool-call") reasons.set(event.step, event.why);
    if (event.type !== "tool-result") return [];
    const { tool, isError, step } = event;
    return [{ tool, isError, why: reasons.get(step) ?? "", at: Math.round(at * 1000) / 1000 }];
  });
}

/** Undefined where no model was asked. */
export function usageOf(events: readonly AgentEvent[]): Usage | undefined {
  const replies = events.flatMap((event) => (event.type === "model-usage" ? [event] : []));
  if (replies.length === 0) return undefined;
  const sum = (of: (reply: (typeof replies)[number]) => number) => replies.reduce((total, one) => total + of(one), 0);
  const currency = replies.find(({ money }) => money)?.money?.currency;
  return {
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    ...(currency === undefined ? {} : { money: { amount: sum(({ money }) => money?.amount ?? 0), currency } }),
  };
}
