/** An OpenAI-compatible endpoint on loopback that does what a list tells it, faults of the wire included. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: AskedBody;
}

export interface AskedBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly AskedMessage[];
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters: AskedSchema } }[];
  readonly response_format?: { readonly type: string; readonly json_schema: { readonly name: string } };
}

export interface AskedSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface AskedMessage {
  readonly role: string;
  readonly content:
    | string
    | null
    | readonly { readonly type: string; readonly text?: string; readonly image_url?: { url: string } }[];
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { name: string; arguments: string } }[];
}

/** One answer: a completion's message, any body, a status, a stream in pieces, or a connection that goes away. */
export type Answer =
  | { readonly message: object; readonly finish?: string; readonly usage?: object }
  | { readonly body: unknown; readonly type?: string }
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | { readonly chunks: readonly unknown[]; readonly end: "done" | "silent" | "broken" }
  | { readonly hangUp: true }
  | { readonly never: () => void }
  | { readonly when: (body: AskedBody) => Answer };

export interface Server {
  readonly baseURL: string;
  readonly host: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** The n-th request gets the n-th answer, every later one the last. */
export async function startServer(...answers: readonly Answer[]): Promise<Server> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(parts).toString("utf8")) as AskedBody;
      asked.push({ headers: request.headers, body });
      give(response, answers[Math.min(asked.length, answers.length) - 1], body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server has an AddressInfo; a string is for pipes.
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { baseURL: `http://${host}/v1`, host, asked, close };
}

function give(response: ServerResponse, answer: Answer | undefined, body: AskedBody): void {
  if (answer === undefined) send(response, 410, {}, { error: { message: "nothing is scripted" } });
  else if ("when" in answer) give(response, answer.when(body), body);
  else if ("never" in answer) answer.never();
  else if ("hangUp" in answer) response.destroy();
  else if ("chunks" in answer) stream(response, answer.chunks, answer.end);
  else if ("message" in answer) send(response, 200, {}, completion(answer));
  else if ("status" in answer) send(response, answer.status, answer.headers ?? {}, answer.body ?? SCRIPTED);
  else page(response, answer.body, answer.type ?? "application/json");
}

const SCRIPTED = { error: { message: "scripted" } };

function page(response: ServerResponse, body: unknown, type: string): void {
  response.writeHead(200, { "content-type": type });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

function completion({ message, finish, usage }: Extract<Answer, { message: object }>): object {
  const choice = { index: 0, finish_reason: finish ?? "stop", message: { role: "assistant", ...message } };
  return { id: "s", object: "chat.completion", created: 0, model: "s", choices: [choice], usage: usage ?? USAGE };
}

const USAGE = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };

function stream(response: ServerResponse, chunks: readonly unknown[], end: "done" | "silent" | "broken"): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  if (end === "broken") setTimeout(() => response.destroy(), 20);
  else response.end(end === "done" ? "data: [DONE]\n\n" : "");
}

/** `retry-after-ms` keeps the client's retries from waiting. */
function send(response: ServerResponse, status: number, headers: Record<string, string>, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "retry-after-ms": "1", ...headers });
  response.end(JSON.stringify(body));
}

/** A reply that calls one tool, or several. */
export function calling(...calls: readonly { name: string; args: unknown; id?: string | null }[]): Answer {
  const tool_calls = calls.map(({ name, args, id }, index) => ({
    ...(id === null ? {} : { id: id ?? `call_${name}_${index}` }),
    type: "function",
    function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
  }));
  return { message: { content: null, tool_calls }, finish: "tool_calls" };
}

export function saying(content: string, finish?: string): Answer {
  return { message: { content }, ...(finish === undefined ? {} : { finish }) };
}

/** A step as the lower rungs write it. */
export function json(tool: string, args: unknown, say = ""): Answer {
  return saying(JSON.stringify({ say, tool, args }));
}

/** One piece of a stream. */
export function chunk(delta: object, finish: string | null = null): object {
  return {
    id: "s",
    object: "chat.completion.chunk",
    created: 0,
    model: "s",
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

export function imagesOf(messages: readonly AskedMessage[] = []): string[] {
  return messages.flatMap(({ content }) =>
    Array.isArray(content) ? content.flatMap((part) => part.image_url?.url ?? []) : [],
  );
}
