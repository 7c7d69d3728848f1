/** kill -9 of workers, of Redis and of the server while edits wait in the shared queue and are made: each comes to its one
 * picture, once in the history, whoever made it and however often it was begun. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectRedis } from "../../../src/queue/index.ts";
import { mulberry } from "../../helpers/mulberry.ts";
import { type RedisServer, startRedis } from "../../helpers/redis.ts";
import { ApiClient, type Job } from "../client.ts";
import { Expected, hashOf, VARIANTS, wishOf } from "../edits.ts";
import { check, oneOf } from "../part.ts";
import { type Running, run, type Serving, serve, survivors } from "../program.ts";
import { openWhole } from "../whole.ts";

const WORKERS = 2;
/** A worker that is silent for so long is taken for dead. */
const LEASE_SECONDS = 3;
/** From the first edit's request to the last one's end on a quiet machine. */
const WINDOW_MS = 2500;
/** From the last edit's answer to the last one's end. */
const SERVER_WINDOW_MS = 1500;
/** Longest that three edits may take with everything that is killed meanwhile, on a machine with much other work. */
const WAIT_MS = 600_000;
const START_MS = 60_000;

export interface QueueKill {
  /** Edits that were begun more than once. */
  readonly again: number;
  /** Edits that ended with `queue-unavailable`, which were asked for again. */
  readonly refused: number;
}

export interface OwnerKill {
  /** Edits that the queue had when the server was dead, and those that it had not got yet. */
  readonly takenOn: number;
  readonly interrupted: number;
}

/** Redis, a server and workers, which live through many runs. */
export class QueueTown {
  readonly #home: string;
  readonly #program: readonly string[];
  readonly #redis: RedisServer;
  #server: Serving;
  #api: ApiClient;
  readonly #imageId: string;
  readonly #expected = new Expected();
  readonly #workers: Running[] = [];
  /** What workers wrote that are gone. */
  #said = "";

  private constructor(
    place: { home: string; program: readonly string[] },
    redis: RedisServer,
    server: Serving,
    session: { api: ApiClient; imageId: string },
  ) {
    this.#home = place.home;
    this.#program = place.program;
    this.#redis = redis;
    this.#server = server;
    this.#api = session.api;
    this.#imageId = session.imageId;
  }

