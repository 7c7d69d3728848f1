/** What happens in a session, as numbered events: those who listen get them at once, those who come back what they
 * missed. */

export const EVENT_TYPES = [
  "hello",
  "job",
  "progress",
  "sampling",
  "history",
  "region",
  "chat",
  "session-closed",
  "server-stopping",
  "reset",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export interface SessionEvent {
  readonly id: string;
  readonly type: EventType;
  /** JSON. */
  readonly data: string;
}

export interface HubLimits {
  readonly events: number;
  readonly characters: number;
}

const LIMITS: HubLimits = { events: 2000, characters: 8_000_000 };

export class EventHub {
  /** Ids of an earlier process must not be taken for ours. */
  readonly #epoch: string;
  readonly #limits: HubLimits;
  /** Oldest first. */
  readonly #events: SessionEvent[] = [];
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  #size = 0;
  #count = 0;
  #dropped = 0;

  constructor(epoch: string, limits = LIMITS) {
    this.#epoch = epoch;
    this.#limits = limits;
  }

  emit(type: EventType, value: unknown): void {
    const event = { id: `${this.#epoch}-${++this.#count}`, type, data: JSON.stringify(value) };
    this.#events.push(event);
    this.#size += event.data.length;
    while (this.#events.length > this.#limits.events || this.#size > this.#limits.characters) this.#drop();
    for (const listener of this.#listeners) listener(event);
  }

  /** Oldest first; undefined where some of what came after that id is gone, or the id is none of ours. */
  since(id: string): readonly SessionEvent[] | undefined {
    const [epoch, number] = id.split("-");
    const last = Number(number);
    if (epoch !== this.#epoch || !Number.isInteger(last) || last < this.#dropped || last > this.#count)
      return undefined;
    return this.#events.slice(last - this.#dropped);
  }

  /** The returned function ends that. */
  listen(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  #drop(): void {
    this.#size -= this.#events.shift()?.data.length ?? 0;
    this.#dropped++;
  }
}
