/** Which workers are connected, by the names of their connections ("host:pid"). */
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { PREFIX } from "./protocol.ts";

export async function workersOf(redis: Redis): Promise<string[]> {
  const queue = new Queue("model", { connection: redis, prefix: PREFIX });
  try {
    const names = (await queue.getWorkers()).map(({ rawname = "" }) => /:w:(.+)$/.exec(rawname)?.[1] ?? "unnamed");
    return [...new Set(names)].sort();
  } finally {
    await queue.close();
  }
}
