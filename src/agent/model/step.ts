/** From a model's reply to the next step. What the model got wrong goes back to it as the answer of its call. */
import { z } from "zod";
import type { FaultKind } from "../events.ts";
import type { PlannerStep } from "../planner.ts";
import type { ToolInfo } from "../port.ts";
import type { CallStep } from "../state.ts";
import type { Reply, ReplyCall } from "./completion.ts";
import { type Frame, toPixels } from "./coordinates.ts";
import { jsonIn } from "./json-text.ts";
import { callId } from "./messages.ts";
import { ASK } from "./offered.ts";
import { whyOf } from "./why.ts";

/** What a reply came to. */
export type Read =
  | { readonly type: "step"; readonly step: PlannerStep; readonly faults: readonly Fault[] }
  /** Nothing to go on with: the model is told why and asked again. */
  | { readonly type: "again"; readonly fault: Fault; readonly words: string }
  /** Words where a step was wanted: the end of the turn, or a model that does not answer in this form. */
  | { readonly type: "prose"; readonly text: string; readonly faults: readonly Fault[] }
  /** A call written as text by a model that was offered tools. */
  | { readonly type: "spelled"; readonly step: PlannerStep; readonly faults: readonly Fault[] };

export interface Fault {
  readonly kind: FaultKind;
  readonly text: string;
}

/** What a reply is read against. */
export interface Reading {
  readonly tools: readonly ToolInfo[];
  readonly frame: Frame;
  /** Position of the next item of the history. */
  readonly index: number;
  /** Ids of the calls so far. */
  readonly ids: ReadonlySet<string>;
}

/** What ends a reply before its form matters: nothing in it, a refusal, a filter, or its length. */
export function readEnd(reply: Reply): Read | undefined {
  const isEmpty = reply.text === "" && reply.calls.length === 0;
  if (reply.finish === "content_filter") {
    const message = "The endpoint's content filter held the model's reply back";
    return refused({ kind: "content-filter", text: message }, message);
  }
  if (reply.refusal !== undefined && reply.calls.length === 0) {
    return refused({ kind: "refusal", text: reply.refusal }, `The model refused: ${reply.refusal}`);
  }
  if (reply.finish === "length" && isCut(reply)) {
    const words = "Your reply was cut off before its end. Answer again, in few words and with one tool call.";
    return {
      type: "again",
      fault: { kind: "cut-off", text: "The reply was longer than the endpoint lets it be" },
      words,
    };
  }
  if (!isEmpty) return undefined;
  const text = reply.isAnswered ? "The reply was empty" : "The reply held no choice";
  return { type: "again", fault: { kind: "empty-reply", text }, words: "Your reply was empty. Answer again." };
}

function refused(fault: Fault, message: string): Read {
  const hint = "Say the request in other words, or use --planner local";
  return { type: "step", step: { type: "refuse", code: "not-understood", message, hint }, faults: [fault] };
}

/** A reply that ran out of room after a whole call has said what it wanted. */
function isCut({ calls, text }: Reply): boolean {
  const first = calls[0];
  return first === undefined ? jsonIn(text).type !== "json" : jsonIn(first.args).type !== "json";
}

/** One call at a time: of several, the first is made and the model asks for the others when it has seen the answer. */
export function readTools(reply: Reply, reading: Reading): Read {
  const [call] = reply.calls;
  if (call === undefined) return readProse(reply.text, reading);
  const faults: Fault[] = [];
  if (reply.calls.length > 1) {
    faults.push({ kind: "many-calls", text: `${reply.calls.length} calls at once; the first was made` });
  }
  const id = call.id === undefined || reading.ids.has(call.id) ? callId(reading.index) : call.id;
  if (id !== call.id) faults.push({ kind: "wrong-call-id", text: `The call's id was ${call.id ?? "missing"}` });
  const step = stepOf({ ...call, id }, reply.text, reading, faults);
  return { type: "step", step, faults };
}

const spelledCall = z.union([
  z.object({ name: z.string(), arguments: z.unknown() }).transform(({ name, arguments: args }) => ({ name, args })),
  z.object({ name: z.string(), parameters: z.unknown() }).transform(({ name, parameters: args }) => ({ name, args })),
  z.object({ tool: z.string(), args: z.unknown() }).transform(({ tool, args }) => ({ name: tool, args })),
]);

