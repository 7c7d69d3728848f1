/** A turn as it happens, in lines for a person: what was understood, the region, the motion, the measures. */
import { type AgentEvent, describeMotion } from "../agent/index.ts";
import { parseRecipe } from "../engine/recipe/parse.ts";
import { receiptInWords } from "../tools/words.ts";
import type { Output } from "./deps.ts";
import type { ProgressSink } from "./progress.ts";

/** Lines on `out`, progress into `sink`. */
export function narrator(out: Output, sink: ProgressSink): (event: AgentEvent) => void {
  return (event) => {
    if (event.type === "progress") {
      const { done, total, message } = event.progress;
      sink.onProgress({ stage: message.split(" ")[0] ?? "", done, total });
      return;
    }
    const lines = linesOf(event);
    if (lines.length === 0) return;
    sink.end();
    out.write(`${lines.join("\n")}\n`);
  };
}

function linesOf(event: AgentEvent): string[] {
  switch (event.type) {
    case "assumed":
      return [`  assumed     ${event.text}`];
    case "tool-call":
      if (event.tool === "preview_edit" || event.tool === "start_edit") return callLines(event);
      return event.tool === "select_region" ? [`  selecting   ${event.why}`] : [];
    case "tool-result":
      return event.tool === "select_region" && !event.isError ? [`  region      ${firstLine(event.text)}`] : [];
    case "gates":
      return event.missed.length === 0
        ? ["  measured    every gate passed"]
        : [`  measured    ${event.missed.join(", ")}`];
    case "edit-done":
      return [
        `  edit        ${event.editId} by the ${event.tier} tier`,
        `  receipt     ${receiptInWords(event.receipt)}`,
      ];
    case "pixels-sent":
      return [`  sent        a picture of ${event.bytes} bytes to ${event.host}`];
    case "retry":
      return [`  again       ${event.why}`];
    default:
      return [];
  }
}

function callLines({ tool, args, why }: Extract<AgentEvent, { type: "tool-call" }>): string[] {
  const verb = tool === "preview_edit" ? "previewing" : "editing";
  return [`  ${verb.padEnd(12)}${why}`, ...motionLines(args)];
}

/** A planner's arguments are not checked before the tool refuses them: what cannot be read is not narrated. */
function motionLines({ operations }: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(operations)) return [];
  return operations.flatMap(({ motion }: { motion?: unknown }) => {
    try {
      const [operation] = parseRecipe({ operations: [{ region: { at: [0, 0] }, motion }] }).operations;
      return operation ? [`  motion      ${describeMotion(operation.motion)}`] : [];
    } catch {
      return [];
    }
  });
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
