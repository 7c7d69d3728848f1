/** What went wrong in asking, counted by kind and told at once. */
import type { EventSink, FaultKind } from "../events.ts";

export class Faults {
  readonly #counts = new Map<FaultKind, number>();

  tell(kind: FaultKind, text: string, onEvent: EventSink): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    onEvent({ type: "model-fault", kind, count, text });
  }

  count(kind: FaultKind): number {
    return this.#counts.get(kind) ?? 0;
  }
}
