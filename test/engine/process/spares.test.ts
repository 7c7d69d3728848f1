import { once } from "node:events";
import { tmpdir } from "node:os";
import { afterEach, expect, test } from "vitest";
import { EngineClient } from "../../../src/engine/process/client.ts";
import { Spares } from "../../../src/engine/process/spares.ts";

const WORKER = new URL("./obedient-worker.ts", import.meta.url);
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function client(kind: "model" | "retouch", spares: Spares): EngineClient {
  const created = new EngineClient({ home: tmpdir(), worker: WORKER, kind, spares });
  open.push(created);
  return created;
}

/** The obedient worker answers with what it is. */
const whoIs = async (one: EngineClient) => (await one.inspect("")) as unknown as { kind: string; pid: number };

test("a client works with the process that was started in advance, the next one with its own", async () => {
  const spares = new Spares(["retouch"], WORKER);
  const [first, second] = [client("retouch", spares), client("retouch", spares)];
  expect(await whoIs(first)).toEqual({ kind: "retouch", pid: first.pid });
  expect(await whoIs(second)).toEqual({ kind: "retouch", pid: second.pid });
  expect(first.pid).not.toBe(second.pid);
});

test("another kind is not taken", async () => {
  const spares = new Spares(["retouch"], WORKER);
  expect(await whoIs(client("model", spares))).toMatchObject({ kind: "model" });
  spares.release();
});

test("a spare that has died is replaced", async () => {
  const spares = new Spares(["retouch"], WORKER);
  const dying = spares.take("retouch");
  expect(dying).toBeDefined();
  dying?.kill("SIGKILL");
  if (dying) await once(dying, "exit");
  expect(spares.take("retouch")).toBeUndefined();
  expect(await whoIs(client("retouch", spares))).toMatchObject({ kind: "retouch" });
});

test("those that nobody took end when they are released", async () => {
  const spares = new Spares(["retouch", "model"], WORKER);
  const taken = client("model", spares);
  await whoIs(taken);
  const [left] = spares.pids;
  expect(isAlive(left)).toBe(true);
  spares.release();
  await expect.poll(() => isAlive(left), { timeout: 20_000 }).toBe(false);
  expect(isAlive(taken.pid)).toBe(true);
});

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}
