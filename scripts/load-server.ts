/** The server of scripts/load.ts, in a process of its own that measures itself: told over IPC to begin and to tell. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createEngine } from "../src/engine/index.ts";
import { createApp, listen } from "../src/server/index.ts";

export interface Measured {
  /** Milliseconds that the loop was late by, beyond the timer's own resolution. */
  readonly lateMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Share of the time in which the loop was busy, 0–1. */
  readonly busy: number;
  readonly rssBytes: { readonly before: number; readonly peak: number; readonly after: number };
}

export type ToServer = "begin" | "tell" | "end";
export type FromServer = { readonly url: string } | { readonly measured: Measured } | "begun";

const RESOLUTION_MS = 5;
/** Time for what was let go to be given back. */
const SETTLE_MS = 3000;

const [home = "."] = process.argv.slice(2);
const engine = createEngine({ home });
const app = createApp({ engine, home, log: (line) => process.stderr.write(`${line}\n`) });
const server = await listen(app, { host: "127.0.0.1", port: 0 });
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let before = 0;
let utilization = performance.eventLoopUtilization();

process.on("message", (message: ToServer) => void heard(message));
send({ url: server.url });

async function heard(message: ToServer): Promise<void> {
  if (message === "begin") begin();
  else if (message === "tell") send({ measured: await measured() });
  else {
    await server.close();
    await engine.close();
    process.disconnect();
  }
}

function begin(): void {
  globalThis.gc?.();
  before = process.memoryUsage().rss;
  utilization = performance.eventLoopUtilization();
  delay.enable();
  send("begun");
}

async function measured(): Promise<Measured> {
  delay.disable();
  const { utilization: busy } = performance.eventLoopUtilization(utilization);
  const peak = process.memoryUsage().rss;
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const late = (ns: number) => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  const lateMs = { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) };
  return { lateMs, busy, rssBytes: { before, peak, after: process.memoryUsage().rss } };
}

function send(message: FromServer): void {
  process.send?.(message);
}
