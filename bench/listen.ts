/** What graphs an edit runs, by listening to the engine (src/engine/telling.ts). */
import { peakMemoryBytes } from "../src/engine/peak-memory.ts";
import { type GraphRun, graphRuns, type StageMark, stageMarks } from "../src/engine/telling.ts";
import { flopsOf, sizesOf } from "./flops.ts";

/** Work of graphs, of one stage or of all. */
export interface GraphWork {
  flop: number;
  /** Inside the graphs' runs. */
  seconds: number;
  runs: number;
}

/** Stands in for what runs outside every stage. */
export const OUTSIDE = "outside";

/** Only graphs that are compiled while one listens are heard of. */
export class GraphListener {
  readonly #byStage = new Map<string, GraphWork>();
  readonly #known = new Map<GraphRun["outputs"][number], Map<string, number>>();
  readonly #peaks = new Map<string, number>();
  #stage = OUTSIDE;

  constructor() {
    graphRuns.subscribe(this.#onRun);
    stageMarks.subscribe(this.#onStage);
  }

  /** What has run since the last call, by stage. */
  take(): ReadonlyMap<string, GraphWork> {
    const taken = new Map(this.#byStage);
    this.#byStage.clear();
    return taken;
  }

  /** Most bytes that the process ever took, at the last end of each stage since the last call. */
  takePeaks(): ReadonlyMap<string, number> {
    const taken = new Map(this.#peaks);
    this.#peaks.clear();
    return taken;
  }

  takeAll(): GraphWork {
    const all = { flop: 0, seconds: 0, runs: 0 };
    for (const work of this.take().values()) add(all, work);
    return all;
  }

  close(): void {
    graphRuns.unsubscribe(this.#onRun);
    stageMarks.unsubscribe(this.#onStage);
  }

  readonly #onStage = (message: unknown) => {
    const { stage, at } = message as StageMark; // what the channel carries
    this.#stage = at === "begin" ? stage : OUTSIDE;
    if (at === "end") this.#peaks.set(stage, peakMemoryBytes());
  };

  readonly #onRun = (message: unknown) => {
    const run = message as GraphRun; // what the channel carries
    const work = this.#byStage.get(this.#stage) ?? { flop: 0, seconds: 0, runs: 0 };
    add(work, { flop: this.#flopOf(run), seconds: run.seconds, runs: 1 });
    this.#byStage.set(this.#stage, work);
  };

  /** Counted once per graph and shapes: counting takes milliseconds that would be measured. */
  #flopOf({ outputs, shapes }: GraphRun): number {
    const [first] = outputs;
    if (first === undefined) return 0;
    const counts = this.#known.get(first) ?? new Map<string, number>();
    this.#known.set(first, counts);
    const key = JSON.stringify([...shapes]);
    const known = counts.get(key) ?? flopsOf(outputs, sizesOf(outputs, shapes));
    counts.set(key, known);
    return known;
  }
}

function add(sum: GraphWork, part: GraphWork): void {
  sum.flop += part.flop;
  sum.seconds += part.seconds;
  sum.runs += part.runs;
}
