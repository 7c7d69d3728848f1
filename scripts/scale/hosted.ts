/** Workers and one queue, event by event: whoever is free takes the edit that is due first (src/queue/urgency.ts). */
import { urgencyOf } from "../../src/queue/urgency.ts";
import type { Edit } from "./day.ts";

export interface Waits {
  readonly p50: number;
  readonly p95: number;
  readonly worst: number;
}

export interface Hosted {
  /** Seconds from asking to beginning. */
  readonly all: Waits;
  readonly fast: Waits;
  readonly full: Waits;
  /** Share of the day in which a worker works. */
  readonly busy: number;
}

export function hosted(
  edits: readonly Edit[],
  workers: number,
  service: Readonly<Record<"fast" | "full", number>>,
): Hosted {
  const free = new Heap<number>((a, b) => a - b);
  for (let i = 0; i < workers; i++) free.push(0);
  const waiting = new Heap<{ edit: Edit; urgency: number; order: number }>(
    (a, b) => a.urgency - b.urgency || a.order - b.order,
  );
  const waits: Record<"fast" | "full", number[]> = { fast: [], full: [] };
  let used = 0;
  let next = 0;
  while (next < edits.length || waiting.size > 0) {
    const now = Math.max(free.peek() ?? 0, waiting.size > 0 ? 0 : (edits[next]?.at ?? 0));
    for (let edit = edits[next]; edit !== undefined && edit.at <= now; edit = edits[++next]) {
      const { quality, conversational, at } = edit;
      waiting.push({ edit, urgency: urgencyOf(quality, { conversational, now: at * 1000 }), order: next });
    }
    const first = waiting.pop();
    if (first === undefined) continue;
    free.pop();
    const kind = first.edit.quality === "full" ? "full" : "fast";
    waits[kind].push(now - first.edit.at);
    used += service[kind];
    free.push(now + service[kind]);
  }
  const all = waitsOf([...waits.fast, ...waits.full]);
  return { all, fast: waitsOf(waits.fast), full: waitsOf(waits.full), busy: used / (workers * 86_400) };
}

function waitsOf(seconds: number[]): Waits {
  const sorted = seconds.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), worst: at(1) };
}

/** A binary heap, the least first. */
class Heap<T> {
  readonly #items: T[] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    let at = this.#items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#isBefore(parent, at)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): T | undefined {
    const [first] = this.#items;
    const last = this.#items.pop();
    if (this.#items.length === 0 || last === undefined) return first;
    this.#items[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < this.#items.length && !this.#isBefore(least, left)) least = left;
      if (right < this.#items.length && !this.#isBefore(least, right)) least = right;
      if (least === at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  /** Whether the first is in its place before the second; equal ones are. */
  #isBefore(a: number, b: number): boolean {
    return this.#compare(this.#items[a] as T, this.#items[b] as T) <= 0; // both are indices of items
  }

  #swap(a: number, b: number): void {
    const kept = this.#items[a] as T; // both are indices of items
    this.#items[a] = this.#items[b] as T;
    this.#items[b] = kept;
  }
}
