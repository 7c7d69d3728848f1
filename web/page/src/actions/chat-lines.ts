/** From the agent's events to what is shown: pure, so that a reload shows the same. */
import type { ChatLine } from "../state/chat.ts";

/** As src/agent/events.ts lists them; fields are looked at before use. */
export type AgentEvent = Readonly<Record<string, unknown>> & { readonly type?: unknown };

export function withEvent(lines: readonly ChatLine[], event: AgentEvent): readonly ChatLine[] {
  switch (event.type) {
    case "turn-start":
      return [...lines, { type: "you", text: text(event.request) }];
    case "assumed":
      return [...lines, { type: "assumed", text: text(event.text) }];
    case "tool-call":
      return [...lines, called(event)];
    case "tool-result":
      return answered(lines, event);
    case "question":
      return [...lines, { type: "question", text: text(event.text), choices: texts(event.choices) }];
    case "retry":
      return [...lines, { type: "note", text: text(event.why) }];
    case "refused":
      return [...lines, { type: "agent", text: joined(event.message, event.hint), ok: false }];
    case "model-usage":
      return withCost(lines, event);
    case "pixels-sent":
      return [...lines, { type: "note", text: `→ ${text(event.host)}` }];
    case "kept":
      return [...lines, { type: "edit", editId: text(event.editId) }];
    case "turn-end":
      return ended(lines, event);
    default:
      return lines;
  }
}

function called(event: AgentEvent): ChatLine {
  return { type: "tool", tool: text(event.tool), why: text(event.why), args: event.args, done: false };
}

/** The newest open call of that tool. */
function answered(lines: readonly ChatLine[], event: AgentEvent): readonly ChatLine[] {
  const at = lines.findLastIndex((line) => line.type === "tool" && !line.done && line.tool === event.tool);
  return lines.map((line, i) =>
    i === at && line.type === "tool"
      ? { ...line, done: true, failed: event.isError === true, answer: text(event.text) }
      : line,
  );
}

function withCost(lines: readonly ChatLine[], event: AgentEvent): readonly ChatLine[] {
  const tokens = Number(event.inputTokens ?? 0) + Number(event.outputTokens ?? 0);
  const last = lines.at(-1);
  if (last?.type === "cost") return [...lines.slice(0, -1), { ...last, tokens: last.tokens + tokens }];
  const money = event.money as { amount?: number; currency?: string } | undefined;
  const cost = money?.amount === undefined ? {} : { money: `${money.amount.toFixed(4)} ${money.currency ?? ""}` };
  return [...lines, { type: "cost", tokens, ...cost }];
}

/** A question or a refusal has said it already. */
function ended(lines: readonly ChatLine[], event: AgentEvent): readonly ChatLine[] {
  const last = lines.at(-1);
  const said = text(event.text);
  const repeated = last?.type === "question" || (last?.type === "agent" && !last.ok);
  return said === "" || repeated ? lines : [...lines, { type: "agent", text: said, ok: event.ok === true }];
}

function joined(...parts: readonly unknown[]): string {
  return parts.map(text).filter(Boolean).join(" — ");
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(text) : [];
}
