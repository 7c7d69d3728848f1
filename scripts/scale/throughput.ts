/** Edits a minute with 1, 2 and 4 workers on this machine: real ones (`dragflow worker`, the embedded model), and workers whose
 * edits only wait, as though a GPU made them, which shows what the queue itself adds. Figures go to stdout as JSON.
 * Needs redis-server. Usage: node --import tsx scripts/scale/throughput.ts [edits=4] [waiting edits=60] [milliseconds=500] */
import type { ChildProcess } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { EditOutcome } from "../../src/engine/api.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import type { Quality } from "../../src/engine/recipe/schema.ts";
import { connectRedis, openSharedQueue } from "../../src/queue/index.ts";
import { newId } from "../../src/session/ids.ts";
import { jsonOf } from "../../src/session/journal-line.ts";
import { bareNames } from "../../src/session/names.ts";
import { startRedis } from "../../test/helpers/redis.ts";
import { gone, processorSeconds, realWorker, waitingWorker } from "./processes.ts";

const [edits = 4, waitingEdits = 60, waitMs = 500] = process.argv.slice(2).map(Number);
const COUNTS = [1, 2, 4];
const PHOTO = fileURLToPath(new URL("../../examples/boat.webp", import.meta.url));

const redis = await startRedis();
const home = await mkdtemp(join(tmpdir(), "dragflow-scale-"));
const place = { url: redis.url, blobs: join(home, "blobs"), home };
const queue = await openSharedQueue({ ...place, env: {} });
const control = await connectRedis(redis.url);
try {
  // The first worker's edits give the files that waiting workers give back.
  const [first, ...others] = COUNTS;
  const { row, cost } = await measuredFirst(first ?? 1);
  const waiting = [];
  for (const workers of COUNTS) waiting.push(told(await measuredWaiting(workers)));
  const redisBytesPerWaitingEdit = await memoryOfWaiting(200);
  const real = [row];
  for (const workers of others) real.push(told(await measuredReal(workers)));
  const machine = { model: cpus()[0]?.model, processors: availableParallelism(), node: process.version };
  process.stdout.write(`${JSON.stringify({ machine, real, cost, waiting, redisBytesPerWaitingEdit }, null, 2)}\n`);
} finally {
  control.disconnect();
  await queue.close();
  await redis.close();
  await rm(home, { recursive: true, force: true });
}

/** Each row as it comes: the whole takes minutes. */
function told<Row>(row: Row): Row {
  process.stderr.write(`${JSON.stringify(row)}\n`);
  return row;
}

async function measuredFirst(workers: number) {
  const started = await startedWarm(workers);
  const cost = { ...(await kept(await edit(999, "fast"))), previewProcessorSeconds: await previewCost(started) };
  told(cost);
  const row = told(await measuredWith(started));
  await Promise.all(started.map(gone));
  return { row, cost };
}

async function measuredReal(workers: number) {
  const started = await startedWarm(workers);
  const row = await measuredWith(started);
  await Promise.all(started.map(gone));
  return row;
}

/** Each has made one: models are loaded, graphs are built. */
async function startedWarm(workers: number): Promise<ChildProcess[]> {
  const started = await Promise.all(Array.from({ length: workers }, () => realWorker(place)));
  await Promise.all(started.map((_, i) => edit(1000 + i, "fast")));
  return started;
}

async function measuredWith(started: readonly ChildProcess[]) {
  const before = await spentBy(started);
  const [loadBefore] = loadavg();
  const row = await timed(edits, (seed) => edit(seed, "fast"));
  const processorSecondsPerEdit = ((await spentBy(started)) - before) / edits;
  return { workers: started.length, quality: "fast", loadBefore, ...row, processorSecondsPerEdit };
}

/** Of one worker, all its processes. */
async function previewCost(started: readonly ChildProcess[]): Promise<number> {
  await edit(1, "preview");
  const before = await spentBy(started);
  for (const seed of [2, 3, 4]) await edit(seed, "preview");
  return ((await spentBy(started)) - before) / 3;
}

async function spentBy(started: readonly ChildProcess[]): Promise<number> {
  const each = await Promise.all(started.map(({ pid = 0 }) => processorSeconds(pid)));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

async function measuredWaiting(workers: number) {
  const folder = join(home, "made");
  const started = await Promise.all(Array.from({ length: workers }, () => waitingWorker(place, folder, waitMs)));
  const ids = [...(await fileSet())];
  await control.config("RESETSTAT");
  const row = await timed(waitingEdits, (seed) => edit(seed, "fast"));
  const commands = Number(/total_commands_processed:(\d+)/.exec(await control.info("stats"))?.[1]);
  const ideal = (workers * 60_000) / waitMs;
  await Promise.all(started.map(gone));
  const added = (await fileSet()).size - ids.length;
  const bytes = { redisCommandsPerEdit: commands / waitingEdits, blobsPerEdit: added / waitingEdits };
  return { workers, waitMs, ...row, shareOfIdeal: row.editsPerMinute / ideal, ...bytes };
}

/** What Redis needs for an edit that nobody has begun; none is made. */
async function memoryOfWaiting(count: number): Promise<number> {
  const used = async () => Number(/used_memory:(\d+)/.exec(await control.info("memory"))?.[1]);
  const before = await used();
  const abort = new AbortController();
  const asked = Promise.allSettled(Array.from({ length: count }, (_, seed) => edit(seed, "fast", abort.signal)));
  while ((await queue.edits.depth()).model.waiting < count) await sleep(50);
  const bytes = ((await used()) - before) / count;
  abort.abort();
  await asked;
  return bytes;
}

/** Asks for all at once; seconds until the last is here. */
async function timed(count: number, make: (seed: number) => Promise<EditOutcome>) {
  const began = performance.now();
  await Promise.all(Array.from({ length: count }, (_, seed) => make(seed)));
  const seconds = (performance.now() - began) / 1000;
  return { edits: count, seconds, editsPerMinute: (60 * count) / seconds };
}

function edit(seed: number, quality: Quality, signal?: AbortSignal): Promise<EditOutcome> {
  const operations = [{ region: { box: [100, 200, 300, 400] }, motion: { type: "relocation", by: [20, 5] } }];
  const recipe = parseRecipe({ operations, quality, seed });
  const request = { image: PHOTO, recipe, baseDir: home, dir: join(home, "edits", newId("edit")) };
  return queue.edits.edit(request, signal === undefined ? {} : { signal });
}

/** The files of an edit, for workers that only wait; and how many bytes an edit is in the blob store and in Redis. */
async function kept(outcome: EditOutcome) {
  const dir = join(outcome.files.image, "..");
  const folder = join(home, "made");
  await mkdir(folder);
  await cp(dir, join(folder, "files"), { recursive: true });
  await writeFile(join(folder, "outcome.json"), jsonOf(bareNames(outcome, dir)));
  const sizes = await Promise.all((await readdir(dir)).map(async (name) => (await stat(join(dir, name))).size));
  return { resultBytes: sizes.reduce((sum, size) => sum + size, 0), pictureBytes: (await stat(PHOTO)).size };
}

async function fileSet(): Promise<Set<string>> {
  return new Set(await readdir(place.blobs, { recursive: true }).catch(() => []));
}