/** Models whose endpoint does not translate their calls write them into the text. */
function readProse(text: string, reading: Reading): Read {
  const found = jsonIn(text);
  const call = found.type === "json" ? spelledCall.safeParse(found.value).data : undefined;
  if (call === undefined || !reading.tools.some((tool) => tool.name === call.name)) {
    return { type: "prose", text, faults: [] };
  }
  const faults: Fault[] = [{ kind: "wrong-shape", text: `The call of ${call.name} was written as text` }];
  const written = { id: callId(reading.index), name: call.name, args: argsText(call.args) };
  return { type: "spelled", step: stepOf(written, "", reading, faults), faults };
}

function argsText(args: unknown): string {
  return typeof args === "string" ? args : JSON.stringify(args ?? {});
}

/** The JSON of the lower rungs. */
const jsonStep = z.object({
  say: z.string().nullish(),
  tool: z.string().nullish(),
  args: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
});

export const NO_TOOL = "none";

export function readJson(reply: Reply, reading: Reading): Read {
  const found = jsonIn(reply.text);
  if (found.type === "none") return { type: "prose", text: reply.text, faults: [] };
  if (found.type === "cut") return again("broken-json", "The JSON ends before it is complete");
  const faults: Fault[] = found.repaired ? [{ kind: "broken-json", text: "The JSON was mended" }] : [];
  const parsed = jsonStep.safeParse(found.value);
  if (!parsed.success) return again("wrong-shape", z.prettifyError(parsed.error));
  const { say, tool, args } = parsed.data;
  if (!tool || tool === NO_TOOL) return { type: "step", step: { type: "done", text: said(say) }, faults };
  const call = { id: callId(reading.index), name: tool, args: argsText(args) };
  return { type: "step", step: stepOf(call, say ?? "", reading, faults), faults };
}

function said(text: string | null | undefined): string {
  return text?.trim() || "The model answered with nothing";
}

function again(kind: FaultKind, text: string): Read {
  return {
    type: "again",
    fault: { kind, text },
    words: `Your reply could not be used: ${text}. Answer with one JSON object of the form that was asked for.`,
  };
}

type Written = ReplyCall & { readonly id: string };

function stepOf(call: Written, why: string, reading: Reading, faults: Fault[]): PlannerStep {
  const { args, problem } = argumentsOf(call, reading.tools, faults);
  if (problem === undefined && call.name === ASK) return asked(args, why);
  const written = { id: call.id, args: JSON.stringify(args), said: why };
  const made = { tool: call.name, args: toPixels(reading.frame, args) };
  const step: CallStep = { type: "call", ...made, why: why || whyOf(made), written };
  return problem === undefined ? plain(step) : { ...step, problem };
}

/** The grid is drawn for this model, in its own coordinates, when the picture is sent. */
function plain(step: CallStep): CallStep {
  if (step.tool !== "look" || step.args.overlay !== "grid") return step;
  return { ...step, args: { ...step.args, overlay: "none" } };
}

function asked({ question, choices }: Record<string, unknown>, why: string): PlannerStep {
  const list = Array.isArray(choices) ? choices.filter((one) => typeof one === "string") : [];
  const text = typeof question === "string" && question !== "" ? question : why || "Which one is meant?";
  return { type: "ask", text, choices: list.map((say) => ({ say })) };
}

/** The arguments as an object; what is wrong with them is the answer of the call instead. */
function argumentsOf(
  { name, args: text }: Written,
  tools: readonly ToolInfo[],
  faults: Fault[],
): { args: Record<string, unknown>; problem?: string } {
  if (!tools.some((tool) => tool.name === name)) {
    faults.push({ kind: "unknown-tool", text: `There is no tool "${name}"` });
    const names = tools.map((tool) => tool.name).join(", ");
    return { args: {}, problem: `Expected one of ${names}, got "${name}"` };
  }
  const found = jsonIn(text);
  const args = found.type === "json" ? z.record(z.string(), z.unknown()).safeParse(found.value).data : undefined;
  if (found.type === "json" && args !== undefined) {
    if (found.repaired) faults.push({ kind: "broken-json", text: `The arguments of ${name} were mended` });
    return { args };
  }
  faults.push({ kind: "broken-json", text: `The arguments of ${name} are no JSON object` });
  return { args: {}, problem: `Expected the arguments as a JSON object, got: ${text.slice(0, 200)}` };
}
