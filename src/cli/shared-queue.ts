/** Which commands use a queue on Redis, and the flags that say so. */
import type { Command } from "commander";
import type { SharedQueue } from "../queue/index.ts";
import type { CliDeps } from "./deps.ts";

export interface QueueFlags {
  readonly redisUrl?: string;
  readonly blobs?: string;
}

export function withQueueFlags(command: Command): Command {
  return command
    .option("--redis-url <url>", "queue shared with workers (DRAGFLOW_REDIS_URL); without it edits run here")
    .option("--blobs <place>", "store shared with workers: a folder, or s3://bucket/prefix (DRAGFLOW_BLOBS)");
}

/** The flag, else DRAGFLOW_REDIS_URL; undefined where edits run here. */
export function redisUrlOf({ env }: Pick<CliDeps, "env">, { redisUrl }: QueueFlags): string | undefined {
  return (redisUrl ?? env.DRAGFLOW_REDIS_URL) || undefined;
}

export function blobsOf({ env }: Pick<CliDeps, "env">, { blobs }: QueueFlags): string | undefined {
  return (blobs ?? env.DRAGFLOW_BLOBS) || undefined;
}

/** Runs `work` with the queue that is named, undefined where none is, and closes it. Throws what `openSharedQueue` throws. */
export async function withSharedQueue<Result>(
  {
    run,
    flags,
    home,
    log,
  }: { run: Pick<CliDeps, "env">; flags: QueueFlags; home: string; log: (line: string) => void },
  work: (queue: SharedQueue | undefined) => Promise<Result>,
): Promise<Result> {
  const url = redisUrlOf(run, flags);
  if (url === undefined) return work(undefined);
  // Loaded late: the queue's packages take time that nobody without one need spend.
  const { openSharedQueue } = await import("../queue/index.ts");
  const queue = await openSharedQueue({ url, blobs: blobsOf(run, flags), home, env: run.env, log });
  try {
    log(`edits are made by the workers of ${queue.place}; their files lie in ${queue.blobs.place}`);
    return await work(queue);
  } finally {
    await queue.close();
  }
}
