/** What measuring programs can listen to, in this process, through `node:diagnostics_channel`. Where nobody listens,
 * nothing is kept and nothing is slower. */
import { channel } from "node:diagnostics_channel";
import type { Value } from "./graph/value.ts";

/** A compiled graph was run. */
export interface GraphRun {
  readonly outputs: readonly Value[];
  /** Of the inputs that it was fed with, by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly seconds: number;
}

/** Work of an edit's stage begins or has ended. */
export interface StageMark {
  readonly stage: string;
  readonly at: "begin" | "end";
}

/** Messages are `GraphRun`s, of graphs that were compiled while somebody listened. */
export const graphRuns = channel("dragflow:graph-run");
/** Messages are `StageMark`s. */
export const stageMarks = channel("dragflow:stage");

type Fed = Readonly<Record<string, { readonly shape: readonly number[] }>>;

interface Runnable<Feeds extends Fed, Results> {
  run(feeds: Feeds): Promise<Results>;
}

/** The graph itself, its runs told to those who listen by now. */
export function told<Feeds extends Fed, Results, Graph>(
  graph: Graph & Runnable<Feeds, Results>,
  outputs: Readonly<Record<string, Value>>,
): Graph {
  if (!graphRuns.hasSubscribers) return graph;
  const run = graph.run.bind(graph);
  graph.run = async (feeds) => {
    const begun = performance.now();
    const results = await run(feeds);
    const seconds = (performance.now() - begun) / 1000;
    const shapes = new Map(Object.entries(feeds).map(([name, { shape }]) => [name, shape]));
    graphRuns.publish({ outputs: Object.values(outputs), shapes, seconds } satisfies GraphRun);
    return results;
  };
  return graph;
}
