/** Tickets that stand for something for a while: unguessable, and good for one session. */
import { randomBytes } from "node:crypto";

export class Tickets<Value> {
  readonly #live = new Map<string, { readonly value: Value; readonly until: number }>();
  readonly #lifeMs: number;
  readonly #now: () => number;

  constructor(lifeMs: number, now: () => number) {
    this.#lifeMs = lifeMs;
    this.#now = now;
  }

  /** 192 random bits. */
  issue(value: Value): string {
    this.#forget();
    const ticket = randomBytes(24).toString("base64url");
    this.#live.set(ticket, { value, until: this.#now() + this.#lifeMs });
    return ticket;
  }

  /** undefined where it is unknown or too old. */
  find(ticket: string): Value | undefined {
    this.#forget();
    return this.#live.get(ticket)?.value;
  }

  /** As `find`, and the ticket is used up. */
  take(ticket: string): Value | undefined {
    const value = this.find(ticket);
    this.#live.delete(ticket);
    return value;
  }

  get size(): number {
    this.#forget();
    return this.#live.size;
  }

  #forget(): void {
    const now = this.#now();
    for (const [ticket, { until }] of this.#live) if (until <= now) this.#live.delete(ticket);
  }
}
