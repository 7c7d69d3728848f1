/** The connected client's own model, where the client offers it. */
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CreateMessageResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { EditError } from "../../errors.ts";
import type { SamplingPort } from "../context.ts";

/** A person may be asked before the client's model is: that takes as long as it takes. */
const TIMEOUT_MS = 600_000;

/** The request in whose course the client's model is asked, for as long as it is open. */
export interface OpenRequest {
  readonly id: string | number;
  readonly ended: () => boolean;
}

/** undefined where the client did not declare sampling. */
export function samplingPort(server: Server, request: OpenRequest): SamplingPort | undefined {
  if (server.getClientCapabilities()?.sampling === undefined) return undefined;
  return {
    async ask({ system, parts, maxTokens, signal }) {
      // One block per message: older clients know no lists of blocks.
      const messages = parts.map((content) => ({ role: "user" as const, content }));
      const params = { systemPrompt: system, messages, maxTokens, includeContext: "none" as const };
      // A job outlives the call that started it: then the question goes over the session's own stream.
      const related = request.ended() ? {} : { relatedRequestId: request.id };
      const options = { signal, timeout: TIMEOUT_MS, ...related };
      const { content } = await server
        .request({ method: "sampling/createMessage", params }, CreateMessageResultSchema, options)
        .catch((cause: unknown) => {
          throw refused(cause, signal);
        });
      if (content.type === "text") return content.text;
      throw new EditError("model-endpoint", `Expected text from the client's model, got ${content.type}`);
    },
  };
}

function refused(cause: unknown, signal: AbortSignal): EditError {
  if (signal.aborted) return new EditError("cancelled", "The question to the client's model was cancelled", { cause });
  const message = cause instanceof Error ? cause.message : String(cause);
  return new EditError("model-endpoint", `Expected an answer from the client's model, got ${message}`, { cause });
}
