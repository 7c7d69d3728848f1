/** A Redis server of a test's own: Debian's redis-server on a free port, with its data in a folder, so that it can be killed
 * and started again. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Why tests that need Redis are skipped; undefined where they run. With CI set they run, and fail without it. */
export const REDIS_MISSING: string | undefined =
  process.env.CI || spawnSync("redis-server", ["--version"]).status === 0 ? undefined : "redis-server is not installed";

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number | undefined;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** On the same port and with the data that was on the disk. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** Each write is on the disk before Redis answers (append-only file, fsync always). */
const DURABLE = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];
const WITHIN_MS = 10_000;

export async function startRedis(args: readonly string[] = DURABLE): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), "dragflow-redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async () => {
    const where = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir];
    const started = spawn("redis-server", [...where, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    child = started;
    await ready(started);
  };
  const kill = async () => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await gone;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child?.pid;
    },
    kill,
    start,
    async close() {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Redis says so itself, once its data is loaded. */
async function ready(server: ChildProcess): Promise<void> {
  let said = "";
  const heard = new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`redis-server ended with ${code}:\n${said}`)));
    server.stdout?.on("data", (text) => {
      said += String(text);
      if (said.includes("Ready to accept connections")) resolve();
    });
  });
  const late = sleep(WITHIN_MS, undefined, { ref: false }).then(() => {
    throw new Error(`redis-server did not say that it is ready:\n${said}`);
  });
  await Promise.race([heard, late]);
  server.removeAllListeners("exit");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
