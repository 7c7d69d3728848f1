/** Which parts of the code have run so far, from V8's own block coverage. */
import { readFileSync } from "node:fs";
import { type Profiler, Session } from "node:inspector";

/** Whose code counts: ours, and the readers of formats that are written in JavaScript. */
const COUNTED = /\/(src\/.*\.ts|node_modules\/(yaml|tar|jsonrepair)\/.*\.js)$/;

export class Coverage {
  readonly #session = new Session();
  /** By script: 1 for each character that has run. */
  readonly #seen = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Characters of code that have run at least once. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether anything ran since the last call that had not run before. */
  grew(): boolean {
    const before = this.#bytes;
    this.#session.post("Profiler.takePreciseCoverage", (error, taken) => {
      if (error === null) for (const script of taken.result) this.#add(script);
    });
    return this.#bytes > before;
  }

  #add({ url, functions }: Profiler.ScriptCoverage): void {
    if (!COUNTED.test(url)) return;
    const seen = this.#seen.get(url) ?? new Uint8Array(1 << 18);
    this.#seen.set(url, seen);
    for (const { ranges } of functions) this.#paint(seen, ranges);
  }

  /** Outer ranges come first; those inside them with a count of 0 did not run. */
  #paint(seen: Uint8Array, ranges: readonly Profiler.CoverageRange[]): void {
    const [whole, ...inner] = ranges;
    if (whole === undefined || whole.count === 0) return;
    const ran = new Uint8Array(whole.endOffset - whole.startOffset).fill(1);
    for (const { startOffset, endOffset, count } of inner) {
      ran.fill(count > 0 ? 1 : 0, startOffset - whole.startOffset, endOffset - whole.startOffset);
    }
    for (let i = 0; i < ran.length; i++) {
      const at = whole.startOffset + i;
      if (ran[i] === 1 && seen[at] === 0) {
        seen[at] = 1;
        this.#bytes++;
      }
    }
  }
}

/** Peak of this process's memory in bytes since it began. */
export function peakMemory(pid: number | "self" = "self"): number {
  const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1] ?? 0) * 1024;
}
