/** A turn as it happens, in lines for a person: what was understood, the region, the motion, the measures. */
import { type AgentEvent, describeMotion } from "../agent/index.ts";
import { parseRecipe } from "../engine/recipe/parse.ts";
import type { Critique } from "../tools/assistant.ts";
import { receiptInWords } from "../tools/words.ts";
import type { Output } from "./deps.ts";
import type { ProgressSink } from "./progress.ts";

export interface NarrateOptions {
  /** A line for every step, not only for findings. */
  readonly steps?: boolean;
}

/** Lines on `out`, progress into `sink`; a model's words as they come. */
export function narrator(
  out: Output,
  sink: ProgressSink,
  { steps = false }: NarrateOptions = {},
): (event: AgentEvent) => void {
  let understood = "";
  let streaming = false;
  return (event) => {
    if (event.type === "model-text") {
      if (!streaming) sink.end();
      streaming = true;
      out.write(event.delta);
      return;
    }
    if (streaming) out.write("\n");
    streaming = false;
    if (event.type === "progress") {
      const { done, total, message } = event.progress;
      sink.onProgress({ stage: message.split(/[ ,]/)[0] ?? "", done, total });
      return;
    }
    // Preview and edit come with the same words: they are said once.
    const repeated = event.type === "tool-call" && isEdit(event.tool) && event.why === understood;
    if (event.type === "tool-call" && isEdit(event.tool)) understood = event.why;
    const lines = repeated ? [] : [...(steps ? stepLines(event) : []), ...linesOf(event)];
    if (lines.length === 0) return;
    sink.end();
    out.write(lines.join(""));
  };
}

/** One finding of a turn, aligned with the others. */
export function finding(name: string, text: string): string {
  return `  ${name.padEnd(11)} ${text}\n`;
}

function linesOf(event: AgentEvent): string[] {
  switch (event.type) {
    case "assumed":
      return [finding("assumed", event.text)];
    case "tool-call":
      if (isEdit(event.tool)) return [finding("understood", event.why), ...motionLines(event.args)];
      return event.tool === "select_region" ? [finding("selecting", event.why)] : [];
    case "tool-result":
      return event.tool === "select_region" && !event.isError ? [finding("region", firstLine(event.text))] : [];
    case "gates":
      return [finding("measured", event.missed.length === 0 ? "every gate passed" : event.missed.join(", "))];
    case "edit-done":
      return [finding("tier", `${event.tier} won`), finding("receipt", receiptInWords(event.receipt))];
    case "pixels-sent":
      return [finding("sent", sentWords(event))];
    case "retry":
      return [finding("again", event.change === undefined ? event.why : `${event.change}: ${event.why}`)];
    case "intents":
      return event.candidates
        .slice(0, 1)
        .map(({ types, prompt }) => finding("intent", `${types.join(" and ")}: ${prompt}`));
    case "critique":
      return [finding("critic", critiqueWords(event.critique))];
    case "model-fault":
      return [finding("model", `${event.kind}: ${firstLine(event.text)}`)];
    default:
      return [];
  }
}

/** The steps that linesOf is silent about. */
function stepLines(event: AgentEvent): string[] {
  if (event.type !== "tool-call" || isEdit(event.tool) || event.tool === "select_region") return [];
  return [finding(event.tool, event.why)];
}

function sentWords({ bytes, host, width, height }: Extract<AgentEvent, { type: "pixels-sent" }>): string {
  const size = width === undefined || height === undefined ? "" : ` (${width} x ${height})`;
  return `a picture of ${bytes} bytes${size} to ${host}`;
}

function critiqueWords({ goal, artefacts, preservation, verdict, change }: Critique): string {
  const wish = change === undefined ? "" : ` (${change.what}: ${change.why})`;
  return `${verdict}${wish}; goal ${goal}, artefacts ${artefacts}, preservation ${preservation} of 10`;
}

function isEdit(tool: string): boolean {
  return tool === "preview_edit" || tool === "start_edit";
}

/** A planner's arguments are not checked before the tool refuses them: what cannot be read is not narrated. */
function motionLines({ operations }: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(operations)) return [];
  return operations.flatMap(({ motion }: { motion?: unknown }) => {
    try {
      const [operation] = parseRecipe({ operations: [{ region: { at: [0, 0] }, motion }] }).operations;
      return operation ? [finding("motion", describeMotion(operation.motion))] : [];
    } catch {
      return [];
    }
  });
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
