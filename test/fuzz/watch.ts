/** Runs a job in a process of its own and sees from outside what the process cannot say: crash, hang, memory. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { peakMemory } from "./coverage.ts";
import type { Figures, Job, Told } from "./job.ts";
import { MOST_MEMORY, MOST_SECONDS } from "./judge.ts";
import { readNote } from "./note.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
const LOOK_MS = 200;
/** On a busy machine an input may wait long for its processor time. */
const MOST_WAITING_S = 60;
const HEAP_MB = 768;
/** Of /proc: clock ticks in a second. */
const TICKS = 100;

export interface FoundInput {
  readonly target: string;
  readonly what: string;
  readonly detail: string;
  readonly input: Buffer;
}

export interface Watched {
  readonly figures: readonly Figures[];
  readonly findings: readonly FoundInput[];
}

/** All targets; after a crash or a hang a new process goes on with what is left. */
export async function watched(job: Omit<Job, "state">, log: (line: string) => void = () => {}): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), "dragflow-fuzz-note-"));
  const figures: Figures[] = [];
  const findings: FoundInput[] = [];
  try {
    let left: readonly string[] = job.targets;
    for (let seed = job.seed; left.length > 0; seed += 1000) {
      const began = Date.now();
      const run = new Life({ ...job, targets: left, seed, state: join(folder, "note") }, log);
      const ended = await run.end();
      figures.push(...run.figures);
      findings.push(...run.findings);
      if (ended === undefined) break;
      findings.push(ended);
      log(`${ended.target}: ${ended.what}: ${ended.detail}`);
      left = left.slice(left.indexOf(ended.target));
      const tries = findings.filter(({ target, what }) => target === ended.target && what === ended.what).length;
      if (tries > 3 || Date.now() - began > 1000 * job.seconds || job.executions === 0) left = left.slice(1);
    }
    return { figures, findings };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One process from its beginning to its end. */
class Life {
  readonly figures: Figures[] = [];
  readonly findings: FoundInput[] = [];
  readonly #job: Job;
  readonly #child: ChildProcess;
  #target: string;
  #fault: { what: string; detail: string } | undefined;
  #stderr = "";

  constructor(job: Job, log: (line: string) => void) {
    this.#job = job;
    this.#target = job.targets[0] ?? "";
    this.#child = fork(CHILD, [JSON.stringify(job)], {
      execArgv: ["--import", "tsx", `--max-old-space-size=${HEAP_MB}`],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr?.on("data", (data) => {
      if (this.#stderr.length < 4000) this.#stderr += String(data);
    });
    this.#child.on("message", (told: Told) => this.#hear(told, log)); // only our child.ts writes here
  }

  #hear(told: Told, log: (line: string) => void): void {
    if (told.type === "begun") this.#target = told.target;
    if (told.type === "done") {
      const { type: _, ...figures } = told;
      this.figures.push(figures);
      log(`${told.target}: ${told.executions} inputs in ${told.seconds.toFixed(0)} s, ${told.valid} valid`);
    }
    if (told.type === "finding") {
      const { target, what, detail, input } = told;
      this.findings.push({ target, what, detail, input: Buffer.from(input, "base64") });
      log(`${target}: ${what}: ${detail.split("\n")[0]}`);
    }
  }

  /** Undefined for a process that came to its own end. */
  async end(): Promise<FoundInput | undefined> {
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      this.#child.once("close", (code, signal) => resolve({ code, signal }));
    });
    const timer = setInterval(() => this.#look(), LOOK_MS);
    const { code, signal } = await ended;
    clearInterval(timer);
    if (code === 0) return undefined;
    const { input } = readNote(this.#job.state);
    const crash = { what: `crash ${signal ?? code}`, detail: this.#stderr.slice(0, 1500) };
    return { target: this.#target, input: Buffer.from(input), ...(this.#fault ?? crash) };
  }

  #count = -1;
  #since = { cpu: 0, wall: 0 };

  #look(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null) return;
    try {
      const now = { cpu: cpuSeconds(pid), wall: Date.now() / 1000 };
      const { count } = readNote(this.#job.state);
      if (count !== this.#count) {
        this.#count = count;
        this.#since = now;
      } else if (count > 0) this.#judge(now.cpu - this.#since.cpu, now.wall - this.#since.wall);
      const memory = peakMemory(pid);
      if (memory > 1.5 * MOST_MEMORY) this.#kill("memory", `${Math.round(memory / 2 ** 20)} MB`);
    } catch {
      // The process ended between two looks, or has not begun.
    }
  }

  #judge(cpu: number, wall: number): void {
    if (cpu > MOST_SECONDS) this.#kill("hang", `${cpu.toFixed(1)} s of processor time`);
    else if (wall > MOST_WAITING_S) this.#kill("hang", `${wall.toFixed(0)} s without an end`);
  }

  #kill(what: string, detail: string): void {
    this.#fault ??= { what, detail };
    this.#child.kill("SIGKILL");
  }
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
