/** Edits across processes: a server's end here, workers in processes of their own, a real Redis between them. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Progress } from "../../src/engine/api.ts";
import { connectRedis } from "../../src/queue/index.ts";
import { edited } from "../helpers/byte-engine.ts";
import { REDIS_MISSING } from "../helpers/redis.ts";
import { eventually, type QueueBench, startQueue, type TestWorker } from "./bench.ts";

// One after the other with the same workers: a process takes longer to start than a test to run.
describe.skipIf(REDIS_MISSING)(`edits made by workers${REDIS_MISSING ? ` (${REDIS_MISSING})` : ""}`, () => {
  let bench: QueueBench;
  let workers: TestWorker[];
  /** Nobody takes an edit while it is paused. */
  let model: Queue;
  let redis: Redis;

  beforeAll(async () => {
    bench = await startQueue();
    workers = await Promise.all([bench.worker(), bench.worker()]);
    redis = await connectRedis(bench.redis.url);
    model = new Queue("model", { connection: redis, prefix: "dragflow" });
  });
  afterAll(async () => {
    redis?.disconnect();
    await bench?.close();
  });

  /** The worker that has begun an edit which none has ended. */
  async function busyOne(): Promise<TestWorker> {
    const isBusy = ({ records }: TestWorker) => records.at(-1)?.status === "begun";
    await eventually(() => workers.some(isBusy));
    return workers.find(isBusy) as TestWorker; // there is one
  }

  function story(worker: TestWorker | undefined) {
    return worker?.records.splice(0).map(({ status, attempt, code }) => [status, attempt, ...(code ? [code] : [])]);
  }

  it("come back whole, with progress and pictures, whichever worker made them", async () => {
    const told: Progress[] = [];
    const frames: number[] = [];
    const watch = {
      onProgress: (progress: Progress) => told.push(progress),
      onPreview: ({ data }: { data: Uint8Array }) => frames.push(...data),
    };
    const { course, go } = bench.held();
    const edits = Promise.all([1, 2, 3, 4].map((seed) => bench.edit(seed, { course, ...(seed === 1 ? watch : {}) })));
    await eventually(() => workers.every(({ records }) => records.length > 0));
    await go();
    for (const [i, { files, recipe, receipt }] of (await edits).entries()) {
      expect(await readFile(files.image)).toEqual(edited(bench.picture, i + 1));
      expect(existsSync(files.loss)).toBe(true);
      expect(recipe.seed).toBe(i + 1);
      expect(receipt.outsidePsnr).toBe(Number.POSITIVE_INFINITY);
    }
    expect(told.at(-1)).toEqual({ stage: "drag", done: 10, total: 10 });
    expect(told.map(({ done }) => done)).toEqual([...told.map(({ done }) => done)].sort((x, y) => x - y));
    expect(frames).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect((await bench.queue.edits.depth()).model).toEqual({ waiting: 0, active: 0, workers: 2 });
    const done = workers.flatMap((worker) => story(worker) ?? []).filter(([status]) => status === "done");
    expect(done).toHaveLength(4);
  });

  it("begin anew with another worker when theirs is killed, to the same picture", async () => {
    const told: number[] = [];
    const { course, go } = bench.held();
    const edit = bench.edit(7, { course, onProgress: ({ done }) => told.push(done) });
    const first = await busyOne();
    await eventually(() => told.includes(1));
    await first.kill("SIGKILL");
    await go();
    workers = workers.filter((worker) => worker !== first);
    expect(await readFile((await edit).files.image)).toEqual(edited(bench.picture, 7));
    expect(story(first)).toEqual([["begun", 1]]);
    expect(story(workers[0])).toEqual([
      ["begun", 2],
      ["done", 2],
    ]);
    expect(told).toEqual([...told].sort((x, y) => x - y));
  });

  it("take turns: previews wait for none, short ones go before long ones, conversations before others", async () => {
    await model.pause();
    const waits: (number | undefined)[] = [];
    const { course, go } = bench.held();
    const full = bench.edit(1, { quality: "full", course, onWait: (ahead) => waits.push(ahead) });
    await bench.waiting(1);
    const fast = bench.edit(2, { quality: "fast", course });
    await bench.waiting(2);
    const talk = bench.edit(3, { quality: "fast", course, conversational: true });
    await eventually(() => waits.includes(2));
    await model.resume();
    await busyOne();
    await bench.edit(4, { quality: "preview" });
    const [worker] = workers;
    expect(worker?.records.filter(({ status, lane }) => status === "done" && lane === "model")).toEqual([]);
    await go();
    const made = await Promise.all([full, fast, talk]);
    const begun = worker?.records.filter(({ status, lane }) => status === "begun" && lane === "model") ?? [];
    const seedOf = (editId: string) => made.find(({ files }) => dirname(files.image).endsWith(editId))?.recipe.seed;
    expect(begun.map(({ editId }) => seedOf(editId))).toEqual([3, 2, 1]);
    expect(waits[0]).toBe(0);
    expect(waits.at(-1)).toBeUndefined();
    story(worker);
  });

  it("are cancelled while they wait, and while a worker makes them", async () => {
    await model.pause();
    const early = new AbortController();
    const waiting = bench.edit(1, { signal: early.signal });
    await bench.waiting(1);
    early.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
    expect((await bench.queue.edits.depth()).model).toMatchObject({ waiting: 0, active: 0 });
    await model.resume();

    const late = new AbortController();
    const request = bench.request(2, "fast", bench.held().course);
    const running = bench.queue.edits.edit(request, { signal: late.signal });
    const worker = await busyOne();
    late.abort();
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
    await eventually(() => worker.records.length === 2);
    expect(story(worker)).toEqual([
      ["begun", 1],
      ["cancelled", 1, "cancelled"],
    ]);
    expect(existsSync(request.dir)).toBe(false);
  });

  it("are tried again with their seed when the engine crashes, and not when the wish is refused", async () => {
    const crashed = await bench.edit(9, { course: { crashed: true } });
    expect(await readFile(crashed.files.image)).toEqual(edited(bench.picture, 9));
    expect(story(workers[0])).toEqual([
      ["begun", 1],
      ["failed", 1, "engine-crashed"],
      ["begun", 2],
      ["done", 2],
    ]);
    await expect(bench.edit(10, { course: { refused: true } })).rejects.toMatchObject({ code: "region-empty" });
    await eventually(() => workers[0]?.records.length === 2);
    expect(story(workers[0])).toEqual([
      ["begun", 1],
      ["failed", 1, "region-empty"],
    ]);
  });

  it("go back to the queue when their worker is told to stop", async () => {
    workers = [...workers, await bench.worker()];
    const { course, go } = bench.held();
    const edit = bench.edit(8, { course });
    const first = await busyOne();
    await first.kill("SIGTERM");
    await go();
    expect(story(first)).toEqual([
      ["begun", 1],
      ["handed-back", 1],
    ]);
    expect(first.process.exitCode).toBe(0);
    expect(await readFile((await edit).files.image)).toEqual(edited(bench.picture, 8));
    const other = workers.find((worker) => worker !== first);
    expect(story(other)?.map(([status]) => status)).toEqual(["begun", "done"]);
  });
});
