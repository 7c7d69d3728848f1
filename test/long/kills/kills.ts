/** The part "kills": each run kills something at a moment that follows from its seed. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { photo } from "../../helpers/mcp.ts";
import { REDIS_MISSING } from "../../helpers/redis.ts";
import { ApiClient } from "../client.ts";
import { Expected, VARIANTS, wishOf } from "../edits.ts";
import { Faults, type PartOptions, type PartResult } from "../part.ts";
import { serve } from "../program.ts";
import { blobsWhole } from "../whole.ts";
import { killEngine } from "./engine.ts";
import { killMcp } from "./mcp.ts";
import { QueueTown } from "./queue.ts";
import { killServer, type ServerBench } from "./server.ts";

/** Every so many of the engine's runs one is of the model's process. */
const MODEL_EVERY = 6;

export async function killsPart(options: PartOptions, wanted = VICTIMS): Promise<PartResult> {
  const victims = REDIS_MISSING === undefined ? wanted : wanted.filter((one) => !NEED_REDIS.includes(one));
  const home = await mkdtemp(join(tmpdir(), "dragflow-kills-"));
  const faults = new Faults();
  const counts: Record<string, number> = {};
  const count = (name: string, by = 1) => {
    counts[name] = (counts[name] ?? 0) + by;
  };
  try {
    const bench = await prepared(home, options);
    for (let i = 0; i < options.runs; i++) {
      const victim = victims[i % victims.length] ?? "engine";
      const seed = options.seed + i;
      await faults.during(`run ${i}, seed ${seed}, ${victim}`, async () => {
        count(`kills of the ${victim}`);
        await VICTIM[victim](bench, seed, count);
      });
      options.log(`kills: run ${i + 1} of ${options.runs} (${victim}), ${faults.list.length} faults`);
    }
    await faults.during("the queue at the end", async () => bench.queue?.close());
    await faults.during("at the end", async () => count("blobs looked over", await blobsWhole(home)));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  const skipped = REDIS_MISSING === undefined ? {} : { "kills around the queue": `skipped: ${REDIS_MISSING}` };
  return { runs: options.runs, faults: faults.list, figures: { ...counts, ...skipped } };
}

type Count = (name: string, by?: number) => void;
interface Bench extends ServerBench {
  readonly photo: string;
  /** Opened with the first kill of one of its processes. */
  queue: QueueTown | undefined;
}

async function killInQueue(victim: "worker" | "redis", bench: Bench, seed: number, count: Count): Promise<void> {
  bench.queue ??= await QueueTown.open(bench.program, bench.photo);
  const { again, refused } = await bench.queue.kill(victim, seed);
  count("edits of the queue begun more than once", again);
  count("edits refused while Redis was away", refused);
}

const VICTIM = {
  async engine(bench: Bench, seed: number, count: Count) {
    const quality = seed % MODEL_EVERY === 0 ? "fast" : "preview";
    const { crashed } = await killEngine(bench.home, bench.photo, seed, quality, bench.expected);
    count("edits cut off with the engine", crashed);
  },
  async server(bench: Bench, seed: number, count: Count) {
    const { interrupted, untold, again } = await killServer(bench, seed);
    count("edits cut off with the server", interrupted);
    count("edits finished but not told", untold);
    count("edits asked for again", again);
  },
  async mcp(bench: Bench, seed: number, count: Count) {
    if (await killMcp(bench, seed)) count("kills of mcp with a picture open");
  },
  worker: (bench: Bench, seed: number, count: Count) => killInQueue("worker", bench, seed, count),
  redis: (bench: Bench, seed: number, count: Count) => killInQueue("redis", bench, seed, count),
  async owner(bench: Bench, seed: number, count: Count) {
    bench.queue ??= await QueueTown.open(bench.program, bench.photo);
    const { takenOn, interrupted } = await bench.queue.killServer(seed);
    count("edits taken on from a killed server", takenOn);
    count("edits of the queue's server interrupted", interrupted);
  },
} as const satisfies Record<string, (bench: Bench, seed: number, count: Count) => Promise<void>>;
export type Victim = keyof typeof VICTIM;
const NEED_REDIS: readonly Victim[] = ["worker", "redis", "owner"];
/** As often as they matter: ten runs in turn. "owner" is the server that has its edits made by workers. */
const VICTIMS: readonly Victim[] = [
  "engine",
  "server",
  "worker",
  "redis",
  "server",
  "engine",
  "owner",
  "mcp",
  "server",
  "owner",
];

/** A session with the picture, and what each edit comes to when nothing is killed. */
async function prepared(home: string, { program }: PartOptions): Promise<Bench> {
  const picture = join(home, "photo.png");
  await photo(picture);
  const server = await serve(program, home);
  const client = await ApiClient.begin(server.url);
  const expected = new Expected();
  const bytes = new Uint8Array(await readFile(picture));
  const imageId = await client.upload(bytes, "photo.png");
  for (const variant of VARIANTS) {
    const { jobId } = await client.post<{ jobId: string }>("/edits", { imageId, ...wishOf(variant) });
    const { editId = "" } = await client.ended(jobId);
    expected.learn(`preview ${variant}`, await client.hash(editId));
  }
  server.child.kill("SIGTERM");
  await server.ended;
  return { home, program, expected, sessionId: client.sessionId, imageId, lost: [], photo: picture, queue: undefined };
}
