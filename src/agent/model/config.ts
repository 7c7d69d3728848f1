/** Which model is asked, and how. */
import type { Rung } from "./ladder.ts";
import type { ModelProfile } from "./profiles/profile.ts";

export interface ModelConfig {
  /** Name of the model at the endpoint. */
  readonly model: string;
  /** Local endpoints often need none. Never logged, recorded or saved. */
  readonly apiKey?: string | undefined;
  /** Default https://api.openai.com/v1. */
  readonly baseURL?: string | undefined;
  /** Of one request, to the last byte of its reply; default 120 000. */
  readonly timeoutMs?: number | undefined;
  /** After 408, 409, 429, 5xx and lost connections; default 2. */
  readonly retries?: number | undefined;
  /** Data folder: holds the user's profiles and remembers what endpoints can do. */
  readonly home?: string | undefined;
  /** Default: by the model's name. */
  readonly profile?: ModelProfile | undefined;
  /** Default: found out and remembered. */
  readonly rung?: Rung | undefined;
  /** Ask for replies piece by piece (`model-text` events). Default false: not every endpoint streams tool calls. */
  readonly stream?: boolean | undefined;
  /** File that receives requests and replies, one JSON line each, without keys. */
  readonly record?: string | undefined;
  /** Whether the recording holds the pictures; default their hashes only. */
  readonly recordImages?: boolean | undefined;
  /** Recording that answers in place of the endpoint: neither key nor network is used. */
  readonly replay?: string | undefined;
}

export const DEFAULT_URL = "https://api.openai.com/v1";
export const DEFAULT_TIMEOUT_MS = 120_000;
export const DEFAULT_RETRIES = 2;
