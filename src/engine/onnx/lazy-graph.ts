/** A graph that is compiled when it is first needed. A failure is not kept: the next call tries again. */
import type { CompiledGraph } from "./session.ts";

export class LazyGraph<Outputs extends string = string> {
  readonly #compile: () => Promise<CompiledGraph<Outputs>>;
  #graph: Promise<CompiledGraph<Outputs>> | undefined;

  constructor(compile: () => Promise<CompiledGraph<Outputs>>) {
    this.#compile = compile;
  }

  get(): Promise<CompiledGraph<Outputs>> {
    if (this.#graph !== undefined) return this.#graph;
    const graph = this.#compile();
    this.#graph = graph;
    graph.catch(() => {
      if (this.#graph === graph) this.#graph = undefined;
    });
    return graph;
  }

  async release(): Promise<void> {
    const graph = this.#graph;
    this.#graph = undefined;
    await (await graph?.catch(() => undefined))?.release();
  }
}
