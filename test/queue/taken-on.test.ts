/** A server is killed while its edit waits, is made, or has been made: the one that opens the session next takes it on. */
import { type ChildProcess, fork } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  connectRedis,
  type JobRecord,
  openSharedQueue,
  type SharedQueue,
  sessionLeases,
} from "../../src/queue/index.ts";
import { type JobView, Workspace } from "../../src/session/index.ts";
import { byteEngine, edited } from "../helpers/byte-engine.ts";
import { REDIS_MISSING } from "../helpers/redis.ts";
import { eventually, type QueueBench, startQueue } from "./bench.ts";
import type { OwnerArgs, OwnerSays } from "./owner-process.ts";
import type { Course } from "./slow-engine.ts";

interface Owner {
  readonly views: JobView[];
  /** Its session and the edit's job; undefined for one that took a session on. */
  readonly begun: { readonly session: string; readonly imageId: string; readonly jobId: string } | undefined;
  readonly child: ChildProcess;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
  kill(): Promise<void>;
}

describe.skipIf(REDIS_MISSING)(`edits of a killed server${REDIS_MISSING ? ` (${REDIS_MISSING})` : ""}`, () => {
  let bench: QueueBench;
  const ends: (() => Promise<unknown>)[] = [];
  let records: JobRecord[];
  let redis: Redis;
  beforeAll(async () => {
    bench = await startQueue();
    records = await bench.ownWorker();
    redis = await connectRedis(bench.where.url);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(async () => {
    redis?.disconnect();
    await bench?.close();
  });

  async function owner(wish: Pick<OwnerArgs, "session" | "seed" | "dies"> & { course?: Course }): Promise<Owner> {
    const args: OwnerArgs = { ...bench.where, picture: join(bench.dir, "picture.png"), course: {}, ...wish };
    const entry = fileURLToPath(new URL("./owner-process.ts", import.meta.url));
    const child = fork(entry, [JSON.stringify(args)], { execArgv: ["--import", import.meta.resolve("tsx")] });
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const views: JobView[] = [];
    let begun: Owner["begun"];
    child.on("message", (message) => {
      const said = message as OwnerSays; // our own process speaks
      if ("view" in said) views.push(said.view);
      else begun = said;
    });
    const kill = async () => {
      child.kill("SIGKILL");
      await gone;
    };
    ends.push(kill);
    if (wish.session === undefined) await eventually(() => begun !== undefined);
    return { views, begun, child, gone, kill };
  }

  /** A server's part in this process. */
  async function next(session: string): Promise<{ workspace: Workspace; queue: SharedQueue }> {
    const queue = await openSharedQueue({ ...bench.where, env: {}, lookMs: 300 });
    const lock = sessionLeases({ redis, place: bench.where.url, leaseMs: 500 });
    ends.push(() => queue.close());
    let workspace: Workspace | undefined;
    await eventually(async () => {
      workspace = await Workspace.open(bench.where.home, session, { lock, handed: queue.engine(byteEngine()) }).catch(
        (error) => {
          if (error.code === "session-in-use") return undefined;
          throw error;
        },
      );
      return workspace !== undefined;
    });
    const found = workspace as unknown as Workspace; // it was waited for
    ends.push(() => found.close());
    return { workspace: found, queue };
  }

  async function expectOnce(workspace: Workspace, jobId: string, seed: number): Promise<void> {
    const view = await workspace.jobs.wait(jobId, { seconds: 20 });
    expect(view).toMatchObject({ status: "done", editId: expect.any(String) });
    expect(workspace.edits().map(({ id }) => id)).toEqual([view.editId]);
    expect(await readdir(join(workspace.dir, "edits"))).toEqual([view.editId]);
    const { outcome } = workspace.edited(view.editId ?? "");
    expect(await readFile(outcome.files.image)).toEqual(edited(bench.picture, seed));
    expect(workspace.jobs.list().filter((job) => job.jobId === jobId)).toHaveLength(1);
  }

  /** An edit that a worker has begun, and whose server is gone. */
  async function orphaned(seed: number, course: Course): Promise<{ session: string; jobId: string; imageId: string }> {
    const first = await owner({ seed, course });
    await eventually(() => first.views.some(({ progress }) => progress !== undefined));
    await first.kill();
    return first.begun ?? { session: "", jobId: "", imageId: "" };
  }

  /** How often workers began and ended edits since the last time. */
  const story = () => records.splice(0).map(({ status }) => status);
  const made = () => eventually(() => records.some(({ status }) => status === "done"));

  it("that a worker ends meanwhile are in the history afterwards, once, and leave the queue", async () => {
    const { course, go } = bench.held();
    const { session, jobId } = await orphaned(1, course);
    await go();
    await made();
    const { workspace } = await next(session);
    await expectOnce(workspace, jobId, 1);
    await eventually(async () => (await redis.exists(`dragflow:model:${workspace.edits()[0]?.id}`)) === 0);
    expect(story()).toEqual(["begun", "done"]);
  });

  it("that are being made are watched on: their progress, their end", async () => {
    const { course, go } = bench.held();
    const { session, jobId } = await orphaned(2, course);
    const { workspace } = await next(session);
    const told: number[] = [];
    workspace.jobs.onChange(({ progress }) => progress && told.push(progress.done));
    await eventually(() => workspace.jobs.view(jobId).progress?.done === 4);
    expect(workspace.edits()).toEqual([]);
    await go();
    await expectOnce(workspace, jobId, 2);
    expect(told.at(-1)).toBe(10);
    expect(story()).toEqual(["begun", "done"]);
  });

  it("that are being made can be cancelled", async () => {
    const { session, jobId } = await orphaned(3, bench.held().course);
    const { workspace } = await next(session);
    await eventually(() => workspace.jobs.view(jobId).status === "running");
    workspace.jobs.cancel(jobId);
    expect(await workspace.jobs.wait(jobId, { seconds: 20 })).toMatchObject({ status: "cancelled" });
    await eventually(() => records.length === 2);
    expect(story()).toEqual(["begun", "cancelled"]);
    expect(await readdir(join(workspace.dir, "edits"))).toEqual([]);
  });

  it("that nobody has begun wait on, and their picture is not pruned meanwhile", async () => {
    const model = new Queue("model", { connection: redis, prefix: "dragflow" });
    await model.pause();
    const first = await owner({ seed: 4 });
    await bench.waiting(1);
    await first.kill();
    const { session = "", jobId = "", imageId } = first.begun ?? {};
    const { workspace } = await next(session);
    await eventually(() => workspace.jobs.view(jobId).ahead === 0);
    await expect(workspace.history.remove(imageId ?? "")).rejects.toMatchObject({ code: "session-in-use" });
    await model.resume();
    await expectOnce(workspace, jobId, 4);
    expect(story()).toEqual(["begun", "done"]);
  });

  it.each(["unwritten", "unended"] as const)(
    "are there once when the next server dies over them, too: %s",
    async (dies) => {
      const { course, go } = bench.held();
      const { session, jobId } = await orphaned(5, course);
      await go();
      await made();
      const second = await owner({ session, seed: 5, dies });
      await second.gone;
      expect(second.views.some(({ status }) => status === "done")).toBe(false);
      const { workspace } = await next(session);
      await expectOnce(workspace, jobId, 5);
      expect(story()).toEqual(["begun", "done"]);
    },
  );

  it("that the queue has lost are interrupted, and so are those of a program without it", async () => {
    const { course, go } = bench.held();
    const lost = await orphaned(6, course);
    const unheard = await owner({ seed: 7, course });
    await bench.waiting(1);
    await unheard.kill();
    await go();
    await eventually(() => records.filter(({ status }) => status === "done").length === 2);
    await redis.flushall();
    const interrupted = { status: "failed", error: { code: "interrupted" } };
    const { workspace } = await next(lost.session);
    expect(workspace.jobs.view(lost.jobId)).toMatchObject(interrupted);
    const plain = await Workspace.open(bench.where.home, unheard.begun?.session ?? "");
    expect(plain.jobs.view(unheard.begun?.jobId ?? "")).toMatchObject(interrupted);
    await plain.close();
  });
});
