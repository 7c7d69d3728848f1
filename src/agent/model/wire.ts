/** One request to a model and its reply, whatever carries them: HTTP, a recording, the connected client. */
import type OpenAI from "openai";

export type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;
export type UserPart = OpenAI.Chat.Completions.ChatCompletionContentPart;
export type WireTool = OpenAI.Chat.Completions.ChatCompletionFunctionTool;

export interface WireRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly WireTool[];
  /** A JSON schema that the reply must follow. */
  readonly schema?: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
}

export interface WireCall {
  readonly signal: AbortSignal;
  /** Hears pieces of the reply's text; the reply is streamed where it is given. */
  readonly onDelta?: ((text: string) => void) | undefined;
}

/** The parsed body of a chat completion; nobody has looked into it yet. */
export interface Wire {
  /** Where pictures go, for people: a host, or what stands for one. */
  readonly host: string;
  /** Nothing leaves this machine. */
  readonly isLocal?: true;
  /** Throws WireError; nothing else but bugs. */
  send(request: WireRequest, call: WireCall): Promise<unknown>;
}

/** Why no completion came. `status` is the endpoint's, where it gave one. */
export class WireError extends Error {
  readonly kind: "aborted" | "timeout" | "connection" | "status" | "partial-stream" | "replay";
  readonly status: number | undefined;
  /** Milliseconds that the endpoint asked to wait. */
  readonly retryAfterMs: number | undefined;
  readonly retryable: boolean;

  constructor(
    kind: WireError["kind"],
    message: string,
    more: { status?: number; retryAfterMs?: number | undefined; retryable?: boolean } = {},
  ) {
    super(message);
    this.name = "WireError";
    this.kind = kind;
    this.status = more.status;
    this.retryAfterMs = more.retryAfterMs;
    this.retryable = more.retryable ?? false;
  }
}
