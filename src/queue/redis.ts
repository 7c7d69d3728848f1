/** A connection to Redis, or a sentence saying why there is none. */
import { Redis } from "ioredis";
import { EditError } from "../errors.ts";

/** How long Redis may take to answer when a program begins. */
const CONNECT_MS = 5000;
/** Pauses between attempts to reach a Redis that went away: soon at first, never longer than this. */
const MOST_RETRY_MS = 2000;

/**
 * Connects and asks for an answer; afterwards the connection comes back by itself, and commands wait for it.
 * `url` is redis://[user:password@]host[:port][/db], rediss:// with TLS. Throws `usage` for what is no such URL and
 * `queue-unavailable`.
 */
export async function connectRedis(url: string): Promise<Redis> {
  const shown = shownUrl(url);
  let last: unknown;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // BullMQ demands it of connections that block.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 100, MOST_RETRY_MS),
  });
  redis.on("error", (error: unknown) => {
    last = error;
  });
  try {
    await within(CONNECT_MS, redis.connect());
    await within(CONNECT_MS, redis.ping());
    return redis;
  } catch (cause) {
    redis.disconnect();
    throw unavailable(shown, last ?? cause);
  }
}

/** Without user and password. Throws `usage`. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw new EditError(
      "usage",
      "Expected DRAGFLOW_REDIS_URL or --redis-url as redis://host:port, got something else",
      {
        hint: "redis://[user:password@]host[:port][/number]; rediss:// for TLS",
      },
    );
  }
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}

/** `work` fails with `queue-unavailable` where Redis does not answer for that long: a command alone would wait for ever. */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function unavailable(where: string, cause: unknown): EditError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EditError("queue-unavailable", `Expected a Redis server at ${where}, got: ${reason}`, {
    hint: "Start it, or correct DRAGFLOW_REDIS_URL (--redis-url); without one, edits run in this process alone",
    cause,
  });
}
