/** Chat Completions over HTTP. The key goes to the configured host and nowhere else: redirects are not followed. */
import OpenAI, { APIConnectionError, APIError } from "openai";
import { Stream } from "openai/core/streaming";
import { EditError } from "../../errors.ts";
import { redacted } from "./redact.ts";
import { completionOf } from "./stream.ts";
import { type Wire, type WireCall, WireError, type WireRequest } from "./wire.ts";

export interface HttpSettings {
  readonly baseURL: string;
  readonly apiKey: string | undefined;
  /** From the request to the last byte of the reply. */
  readonly timeoutMs: number;
}

type Params = OpenAI.Chat.Completions.ChatCompletionCreateParams;

/** Throws EditError `usage` for a base that is no URL of HTTP. */
export function httpWire(settings: HttpSettings): Wire {
  const host = hostOf(settings.baseURL);
  const client = clientOf(settings);
  return {
    host,
    async send(request, call) {
      const clock = AbortSignal.timeout(settings.timeoutMs);
      try {
        return await answered(client, request, { ...call, signal: AbortSignal.any([call.signal, clock]) });
      } catch (error) {
        if (call.signal.aborted) throw new WireError("aborted", "The request was cancelled");
        if (clock.aborted) throw new WireError("timeout", `${host} did not answer in time`, { retryable: true });
        throw wireError(error, host, settings.apiKey);
      }
    },
  };
}

export function hostOf(baseURL: string): string {
  try {
    const { host, protocol } = new URL(baseURL);
    if (protocol === "http:" || protocol === "https:") return host;
  } catch {
    // Said below.
  }
  throw new EditError("usage", `Expected a URL as the endpoint's base, got ${JSON.stringify(baseURL)}`);
}

/** Everything is passed in: the SDK's own reading of the environment must not decide where pixels go. */
function clientOf({ apiKey, baseURL, timeoutMs }: HttpSettings): OpenAI {
  return new OpenAI({
    apiKey: apiKey ?? "none",
    adminAPIKey: null,
    baseURL,
    organization: null,
    project: null,
    timeout: timeoutMs,
    maxRetries: 0,
    logLevel: "off",
    fetchOptions: { redirect: "manual" },
  });
}

/** Whether a reply is streamed is the endpoint's choice: its content type says which it is. */
async function answered(client: OpenAI, request: WireRequest, { signal, onDelta }: WireCall): Promise<unknown> {
  const params: Params = { ...paramsOf(request), stream: onDelta !== undefined };
  const response = await client.chat.completions.create(params, { signal }).asResponse();
  if (!response.headers.get("content-type")?.includes("text/event-stream")) return bodyOf(response);
  const abort = new AbortController();
  signal.addEventListener("abort", () => abort.abort(signal.reason), { once: true });
  const chunks = Stream.fromSSEResponse<unknown>(response, abort, client);
  return completionOf(chunks, onDelta ?? (() => {}));
}

function paramsOf({ model, messages, tools, schema }: WireRequest): Params {
  return {
    model,
    messages: [...messages],
    ...(tools === undefined ? {} : { tools: [...tools] }),
    ...(schema === undefined ? {} : { response_format: { type: "json_schema", json_schema: { ...schema } } }),
  };
}

/** A page in place of JSON is a reply that is no completion, not a broken connection. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wireError(error: unknown, host: string, key: string | undefined): WireError {
  if (error instanceof WireError) return error;
  if (error instanceof APIError && !(error instanceof APIConnectionError)) return statusError(error, host, key);
  return new WireError("connection", `${host} could not be reached`, { retryable: true });
}

const RETRYABLE = [408, 409, 429];

/** What an endpoint says about a refused key may quote it, so it is left out. */
function statusError({ status, headers, error }: APIError, host: string, key: string | undefined): WireError {
  if (status === undefined) return new WireError("status", `${host} broke its reply off`, { retryable: true });
  if (status >= 300 && status < 400) {
    return new WireError(
      "status",
      `Expected an answer from ${host}, got a redirect (${status}), which is not followed`,
      {
        status,
      },
    );
  }
  const said = status === 401 || status === 403 ? "" : redacted(messageOf(error), key);
  return new WireError("status", `Expected an answer from ${host}, got status ${status}${said && `: ${said}`}`, {
    status,
    retryAfterMs: retryAfter(headers),
    retryable: headers?.get("x-should-retry") !== "false" && (RETRYABLE.includes(status) || status >= 500),
  });
}

/** Endpoints write { message }, a string, or pages of HTML. */
function messageOf(error: unknown): string {
  const text = typeof error === "object" && error !== null && "message" in error ? error.message : error;
  return typeof text === "string" ? (text.split("\n")[0] ?? "").slice(0, 200) : "";
}

/** Seconds, a date, or OpenAI's own milliseconds. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const ms = headers?.get("retry-after-ms");
  const header = headers?.get("retry-after");
  const wait = ms ? Number(ms) : header ? Number(header) * 1000 || Date.parse(header) - Date.now() : Number.NaN;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
