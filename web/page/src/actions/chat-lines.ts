/** From the agent's events to what is shown: pure, so that a reload shows the same. */
import type { ChatLine } from "../state/chat.ts";
import { choicesOf, readingsOf } from "./chat-choices.ts";

/** As src/agent/events.ts lists them; fields are looked at before use. */
export type AgentEvent = Readonly<Record<string, unknown>> & { readonly type?: unknown };

export function withEvent(lines: readonly ChatLine[], event: AgentEvent): readonly ChatLine[] {
  switch (event.type) {
    case "turn-start":
      return [...lines, { type: "you", text: text(event.request), imageId: text(event.imageId) }];
    case "assumed":
      return [...lines, { type: "assumed", text: text(event.text) }];
    case "tool-call":
      return [...lines, called(event)];
    case "tool-result":
      return [...answered(lines, event), ...readings(event)];
    case "question":
      return asked(lines, event);
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

/** One reading is what is done anyway. */
function readings(event: AgentEvent): readonly ChatLine[] {
  const choices = event.tool === "propose_intents" ? readingsOf(event.structured) : [];
  return choices.length > 1 ? [{ type: "readings", choices }] : [];
}

/** The readings that are asked about need not be shown twice. */
function asked(lines: readonly ChatLine[], event: AgentEvent): readonly ChatLine[] {
  const said = lines.findLast(({ type }) => type === "you");
  const imageId = said?.type === "you" ? said.imageId : "";
  const choices = choicesOf(event.choices, event.pictures, imageId);
  const before = choices.some(({ candidateId }) => candidateId) ? withoutReadings(lines) : lines;
  return [...before, { type: "question", text: text(event.text), choices }];
}

function withoutReadings(lines: readonly ChatLine[]): readonly ChatLine[] {
  const at = lines.findLastIndex(({ type }) => type === "readings");
  return lines.filter((_, i) => i !== at);
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
