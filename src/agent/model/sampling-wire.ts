/** The connected client's own model as a wire: one question with all that was said before, one text in reply. */
import { EditError } from "../../errors.ts";
import type { SamplingPort } from "../../tools/context.ts";
import { type Message, type Wire, WireError } from "./wire.ts";

/** What stands for a host where pictures go to the client. */
export const CLIENT_HOST = "the connected client's model";
const MAX_TOKENS = 2000;

type Part = Parameters<SamplingPort["ask"]>[0]["parts"][number];

export function samplingWire(port: SamplingPort): Wire {
  return {
    host: CLIENT_HOST,
    async send({ messages }, { signal }) {
      const system = messages.filter(({ role }) => role === "system").map(textOf);
      const parts = messages.filter(({ role }) => role !== "system").flatMap(partsOf);
      try {
        const content = await port.ask({ system: system.join("\n\n"), parts, maxTokens: MAX_TOKENS, signal });
        return { choices: [{ message: { content }, finish_reason: "stop" }] };
      } catch (error) {
        if (signal.aborted) throw new WireError("aborted", "The request was cancelled");
        const why = error instanceof EditError || error instanceof Error ? `: ${error.message.slice(0, 200)}` : "";
        throw new WireError("connection", `The connected client's model gave no answer${why}`);
      }
    },
  };
}

/** Sampling knows one message of parts here: who said what stands in the text. */
function partsOf(message: Message): Part[] {
  const { role, content } = message;
  const heading: Part[] = role === "assistant" ? [{ type: "text", text: "You replied:" }] : [];
  if (typeof content === "string") return [...heading, { type: "text", text: content }];
  if (!Array.isArray(content)) return [];
  return [...heading, ...content.flatMap((part) => partOf(part))];
}

function partOf(part: { type: string; text?: string; image_url?: { url: string } }): Part[] {
  if (part.type === "text") return [{ type: "text", text: part.text ?? "" }];
  const [, mimeType, data] = /^data:([^;]+);base64,(.*)$/s.exec(part.image_url?.url ?? "") ?? [];
  return mimeType === undefined || data === undefined ? [] : [{ type: "image", mimeType, data }];
}

function textOf({ content }: Message): string {
  return typeof content === "string" ? content : "";
}
