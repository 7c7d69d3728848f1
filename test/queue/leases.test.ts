/** Two servers, one session: one writes its history, whatever happens to the other. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpStatusOf } from "../../src/errors.ts";
import { connectRedis, sessionLeases } from "../../src/queue/index.ts";
import { Workspace } from "../../src/session/index.ts";
import { byteEngine, pictureBytes } from "../helpers/byte-engine.ts";
import { REDIS_MISSING, type RedisServer, startRedis } from "../helpers/redis.ts";
import { eventually } from "./bench.ts";

describe.skipIf(REDIS_MISSING)(`leases on sessions${REDIS_MISSING ? ` (${REDIS_MISSING})` : ""}`, () => {
  let server: RedisServer;
  let home: string;
  let picture: string;
  const connections: Redis[] = [];

  /** As a server of its own would lock: over its own connection. */
  async function locks(leaseMs = 15_000) {
    const redis = await connectRedis(server.url);
    connections.push(redis);
    return { lock: sessionLeases({ redis, place: server.url, leaseMs }), redis };
  }

  beforeAll(async () => {
    server = await startRedis();
    home = await mkdtemp(join(tmpdir(), "dragflow-leases-"));
    picture = join(home, "picture.png");
    await writeFile(picture, pictureBytes(1));
  });
  afterAll(async () => {
    for (const redis of connections) redis.disconnect();
    await server?.close();
    await rm(home, { recursive: true, force: true });
  });

  it("refuse the second server with a code that says who has it, and let it in when the first is through", async () => {
    const [a, b] = [await locks(), await locks()];
    const mine = await Workspace.create(home, a);
    await mine.openImage(byteEngine(), picture);
    const refused = await Workspace.open(home, mine.id, b).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "session-in-use",
      message: expect.stringContaining(`process ${process.pid}`),
    });
    expect(httpStatusOf(refused)).toBe(409);
    await mine.close();
    const theirs = await Workspace.open(home, mine.id, b);
    expect(theirs.images()).toHaveLength(1);
    await theirs.close();
  });

  it("end with an owner that falls silent; when it wakes, it writes no more", async () => {
    const [a, b] = [await locks(400), await locks(400)];
    const mine = await Workspace.create(home, a);
    await mine.openImage(byteEngine(), picture);
    a.redis.disconnect(); // as though its machine had gone
    await eventually(async () => (await b.redis.exists(`dragflow:owner:${mine.id}`)) === 0);
    const theirs = await Workspace.open(home, mine.id, b);
    await theirs.openImage(byteEngine(), picture);
    const journal = await readFile(join(mine.dir, "journal.jsonl"), "utf8");
    await expect(mine.openImage(byteEngine(), picture)).rejects.toMatchObject({ code: "session-in-use" });
    expect(await readFile(join(mine.dir, "journal.jsonl"), "utf8")).toBe(journal);
    expect(theirs.images()).toHaveLength(2);
    await theirs.close();
    await mine.close().catch(() => {});
  });

  it("are taken again by their owner where they ran out and nobody else came", async () => {
    const a = await locks(300);
    const mine = await Workspace.create(home, a);
    const key = `dragflow:owner:${mine.id}`;
    await a.redis.del(key);
    await eventually(async () => {
      await mine.openImage(byteEngine(), picture);
      return (await a.redis.exists(key)) === 1;
    });
    await mine.close();
    expect(await a.redis.exists(key)).toBe(0);
  });

  it("hold while Redis is away, for as long as nobody else can have them", async () => {
    const a = await locks();
    const mine = await Workspace.create(home, a);
    await server.kill();
    await mine.openImage(byteEngine(), picture);
    await server.start();
    await mine.openImage(byteEngine(), picture);
    await mine.close();
  });

  it("respect a session that a program without Redis has open", async () => {
    const plain = await Workspace.create(home);
    const a = await locks();
    await expect(Workspace.open(home, plain.id, a)).rejects.toMatchObject({ code: "session-in-use" });
    expect(await a.redis.exists(`dragflow:owner:${plain.id}`)).toBe(0);
    await plain.close();
  });
});
