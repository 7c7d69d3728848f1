/** A Redis server, a blob folder, a server's end of the queue, and workers: here or in processes of their own. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { EditOptions, EditOutcome, EditRequest } from "../../src/engine/api.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import type { Quality } from "../../src/engine/recipe/schema.ts";
import {
  connectRedis,
  EditWorker,
  type JobRecord,
  openBlobs,
  openSharedQueue,
  type SharedQueue,
} from "../../src/queue/index.ts";
import { newId } from "../../src/session/ids.ts";
import { pictureBytes } from "../helpers/byte-engine.ts";
import { type RedisServer, startRedis } from "../helpers/redis.ts";
import { type Course, slowEngine } from "./slow-engine.ts";
import type { WorkerArgs } from "./worker-process.ts";

export interface TestWorker {
  readonly process: ChildProcess;
  readonly records: JobRecord[];
  /** Resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface QueueBench {
  readonly redis: RedisServer;
  readonly dir: string;
  readonly queue: SharedQueue;
  readonly picture: Buffer;
  readonly where: WorkerArgs;
  /** In a process of its own. */
  worker(): Promise<TestWorker>;
  /** In this one; resolves to what it has told. */
  ownWorker(): Promise<JobRecord[]>;
  request(seed: number, quality?: Quality, course?: Course): EditRequest;
  edit(seed: number, options?: EditOptions & { quality?: Quality; course?: Course }): Promise<EditOutcome>;
  /** A course that is held in its middle until it is let go. */
  held(): { readonly course: Course; go(): Promise<void> };
  /** Resolves when as many edits with a model wait. */
  waiting(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startQueue(redisArgs?: readonly string[]): Promise<QueueBench> {
  const redis = await startRedis(redisArgs);
  const dir = await mkdtemp(join(tmpdir(), "dragflow-queue-"));
  const picture = pictureBytes(1);
  await writeFile(join(dir, "picture.png"), picture);
  const where = { url: redis.url, blobs: join(dir, "blobs"), home: dir, leaseMs: 2000 };
  const queue = await openSharedQueue({ ...where, env: {}, lookMs: 300, askMs: 3000 });
  const ends: (() => Promise<unknown>)[] = [];
  const request = (seed: number, quality: Quality = "fast", course: Course = {}): EditRequest => {
    const operations = [{ region: { box: [0, 0, 10, 10] }, motion: { type: "relocation", by: [5, 0] } }];
    const recipe = parseRecipe({ operations, seed, quality, prompt: JSON.stringify(course) });
    return { image: join(dir, "picture.png"), recipe, baseDir: dir, dir: join(dir, "edits", newId("edit")) };
  };
  return {
    ...{ redis, dir, queue, picture, request, where },
    async worker() {
      const worker = await startWorker(where);
      ends.push(() => worker.kill());
      return worker;
    },
    async ownWorker() {
      const connection = await connectRedis(redis.url);
      const blobs = await openBlobs({ named: where.blobs, home: dir, env: {} });
      const records: JobRecord[] = [];
      const wish = { redis: connection, blobs, engine: slowEngine(), home: dir, leaseMs: where.leaseMs };
      const worker = new EditWorker({ ...wish, onJob: (record) => records.push(record) });
      await worker.ready();
      ends.push(() => worker.close(0).finally(() => connection.disconnect()));
      return records;
    },
    edit: (seed, { quality, course, ...options } = {}) => queue.edits.edit(request(seed, quality, course), options),
    held() {
      const until = join(dir, newId("job"));
      return { course: { until }, go: () => writeFile(until, "") };
    },
    waiting: (count) => eventually(async () => (await queue.edits.depth()).model.waiting === count),
    async close() {
      await Promise.all(ends.map((end) => end()));
      await queue.close();
      await redis.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function startWorker(args: WorkerArgs): Promise<TestWorker> {
  const entry = fileURLToPath(new URL("./worker-process.ts", import.meta.url));
  const child = fork(entry, [JSON.stringify(args)], { execArgv: ["--import", import.meta.resolve("tsx")] });
  const records: JobRecord[] = [];
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.on("message", (message) => {
      if (message === "ready") resolve();
      else records.push(message as JobRecord); // our own worker speaks
    });
    child.once("exit", (code) => reject(new Error(`the worker ended with ${code}`)));
  });
  return {
    process: child,
    records,
    async kill(signal = "SIGKILL") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await gone;
    },
  };
}

/** Asks until the answer is yes; the test's own time limit ends it. */
export async function eventually(ask: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await ask())) await sleep(10);
}
