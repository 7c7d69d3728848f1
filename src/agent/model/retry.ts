/** Asks again after what passes by itself: longer each time, never all clients at once, as long as the endpoint says. */
import { setTimeout as sleep } from "node:timers/promises";
import { WireError } from "./wire.ts";

export interface RetryPolicy {
  /** Besides the first attempt. */
  readonly retries: number;
  /** 0–1; default Math.random. */
  readonly random?: () => number;
  readonly signal: AbortSignal;
  /** Hears of each failure that is followed by another attempt. */
  readonly onRetry: (error: WireError, waitMs: number) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** An endpoint that asks for more is not waited for: a person is. */
const LONGEST_ASKED_MS = 60_000;

export async function withRetries<T>(attempt: () => Promise<T>, policy: RetryPolicy): Promise<T> {
  for (let failed = 0; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof WireError) || !error.retryable || failed >= policy.retries) throw error;
      const wait = waitMs(error, failed, policy.random ?? Math.random);
      if (wait > LONGEST_ASKED_MS) throw error;
      policy.onRetry(error, wait);
      await sleep(wait, undefined, { signal: policy.signal }).catch(() => {
        throw new WireError("aborted", "The request was cancelled");
      });
    }
  }
}

/** Doubles from half a second to eight, less up to a quarter. */
export function waitMs(error: WireError, failed: number, random: () => number): number {
  if (error.retryAfterMs !== undefined) return error.retryAfterMs;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failed) * (1 - random() / 4);
}
