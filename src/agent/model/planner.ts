/** The model planner: any endpoint that speaks Chat Completions with native tool calls. */
import { readFileSync } from "node:fs";
import OpenAI, { APIConnectionTimeoutError, APIError, APIUserAbortError } from "openai";
import { EditError } from "../../errors.ts";
import type { EventSink } from "../events.ts";
import { signalled } from "../executing.ts";
import type { Planner, PlannerCall } from "../planner.ts";
import type { ToolImage } from "../port.ts";
import type { TurnState } from "../state.ts";
import { messagesOf, offeredTools, toolParameters } from "./messages.ts";
import { type Reply, replySchema, stepOf } from "./reply.ts";

export interface ModelConfig {
  /** Name of the model at the endpoint. */
  readonly model: string;
  /** Local endpoints often need none. */
  readonly apiKey?: string | undefined;
  /** Default https://api.openai.com/v1. */
  readonly baseURL?: string | undefined;
  /** Of one request; default 120 000. */
  readonly timeoutMs?: number;
  /** After 408, 409, 429, 5xx and lost connections; default 2. */
  readonly retries?: number;
}

const DEFAULT_URL = "https://api.openai.com/v1";

/**
 * Asks a model at a Chat Completions endpoint; up to three edits a turn, each knowing what the last one measured.
 * @throws EditError `usage` for a base that is no URL.
 */
export function createModelPlanner(config: ModelConfig): Planner {
  const baseURL = config.baseURL ?? DEFAULT_URL;
  const host = hostOf(baseURL);
  const client = clientOf(config, baseURL);
  const system = readFileSync(new URL("../../../prompts/planner.md", import.meta.url), "utf8");
  return {
    name: "model",
    rounds: 3,
    async next(state, call) {
      reportPixels(state, host, call.onEvent);
      const reply = await ask(client, host, requestOf(config.model, system, state), call);
      const { usage } = reply;
      if (usage)
        call.onEvent({ type: "model-usage", inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens });
      return stepOf(reply, offeredTools(state.tools), state.history.length);
    },
  };
}

function hostOf(baseURL: string): string {
  try {
    return new URL(baseURL).host;
  } catch {
    throw new EditError("usage", `Expected a URL as the endpoint's base, got ${JSON.stringify(baseURL)}`);
  }
}

/** Everything is passed in: the SDK's own reading of the environment must not decide where pixels go. */
function clientOf({ apiKey, timeoutMs, retries }: ModelConfig, baseURL: string): OpenAI {
  return new OpenAI({
    apiKey: apiKey ?? "none",
    baseURL,
    organization: null,
    project: null,
    timeout: timeoutMs ?? 120_000,
    maxRetries: retries ?? 2,
    logLevel: "off",
    // A redirect would carry the picture to a host that nobody configured.
    fetchOptions: { redirect: "error" },
  });
}

type Request = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming;

function requestOf(model: string, system: string, state: TurnState): Request {
  return { model, messages: messagesOf(system, state), tools: toolParameters(state.tools) };
}

async function ask(client: OpenAI, host: string, request: Request, { signal }: PlannerCall): Promise<Reply> {
  let answer: unknown;
  try {
    answer = await client.chat.completions.create(request, { signal });
  } catch (error) {
    if (error instanceof APIUserAbortError) signalled(signal);
    throw endpointError(error, host);
  }
  const reply = replySchema.safeParse(answer);
  if (reply.success) return reply.data;
  throw new EditError("model-endpoint", `Expected a chat completion from ${host}, got another answer`, {
    hint: "The endpoint must speak Chat Completions with tool calls",
  });
}

/** Status and host only: messages and causes of the SDK may quote the key. */
function endpointError(error: unknown, host: string): EditError {
  const hint = "Check --base-url, --llm and the key, or use --planner local";
  if (error instanceof APIConnectionTimeoutError)
    return new EditError("model-endpoint", `${host} did not answer in time`, { hint });
  if (error instanceof APIError && error.status !== undefined) {
    return new EditError("model-endpoint", `Expected an answer from ${host}, got status ${error.status}`, { hint });
  }
  return new EditError("model-endpoint", `${host} could not be reached`, { hint });
}

/** Pictures that this request shows for the first time. */
function reportPixels({ picture, history }: TurnState, host: string, onEvent: EventSink): void {
  const last = history.at(-1);
  if (last === undefined) {
    const { image, shownWidth: width, shownHeight: height } = picture;
    if (image) onEvent({ type: "pixels-sent", host, bytes: bytesOf(image), width, height });
    return;
  }
  const answered = [...history].reverse().find((item) => item.type === "tool");
  const image = answered?.type === "tool" ? answered.answer.images[0] : undefined;
  if (image) onEvent({ type: "pixels-sent", host, bytes: bytesOf(image) });
}

function bytesOf({ data }: ToolImage): number {
  return Buffer.byteLength(data, "base64");
}
