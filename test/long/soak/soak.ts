/** The part "soak": mixed traffic against one server for a long time; in the end it holds no more than at the start. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Faults, type PartOptions, type PartResult } from "../part.ts";
import { noisyPhoto } from "../photo.ts";
import { serve } from "../program.ts";
import { type Measure, type Sample, sampled } from "./sample.ts";
import { agent, type Person, program, type Town } from "./traffic.ts";

/** Share of the time after which everything has been loaded once and caches are full. */
const WARM = 1 / 3;
/** Most that a measure may grow from the first window behind the warm-up to the last one. */
const GROWTH = 0.05;
const PEOPLE: readonly Person[] = [program, agent];

export interface SoakOptions extends PartOptions {
  /** Seconds between two steps of a person. */
  readonly pause?: number;
  /** Default true; a short soak has no windows to compare. */
  readonly judged?: boolean;
}

export async function soakPart(options: SoakOptions): Promise<PartResult> {
  const { minutes, seed, log, pause = 1, judged = true } = options;
  const home = await mkdtemp(join(tmpdir(), "dragflow-soak-"));
  const temporary = await mkdtemp(join(tmpdir(), "dragflow-soak-tmp-"));
  const faults = new Faults();
  const counts: Record<string, number> = {};
  const samples: Sample[] = [];
  const heapFile = join(home, "heap");
  const collecting = ["--expose-gc", "--import", new URL("collected.mjs", import.meta.url).href, ...options.program];
  const server = await serve(collecting, home, { env: { TMPDIR: temporary, HEAP_FILE: heapFile } });
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const photo = new Uint8Array(await readFile(await noisyPhoto(join(home, "photo.png"))));
    const town: Town = {
      url: server.url,
      photo,
      pause,
      open: () => seconds() < 60 * minutes && faults.list.length < 20,
      count(what) {
        counts[what] = (counts[what] ?? 0) + 1;
      },
    };
    const people = PEOPLE.map(async (person, i) => {
      while (town.open()) await faults.during(`after ${Math.round(seconds())} s`, () => person(town, seed + i));
    });
    const watching = (async () => {
      while (town.open()) {
        const kept = counts["sessions of an agent"] ?? 0;
        const sample = await sampled(server, { home, temporary, heapFile, kept }, seconds());
        if (sample !== undefined) samples.push(sample);
        if (samples.length % 12 === 0)
          log(`soak: ${JSON.stringify({ ...sample, ...counts, faults: faults.list.length })}`);
        await sleep(5000);
      }
    })();
    await Promise.all([...people, watching]);
    server.child.kill("SIGTERM");
    const { code, signal } = await server.ended;
    await faults.during("at the end", async () => {
      if (code !== 0) throw new Error(`the server ended by ${signal ?? code}: ${server.said()}`);
    });
  } finally {
    server.child.kill("SIGKILL");
    for (const dir of [home, temporary]) await rm(dir, { recursive: true, force: true });
  }
  const held = judged ? compared(samples, 60 * minutes) : [];
  for (const { measure, first, last, allowed } of held) {
    if (last > allowed) faults.list.push(`${measure} grew from ${text(measure, first)} to ${text(measure, last)}`);
  }
  const grown = held.map(({ measure, first, last }) => [measure, `${text(measure, first)} → ${text(measure, last)}`]);
  return {
    runs: counts["sessions of a program"] ?? 0,
    faults: faults.list,
    figures: { ...counts, ...Object.fromEntries(grown) },
  };
}

interface Held {
  readonly measure: Measure;
  readonly first: number;
  readonly last: number;
  /** Most that `last` may be. */
  readonly allowed: number;
}

/** Medians of the first and the last quarter of the time behind the warm-up. */
export function compared(samples: readonly Sample[], length: number): Held[] {
  const warm = samples.filter(({ at }) => at >= WARM * length);
  const quarter = Math.floor(warm.length / 4);
  const [begin, end] = [warm.slice(0, quarter), warm.slice(-quarter)];
  const measures: Measure[] = ["server", "child", "heap", "handles", "files", "sessions"];
  return measures.map((measure) => {
    const [first, last] = [median(begin, measure), median(end, measure)];
    // Few things are counted one by one: how many sessions are open at the moment of looking is chance.
    const slack = { server: 0, child: 0, heap: 0, handles: 4, files: 10, sessions: 2 }[measure];
    return { measure, first, last, allowed: first * (1 + GROWTH) + slack };
  });
}

function median(samples: readonly Sample[], measure: Measure): number {
  const values = samples.map((sample) => sample[measure]).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

function text(measure: Measure, value: number): string {
  return measure === "server" || measure === "child" || measure === "heap"
    ? `${(value / 1e6).toFixed(1)} MB`
    : `${value}`;
}