  static async open(program: readonly string[], photo: string): Promise<QueueTown> {
    const home = await mkdtemp(join(tmpdir(), "dragflow-queue-"));
    const redis = await startRedis();
    const server = await serve(program, home, { argv: ["--redis-url", redis.url] });
    const api = await ApiClient.begin(server.url);
    const imageId = await api.upload(new Uint8Array(await readFile(photo)), "photo.png");
    const town = new QueueTown({ home, program }, redis, server, { api, imageId });
    for (let i = 0; i < WORKERS; i++) await town.#hire();
    for (const variant of VARIANTS) {
      const job = await api.ended(await town.#asked(variant));
      check(job.editId !== undefined, `undisturbed it came to ${JSON.stringify(job)}`);
      town.#expected.learn(`preview ${variant}`, await api.hash(job.editId));
    }
    return town;
  }

  async kill(victim: "worker" | "redis", seed: number): Promise<QueueKill> {
    const random = mulberry(seed);
    const variants = [0, 1, 2].map(() => oneOf(VARIANTS, random));
    const before = new Set((await this.#edits()).map(({ id }) => id));
    const wanted = variants.map((variant) => ({ variant, job: this.#made(variant) }));
    for (const { job } of wanted) job.catch(() => {}); // heard below
    await sleep(random() * WINDOW_MS);
    await (victim === "worker" ? this.#killWorkers(random) : this.#killRedis(random));
    const lost: number[] = [];
    let made = 0;
    for (const { variant, job } of wanted) {
      const { status, error, editId } = await within(job, `edit ${variant}`);
      if (editId !== undefined) made++;
      else {
        const refused = victim === "redis" && error?.code === "queue-unavailable";
        check(refused, `an edit ended as ${status}: ${JSON.stringify(error)}`);
        lost.push(variant);
      }
    }
    for (const variant of lost) {
      const { editId, error } = await within(this.#made(variant), `edit ${variant}`);
      check(editId !== undefined, `asked for again it was refused: ${JSON.stringify(error)}`);
      made++;
    }
    const fresh = await this.#freshEdits(before, made);
    return { again: this.#begunAgain(fresh), refused: lost.length };
  }

  /** The server is started again and its session opened: what the queue had is taken on, the rest was interrupted. */
  async killServer(seed: number): Promise<OwnerKill> {
    const random = mulberry(seed);
    const before = new Set((await this.#edits()).map(({ id }) => id));
    const variants = [0, 1, 2].map(() => oneOf(VARIANTS, random));
    const jobs: { variant: number; jobId: string }[] = [];
    for (const variant of variants) jobs.push({ variant, jobId: await this.#asked(variant) });
    await sleep(random() * SERVER_WINDOW_MS);
    this.#server.child.kill("SIGKILL");
    await this.#server.ended;
    const handed = await this.#inRedis();
    await this.#startServer();
    const lost: number[] = [];
    for (const { variant, jobId } of jobs) {
      const { status, error, editId } = await within(this.#api.ended(jobId), `edit ${variant} of a killed server`);
      if (editId !== undefined) continue;
      check(error?.code === "interrupted", `an edit ended as ${status}: ${JSON.stringify(error)}`);
      lost.push(variant);
    }
    const made = jobs.length - lost.length;
    const fresh = await this.#freshEdits(before, made);
    const missing = handed.filter((id) => !fresh.includes(id));
    check(missing.length === 0, `the queue had ${missing.join(", ")}, which the history has not`);
    for (const variant of lost) {
      const { editId, error } = await within(this.#made(variant), `edit ${variant}`);
      check(editId !== undefined, `asked for again it was refused: ${JSON.stringify(error)}`);
    }
    await this.#freshEdits(before, jobs.length);
    return { takenOn: handed.length, interrupted: lost.length };
  }

  /** Ends everything and looks the session over. */
  async close(): Promise<void> {
    for (const worker of [...this.#workers, this.#server]) worker.child.kill("SIGTERM");
    await survivors(
      [...this.#workers, this.#server].map(({ pid }) => pid),
      START_MS,
    );
    for (const worker of [...this.#workers, this.#server]) worker.child.kill("SIGKILL");
    await this.#redis.close();
    try {
      const workspace = await openWhole(this.#home, this.#api.sessionId, this.#expected);
      await workspace.close();
    } finally {
      await rm(this.#home, { recursive: true, force: true });
    }
  }

  /** Ids of the edits that are new, each with its bytes. */
  async #freshEdits(before: ReadonlySet<string>, made: number): Promise<string[]> {
    const fresh = (await this.#edits()).filter(({ id }) => !before.has(id));
    check(fresh.length === made, `${made} edits were told as made, ${fresh.length} stand in the history`);
    for (const { id, label } of fresh) await this.#checkHash(id, label);
    return fresh.map(({ id }) => id);
  }

  /** Edits that wait, are being made or have been made and not fetched. */
  async #inRedis(): Promise<string[]> {
    const redis = await connectRedis(this.#redis.url);
    try {
      const keys = await redis.keys("dragflow:preview:edit_*");
      return keys.map((key) => key.split(":")[2] ?? "").filter((id, i, all) => all.indexOf(id) === i);
    } finally {
      redis.disconnect();
    }
  }

  /** Resolves when it has the session: the lease of the one that was killed runs out first. */
  async #startServer(): Promise<void> {
    this.#server = await serve(this.#program, this.#home, { argv: ["--redis-url", this.#redis.url] });
    this.#api = new ApiClient(this.#server.url, this.#api.sessionId);
    const until = performance.now() + START_MS;
    for (;;) {
      const { status } = await this.#api.send("GET", "/edits");
      if (status === 200) return;
      check(status === 409 && performance.now() < until, `the session of a killed server answers ${status}`);
      await sleep(200);
    }
  }

  async #hire(): Promise<void> {
    const argv = ["worker", "--home", this.#home, "--redis-url", this.#redis.url];
    const worker = run(this.#program, [...argv, "--lease-seconds", String(LEASE_SECONDS)]);
    const until = performance.now() + START_MS;
    while (!worker.said().includes("takes edits from")) {
      check(performance.now() < until && worker.child.exitCode === null, `no worker: ${worker.said()}`);
      await sleep(50);
    }
    this.#workers.push(worker);
  }

  /** One or all; as many are started again. */
  async #killWorkers(random: () => number): Promise<void> {
    const count = random() < 0.7 ? 1 : this.#workers.length;
    const dying = this.#workers.splice(Math.floor(random() * (this.#workers.length - count + 1)), count);
    for (const worker of dying) {
      worker.child.kill("SIGKILL");
      await worker.ended;
      this.#said += worker.said();
    }
    for (let i = 0; i < count; i++) await this.#hire();
  }

  async #killRedis(random: () => number): Promise<void> {
    await this.#redis.kill();
    await sleep(random() * 3000);
    await this.#redis.start();
  }

  async #asked(variant: number): Promise<string> {
    const wish = { imageId: this.#imageId, ...wishOf(variant) };
    return (await this.#api.post<{ jobId: string }>("/edits", wish)).jobId;
  }

  async #made(variant: number): Promise<Job> {
    return this.#api.ended(await this.#asked(variant));
  }

  async #edits(): Promise<{ id: string; label: string }[]> {
    interface Edit {
      readonly editId: string;
    }
    const { edits } = await this.#api.get<{ edits: Edit[] }>("/edits");
    return Promise.all(edits.map(async ({ editId }) => ({ id: editId, label: await this.#labelOf(editId) })));
  }

  readonly #labels = new Map<string, string>();

  async #labelOf(editId: string): Promise<string> {
    const known = this.#labels.get(editId);
    if (known !== undefined) return known;
    interface Sent {
      readonly quality: string;
      readonly operations: readonly { readonly motion: { readonly by: readonly number[] } }[];
    }
    const { quality, operations } = await this.#api.get<Sent>(`/edits/${editId}/recipe`);
    const label = `${quality} ${(operations[0]?.motion.by[0] ?? Number.NaN) - 2}`;
    this.#labels.set(editId, label);
    return label;
  }

  async #checkHash(editId: string, label: string): Promise<void> {
    const path = join(this.#home, "sessions", this.#api.sessionId, "edits", editId, "image.png");
    this.#expected.is(label, await hashOf(path));
  }

  /** Workers write a line whenever they begin one. */
  #begunAgain(ids: readonly string[]): number {
    const said = this.#said + this.#workers.map((worker) => worker.said()).join("");
    const begun = (id: string) =>
      said.split("\n").filter((line) => line.includes(id) && line.includes('"begun"')).length;
    return ids.filter((id) => begun(id) > 1).length;
  }
}

async function within(job: Promise<Job>, what: string): Promise<Job> {
  const late = sleep(WAIT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`${what} has not ended after ${WAIT_MS / 1000} s`);
  });
  return Promise.race([job, late]);
}
