/** An OpenAI-compatible endpoint on loopback that replays a list of answers and records what it was asked. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ScriptedCall {
  readonly name: string;
  /** Sent verbatim when a string, so that malformed JSON can be replayed. */
  readonly args: Record<string, unknown> | string;
}

export type ScriptedAnswer =
  | { readonly type: "calls"; readonly calls: readonly ScriptedCall[]; readonly text?: string }
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "status";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
    }
  /** Never answers; `onAsked` tells that the request is there. */
  | { readonly type: "hang"; readonly onAsked: () => void };

export interface ContentPart {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

export interface RecordedMessage {
  readonly role: string;
  readonly content: string | null | readonly ContentPart[];
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

export interface RecordedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly messages: readonly RecordedMessage[];
    readonly tools: readonly { readonly function: { readonly name: string; readonly parameters: unknown } }[];
  };
}

export interface ScriptedLlm {
  readonly baseURL: string;
  readonly host: string;
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

/** Answers the n-th request with the n-th entry of the script, and anything beyond it with status 410. */
export async function startScriptedLlm(script: readonly ScriptedAnswer[]): Promise<ScriptedLlm> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      requests.push({ path: request.url ?? "", headers: request.headers, body });
      answer(response, script[requests.length - 1] ?? { type: "status", status: 410 }, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server has an AddressInfo; a string is for pipes.
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { baseURL: `http://${host}/v1`, host, requests, close: () => closed(server) };
}

function answer(response: ServerResponse, scripted: ScriptedAnswer, turn: number): void {
  if (scripted.type === "hang") {
    scripted.onAsked();
  } else if (scripted.type === "status") {
    send(response, scripted.status, scripted.headers ?? {}, scripted.body ?? { error: { message: "scripted" } });
  } else {
    send(response, 200, {}, completion(messageOf(scripted, turn)));
  }
}

function messageOf(scripted: Extract<ScriptedAnswer, { type: "text" | "calls" }>, turn: number): object {
  if (scripted.type === "text") return { content: scripted.text };
  return { content: scripted.text ?? null, tool_calls: toolCalls(scripted.calls, turn) };
}

function toolCalls(calls: readonly ScriptedCall[], turn: number) {
  return calls.map(({ name, args }, index) => ({
    id: `llm_${turn}_${index}`,
    type: "function",
    function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
  }));
}

function completion(message: object) {
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
  const choices = [{ index: 0, finish_reason: "stop", message: { role: "assistant", ...message } }];
  return { id: "scripted", object: "chat.completion", created: 0, model: "scripted", choices, usage };
}

/** `retry-after-ms` keeps the client's retries from waiting. */
function send(response: ServerResponse, status: number, headers: Record<string, string>, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "retry-after-ms": "1", ...headers });
  response.end(JSON.stringify(body));
}

function closed(server: ReturnType<typeof createServer>): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
