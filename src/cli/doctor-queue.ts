/** The queue that servers and workers share, where one is configured: Redis, its settings, its workers, the blob store. */
import type { CliRun } from "./deps.ts";
import { type Finding, messageOf } from "./doctor-finding.ts";
import { blobsOf, type QueueFlags, redisUrlOf } from "./shared-queue.ts";

/** Nothing where no queue is configured: then edits run where they are asked for. */
export async function checkQueue(run: CliRun, flags: QueueFlags, home: string): Promise<Finding[]> {
  const url = redisUrlOf(run, flags);
  if (url === undefined) return [];
  return [await redisFinding(url), ...(await workersFinding(url)), await blobsFinding(run, flags, home)];
}

/** Whether it keeps what it is given: BullMQ's keys must neither be evicted nor lost with the process. */
async function redisFinding(url: string): Promise<Finding> {
  const { connectRedis, shownUrl } = await import("../queue/index.ts");
  try {
    const redis = await connectRedis(url);
    try {
      const { redis_version: version, maxmemory_policy: policy, aof_enabled: log } = factsOf(await redis.info());
      const text = `Redis ${version} at ${shownUrl(url)} answers`;
      if (policy !== undefined && policy !== "noeviction") {
        const advice = `Set maxmemory-policy noeviction: with ${policy} Redis may drop edits that wait`;
        return { name: "queue", ok: false, text: `${text}, maxmemory-policy ${policy}`, advice };
      }
      if (log !== "0") return { name: "queue", ok: true, text };
      const advice = "With appendonly yes, edits that wait outlive a restart of Redis";
      return { name: "queue", ok: true, isNote: true, text: `${text}; it keeps nothing on its disk`, advice };
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    return failed("queue", error, "Start Redis, or correct DRAGFLOW_REDIS_URL (--redis-url)");
  }
}

async function workersFinding(url: string): Promise<Finding[]> {
  const { connectRedis, workersOf } = await import("../queue/index.ts");
  const redis = await connectRedis(url).catch(() => undefined);
  if (redis === undefined) return []; // said already
  try {
    const names = await workersOf(redis);
    if (names.length > 0) return [{ name: "workers", ok: true, text: `${names.length}: ${names.join(", ")}` }];
    const advice = "Start dragflow worker with the same DRAGFLOW_REDIS_URL: until then edits wait";
    return [{ name: "workers", ok: false, text: "no worker takes edits", advice }];
  } catch (error) {
    return [failed("workers", error, "The Redis user needs CLIENT LIST")];
  } finally {
    redis.disconnect();
  }
}

async function blobsFinding(run: CliRun, flags: QueueFlags, home: string): Promise<Finding> {
  const { openBlobs } = await import("../queue/index.ts");
  const advice = "Servers and workers need the same DRAGFLOW_BLOBS (--blobs): a shared folder, or s3://bucket/prefix";
  try {
    const blobs = await openBlobs({ named: blobsOf(run, flags), home, env: run.env });
    await blobs.probe();
    blobs.close();
    return { name: "blobs", ok: true, text: `${blobs.place} can be read and written` };
  } catch (error) {
    return failed("blobs", error, advice);
  }
}

function failed(name: string, error: unknown, advice: string): Finding {
  const hint = error instanceof Error && "hint" in error && typeof error.hint === "string" ? error.hint : advice;
  return { name, ok: false, text: messageOf(error), advice: hint };
}

/** Lines of INFO, "name:value". */
function factsOf(info: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(info.split("\r\n").map((line) => [line.split(":")[0] ?? "", line.split(":")[1]]));
}
