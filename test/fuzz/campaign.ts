/** All that is done to one target in this process: the corpus, then changed inputs for as long as the job says. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fastFolder } from "../long/fast-folder.ts";
import { Coverage, peakMemory } from "./coverage.ts";
import { type Dice, diceOf } from "./dice.ts";
import type { Figures, Job } from "./job.ts";
import { judged, MOST_MEMORY, type Verdict } from "./judge.ts";
import type { Note } from "./note.ts";
import type { Attempt, Target } from "./target.ts";

/** Inputs between two looks at the coverage: looking costs more than most attempts. */
const BATCH = 16;

export type Finding = (what: string, detail: string, input: Uint8Array) => void;

export async function campaign(target: Target, job: Job, note: Note, found: Finding): Promise<Figures> {
  const dir = target.inMemory ? await fastFolder("fuzz") : await mkdtemp(join(tmpdir(), "dragflow-fuzz-"));
  try {
    const run = new Run(target, await target.open(dir), note, found);
    return await whole(run, target, job);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function whole(run: Run, target: Target, job: Job): Promise<Figures> {
  const began = performance.now();
  const kept = filesIn(join(job.corpus, target.name));
  for (const input of kept) await run.one(input);
  const replayed = kept.length;
  const seeds = await target.seeds();
  const pool = [...seeds, ...kept, ...(job.queue === "" ? [] : filesIn(join(job.queue, target.name)))];
  const coverage = job.coverage ? new Coverage() : undefined;
  const dice = diceOf(job.seed);
  const until = began + 1000 * job.seconds * (target.share ?? 1);
  if (job.executions > 0) for (const input of seeds) await run.one(input);
  coverage?.grew();
  let news = 0;
  for (let done = 0; done < job.executions && performance.now() < until; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, job.executions - done) }, () => changed(target, pool, dice));
    for (const input of batch) await run.one(input);
    if (coverage === undefined || !coverage.grew()) continue;
    const fresh = batch.filter((input) => input.length < 1 << 16);
    news += fresh.length;
    pool.push(...fresh);
    if (job.queue !== "") for (const input of fresh) keep(join(job.queue, target.name), input);
  }
  const { executions, valid, refused } = run;
  run.checkMemory();
  const seconds = (performance.now() - began) / 1000;
  const reached = coverage?.bytes ?? 0;
  return {
    target: target.name,
    executions,
    replayed,
    valid,
    refused,
    reached,
    kept: news,
    seconds,
    peakMemory: peakMemory(),
  };
}

function changed(target: Target, pool: readonly Uint8Array[], dice: Dice): Uint8Array {
  // The last inputs are those that reached something new.
  const recent = dice.once(2) ? pool.slice(-20) : pool;
  return target.mutate(dice.of(recent), dice.of(pool), dice);
}

class Run {
  executions = 0;
  #last: Uint8Array = new Uint8Array();
  valid = 0;
  readonly refused: Record<string, number> = {};
  readonly #target: Target;
  readonly #attempt: Attempt;
  readonly #note: Note;
  readonly #found: Finding;

  constructor(target: Target, attempt: Attempt, note: Note, found: Finding) {
    this.#target = target;
    this.#attempt = attempt;
    this.#note = note;
    this.#found = found;
  }

  async one(input: Uint8Array): Promise<void> {
    this.#note.write(input);
    const verdict = await judged(this.#target, this.#attempt, input);
    this.executions++;
    this.#count(verdict, input);
    this.#last = input;
    if (this.executions % 16 === 0) this.checkMemory();
  }

  checkMemory(): void {
    if (peakMemory() <= MOST_MEMORY) return;
    this.#found("memory", `${Math.round(peakMemory() / 2 ** 20)} MB within the last 16 inputs`, this.#last);
    writeFileSync("/proc/self/clear_refs", "5"); // the peak begins anew
  }

  #count(verdict: Verdict, input: Uint8Array): void {
    if (verdict.type === "valid") this.valid++;
    else if (verdict.type === "refused") this.refused[verdict.code] = (this.refused[verdict.code] ?? 0) + 1;
    else this.#found(verdict.what, verdict.detail, input);
  }
}

function filesIn(folder: string): Uint8Array[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name)));
  } catch {
    return []; // no input was kept of this target yet
  }
}

export function keep(folder: string, input: Uint8Array): string {
  const name = createHash("sha256").update(input).digest("hex").slice(0, 16);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), input);
  return name;
}
