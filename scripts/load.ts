/** 50 live previews side by side and 10 queued edits against one server: errors, the delay of its event loop, its memory
 * before and after. Beside them an idle process tells how late the machine makes any loop. Figures go to stdout as JSON;
 * exit status 1 where something failed, the delay's p99 passed 50 ms or the memory did not come back.
 * Usage: node --import tsx scripts/load.ts [preview|fast|full] */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FromServer, Measured, ToServer } from "./load-server.ts";

const PREVIEWS = 50;
const EDITS = 10;
const MOST_DELAY_MS = 50;
const MOST_GROWTH = 200e6;

const [quality = "preview"] = process.argv.slice(2);
const home = await mkdtemp(join(tmpdir(), "dragflow-load-"));
const loadBefore = loadavg()[0] ?? 0;
const server = started("load-server.ts", [home]);
const first = await answer(server);
const api = `${first !== "begun" && "url" in first ? first.url : ""}/api/v1`;

const own: Record<string, string> = {};
const { sessionId } = await ask("/sessions", {});
own["dragflow-session"] = String(sessionId);
const photo = new Uint8Array(await readFile(new URL("../examples/boat.webp", import.meta.url)));
const sent = await fetch(`${api}/images?name=boat.webp`, { method: "POST", body: photo, headers: own });
const { imageId } = (await sent.json()) as { imageId: string };

// The engine's processes have started, and both kinds of work have been done once.
await preview(0);
await edit(0);
await asked("begin");
const idle = started("load-idle.ts", []);
const began = performance.now();
const [previews, edits] = await Promise.all([
  Promise.allSettled(Array.from({ length: PREVIEWS }, (_, i) => preview(i))),
  Promise.allSettled(Array.from({ length: EDITS }, (_, i) => edit(i))),
]);
const seconds = (performance.now() - began) / 1000;
const idleLateP99Ms = await new Promise<number>((resolve) => {
  idle.once("message", (late) => resolve(Number(late)));
  idle.send("tell");
});
const told = await asked("tell");
if (told === "begun" || !("measured" in told)) throw new TypeError("Expected the server's figures");
const { measured } = told;
const gone = new Promise((resolve) => server.once("exit", resolve));
server.send("end" satisfies ToServer);
await gone;
await rm(home, { recursive: true, force: true });
report(measured);

function report({ lateMs, busy, rssBytes }: Measured): void {
  const failed = [...previews, ...edits].flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
  const times = previews.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])).sort((a, b) => a - b);
  const growth = rssBytes.after - rssBytes.before;
  const figures = {
    machine: { processors: availableParallelism(), loadBefore, idleLateP99Ms },
    quality,
    seconds,
    failed,
    loop: { lateMs, busy },
    previewSeconds: { median: times[PREVIEWS / 2], slowest: times.at(-1) },
    rssBytes: { ...rssBytes, growth },
  };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  if (failed.length > 0 || lateMs.p99 > MOST_DELAY_MS || growth > MOST_GROWTH) process.exitCode = 1;
}

function started(script: string, args: readonly string[]): ChildProcess {
  const execArgv = [...process.execArgv, "--expose-gc", ...(process.env.LOAD_PROFILE ? ["--cpu-prof"] : [])];
  return fork(fileURLToPath(new URL(script, import.meta.url)), args, { execArgv });
}

function answer(child: ChildProcess): Promise<FromServer> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as FromServer)); // our own server speaks
    child.once("exit", () => reject(new Error("The server ended")));
  });
}

function asked(what: ToServer): Promise<FromServer> {
  const told = answer(server);
  server.send(what);
  return told;
}

/** Each from a client of its own: none ends another. Resolves to its seconds. */
async function preview(i: number): Promise<number> {
  const start = performance.now();
  const wish = { imageId, operations: [operation(i)] };
  const answered = await fetch(`${api}/live?client=client-${i}`, json(wish));
  if (answered.status !== 200) throw new Error(`preview ${i}: ${answered.status} ${await answered.text()}`);
  await answered.arrayBuffer();
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
  return { region: { box: [100, 200, 300, 400] }, motion: { type: "relocation", by: [i + 10, i / 2] } };
}

async function ask(path: string, body: unknown): Promise<Record<string, unknown>> {
  const answered = await fetch(`${api}${path}`, json(body));
  if (!answered.ok) throw new Error(`${path}: ${answered.status} ${await answered.text()}`);
  return (await answered.json()) as Record<string, unknown>;
}

function json(body: unknown): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...own } };
}
