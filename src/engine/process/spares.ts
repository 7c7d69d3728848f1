/** Workers that start while their caller is still finding out what it needs them for. */
import type { ChildProcess } from "node:child_process";
import { forkWorker, type Kind } from "./child.ts";

/** Until one is taken it keeps nobody's event loop alive, and it ends with the process that started it. */
export class Spares {
  readonly #children = new Map<Kind, ChildProcess>();

  constructor(kinds: readonly Kind[], worker?: URL) {
    for (const kind of kinds) {
      const child = forkWorker(kind, worker);
      child.on("error", () => this.#children.delete(kind)); // whoever wants it starts another
      child.unref();
      child.channel?.unref();
      this.#children.set(kind, child);
    }
  }

  /** Once for each kind; undefined when there is none that lives. */
  take(kind: Kind): ChildProcess | undefined {
    const child = this.#children.get(kind);
    this.#children.delete(kind);
    if (child === undefined || !child.connected || child.exitCode !== null) return undefined;
    child.ref();
    child.channel?.ref();
    return child;
  }

  /** Process ids of those that nobody took, for tests. */
  get pids(): number[] {
    return [...this.#children.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Ends those that nobody took. */
  release(): void {
    for (const child of this.#children.values()) if (child.connected) child.disconnect();
    this.#children.clear();
  }
}
