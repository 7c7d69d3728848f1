/** 50 live previews side by side and 10 queued edits against one server: errors, the event loop's delay, memory before and
 * after. Figures go to stdout as JSON; exit status 1 where something failed or the delay's p99 passed 50 ms. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createEngine } from "../src/engine/index.ts";
import { createApp, listen } from "../src/server/index.ts";

const PREVIEWS = 50;
const EDITS = 10;
const MOST_DELAY_MS = 50;
const MOST_GROWTH = 200e6;

const home = await mkdtemp(join(tmpdir(), "dragflow-load-"));
const engine = createEngine({ home });
const app = createApp({ engine, home, log: (line) => process.stderr.write(`${line}\n`) });
const server = await listen(app, { host: "127.0.0.1", port: 0 });
const api = `${server.url}/api/v1`;
const [quality = "preview"] = process.argv.slice(2);

const own: Record<string, string> = {};
const { sessionId } = await ask("/sessions", {});
own["dragflow-session"] = String(sessionId);
const photo = new Uint8Array(await readFile(new URL("../examples/boat.webp", import.meta.url)));
const sent = await fetch(`${api}/images?name=boat.webp`, { method: "POST", body: photo, headers: own });
const { imageId } = (await sent.json()) as { imageId: string };

await preview(0);
globalThis.gc?.();
const before = process.memoryUsage().rss;
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const began = performance.now();
const [previews, edits] = await Promise.all([
  Promise.allSettled(Array.from({ length: PREVIEWS }, (_, i) => preview(i))),
  Promise.allSettled(Array.from({ length: EDITS }, (_, i) => edit(i))),
]);
const seconds = (performance.now() - began) / 1000;
delay.disable();
const peak = process.memoryUsage().rss;
globalThis.gc?.();
await new Promise((resolve) => setTimeout(resolve, 2000));
const after = process.memoryUsage().rss;
await server.close();
await engine.close();
await rm(home, { recursive: true, force: true });

const failed = [...previews, ...edits].flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
const p99 = delay.percentile(99) / 1e6;
const times = previews.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])).sort((a, b) => a - b);
const figures = {
  processors: availableParallelism(),
  quality,
  seconds,
  failed,
  eventLoopDelayMs: { p50: delay.percentile(50) / 1e6, p99, max: delay.max / 1e6 },
  previewSeconds: { median: times[PREVIEWS / 2], slowest: times.at(-1) },
  rssBytes: { before, peak, after, growth: after - before },
};
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
if (failed.length > 0 || p99 > MOST_DELAY_MS || after - before > MOST_GROWTH) process.exitCode = 1;

/** Each from a client of its own: none ends another. Resolves to its seconds. */
async function preview(i: number): Promise<number> {
  const start = performance.now();
  const wish = { imageId, operations: [operation(i)] };
  const answer = await fetch(`${api}/live?client=client-${i}`, json(wish));
  if (answer.status !== 200) throw new Error(`preview ${i}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
  return (performance.now() - start) / 1000;
}

async function edit(i: number): Promise<void> {
  const { jobId } = await ask("/edits", { imageId, operations: [operation(i)], quality, seed: i });
  for (;;) {
    const job = (await (await fetch(`${api}/jobs/${jobId}?wait=50`, { headers: own })).json()) as { status: string };
    if (job.status === "done") return;
    if (job.status !== "queued" && job.status !== "running") throw new Error(`edit ${i}: ${JSON.stringify(job)}`);
  }
}

function operation(i: number) {
  return { region: { box: [100, 200, 300, 400] }, motion: { type: "relocation", by: [i, i / 2] } };
}

async function ask(path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(`${api}${path}`, json(body));
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

function json(body: unknown): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...own } };
}
