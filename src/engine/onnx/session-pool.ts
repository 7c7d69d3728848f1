/** Sessions of parts of a model that is larger than memory. What is open maps its weights; the pool keeps the bytes
 * mapped under a budget. Parts are used in rounds, forward and back, so a part that does not fit is closed again at once:
 * closing the longest unused one instead would close every part just before its next turn. */
import { leavesOf } from "../graph/order.ts";
import type { Value } from "../graph/value.ts";
import { type CompiledGraph, type CompileOptions, compile, type Tensor } from "./session.ts";

interface Open {
  readonly graph: CompiledGraph;
  readonly bytes: number;
  lastUse: number;
}

/** A part unused for so many runs belongs to a phase that is over. */
const STALE = 256;

export class SessionPool {
  readonly #budget: number;
  readonly #options: CompileOptions;
  readonly #open = new Map<string, Open>();
  #bytes = 0;
  #runs = 0;

  /** `budget`: bytes of weights, as stored, that may be mapped between two runs. */
  constructor(budget: number, options: CompileOptions) {
    this.#budget = budget;
    this.#options = { ...options, lean: true };
  }

  /** Equal keys mean equal graphs. */
  async run(
    key: string,
    build: () => Record<string, Value>,
    feeds: Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>> {
    this.#runs++;
    const known = this.#open.get(key);
    if (known !== undefined) {
      known.lastUse = this.#runs;
      return known.graph.run(feeds);
    }
    const outputs = build();
    const bytes = weightBytes(Object.values(outputs));
    await this.#closeStale(bytes);
    const graph = await compile(outputs, this.#options);
    if (this.#bytes + bytes > this.#budget) return runOnce(graph, feeds);
    this.#open.set(key, { graph, bytes, lastUse: this.#runs });
    this.#bytes += bytes;
    return graph.run(feeds);
  }

  async release(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    this.#bytes = 0;
    for (const { graph } of open) await graph.release();
  }

  /** As many as needed to make room. */
  async #closeStale(wanted: number): Promise<void> {
    for (const [key, { graph, bytes, lastUse }] of this.#open) {
      if (this.#bytes + wanted <= this.#budget) return;
      if (this.#runs - lastUse <= STALE) continue;
      this.#open.delete(key);
      this.#bytes -= bytes;
      await graph.release();
    }
  }
}

async function runOnce(graph: CompiledGraph, feeds: Readonly<Record<string, Tensor>>) {
  try {
    return await graph.run(feeds);
  } finally {
    await graph.release();
  }
}

/** Of the weights that the outputs depend on, as stored. */
export function weightBytes(outputs: readonly Value[]): number {
  const refs = leavesOf(outputs).flatMap(({ origin }) => (origin.type === "weight" ? [origin.ref] : []));
  return refs.flatMap(({ parts }) => parts).reduce((sum, { length }) => sum + length, 0);
}
