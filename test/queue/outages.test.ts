/** What happens to edits when Redis goes away: killed and back with its data, back without it, never there. */
import { readFile } from "node:fs/promises";
import { Worker } from "bullmq";
import { afterEach, describe, expect, it } from "vitest";
import type { Progress } from "../../src/engine/api.ts";
import { connectRedis, openSharedQueue, shownUrl } from "../../src/queue/index.ts";
import { edited } from "../helpers/byte-engine.ts";
import { REDIS_MISSING } from "../helpers/redis.ts";
import { eventually, type QueueBench, startQueue } from "./bench.ts";

describe.skipIf(REDIS_MISSING)(`Redis goes away${REDIS_MISSING ? ` (${REDIS_MISSING})` : ""}`, () => {
  let bench: QueueBench | undefined;
  afterEach(async () => {
    await bench?.close();
    bench = undefined;
  });

  it("killed in the middle of edits and started again: each is made once more at most, none is lost", async () => {
    bench = await startQueue();
    const records = await bench.ownWorker();
    const told: number[] = [];
    const { course, go } = bench.held();
    // Asked for at once, any of them may be the first.
    const onProgress = ({ done }: Progress) => told.push(done);
    const edits = [1, 2, 3].map((seed) => bench?.edit(seed, { course, onProgress }));
    await eventually(() => told.includes(1));
    await bench.redis.kill();
    await bench.redis.start();
    await go();
    for (const [i, made] of (await Promise.all(edits)).entries()) {
      expect(await readFile(made?.files.image ?? "")).toEqual(edited(bench.picture, i + 1));
    }
    const done = records.filter(({ status }) => status === "done").map(({ editId }) => editId);
    expect(new Set(done).size).toBe(3);
    expect(done.length).toBeLessThanOrEqual(4);
  });

  it("an edit that was made while nobody listened is not made again", async () => {
    bench = await startQueue();
    const request = bench.request(5);
    const elsewhere = await openSharedQueue({ ...bench.where, env: {}, lookMs: 300, askMs: 3000 });
    const forgotten = elsewhere.edits.edit(request);
    forgotten.catch(() => {});
    await bench.waiting(1);
    await elsewhere.close();
    const records = await bench.ownWorker();
    await eventually(() => records.some(({ status }) => status === "done"));
    await bench.redis.kill();
    await bench.redis.start();
    const made = await bench.queue.edits.edit(request);
    expect(await readFile(made.files.image)).toEqual(edited(bench.picture, 5));
    expect(records.map(({ status }) => status)).toEqual(["begun", "done"]);
  });

  it("back without its data: what was waited for is asked for again", async () => {
    bench = await startQueue(["--appendonly", "no", "--save", ""]);
    const edit = bench.edit(4);
    await bench.waiting(1);
    await bench.redis.kill();
    await bench.redis.start();
    await bench.ownWorker();
    expect(await readFile((await edit).files.image)).toEqual(edited(bench.picture, 4));
  });

  it("workers that are lost over one edit again and again: it fails, and says so", async () => {
    bench = await startQueue();
    const redis = await connectRedis(bench.redis.url);
    // Takes what it gets and never ends it, as a worker does that dies over each.
    const how = { connection: redis, prefix: "dragflow", lockDuration: 100, stalledInterval: 100, maxStalledCount: 3 };
    const doomed = new Worker("model", null, { ...how, autorun: false, skipLockRenewal: true });
    await doomed.startStalledCheckTimer();
    const edit = bench.edit(11);
    let lost = 0;
    await eventually(async () => {
      if (await doomed.getNextJob("doomed", { block: false })) lost++;
      return lost === 4;
    });
    const records = await bench.ownWorker();
    await expect(edit).rejects.toMatchObject({ code: "engine-crashed", message: expect.stringContaining("was lost") });
    expect(records).toEqual([]);
    await doomed.close();
    redis.disconnect();
  });

  it("gone for good: a new edit is refused with a code within its time", async () => {
    bench = await startQueue();
    await bench.redis.kill();
    await expect(bench.edit(6)).rejects.toMatchObject({
      code: "queue-unavailable",
      message: expect.stringContaining(shownUrl(bench.redis.url)),
    });
  });

  it("never there: said at once, without the password", async () => {
    const url = "redis://someone:secret@127.0.0.1:1/3";
    const refused = await connectRedis(url).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "queue-unavailable",
      message: expect.stringMatching(/127\.0\.0\.1:1\/3.*ECONNREFUSED/),
    });
    expect(JSON.stringify(refused)).not.toContain("secret");
    await expect(connectRedis("http://127.0.0.1:1")).rejects.toMatchObject({ code: "usage" });
  });
});
