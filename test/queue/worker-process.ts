/** A worker in a process of its own: told by its arguments where to work, tells its parent what it does. */
import { connectRedis, EditWorker, openBlobs } from "../../src/queue/index.ts";
import { slowEngine } from "./slow-engine.ts";

export interface WorkerArgs {
  readonly url: string;
  readonly blobs: string;
  readonly home: string;
  readonly leaseMs: number;
}

const { url, blobs: named, home, leaseMs } = JSON.parse(process.argv[2] ?? "{}") as WorkerArgs; // our own test wrote it
const redis = await connectRedis(url);
const blobs = await openBlobs({ named, home, env: process.env });
const wish = { redis, blobs, engine: slowEngine(), home, leaseMs };
const worker = new EditWorker({ ...wish, onJob: (record) => process.send?.(record) });
await worker.ready();
process.send?.("ready");
// What runs is handed back at once.
process.once("SIGTERM", async () => {
  await worker.close(0);
  redis.disconnect();
  process.disconnect();
});
