/** Compiled graphs by key. Each holds its own copy of its weights, so only the latest used are kept. */
import { LazyGraph } from "./lazy-graph.ts";
import type { CompiledGraph } from "./session.ts";

export class GraphCache {
  readonly #limit: number;
  /** In the order of their last use. */
  readonly #graphs = new Map<string, LazyGraph>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Compiles once per key, again after it was dropped. */
  async get(key: string, compile: () => Promise<CompiledGraph>): Promise<CompiledGraph> {
    const graph = this.#graphs.get(key) ?? new LazyGraph(compile);
    this.#graphs.delete(key);
    this.#graphs.set(key, graph);
    for (const [oldest, dropped] of this.#graphs) {
      if (this.#graphs.size <= this.#limit) break;
      this.#graphs.delete(oldest);
      await dropped.release();
    }
    return graph.get();
  }

  async release(): Promise<void> {
    const graphs = [...this.#graphs.values()];
    this.#graphs.clear();
    for (const graph of graphs) await graph.release();
  }
}
