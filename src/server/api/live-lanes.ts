/** While somebody drags, only the newest preview matters: per client one is made at a time, and a newer one ends it. */

export class LiveLanes {
  readonly #lanes = new Map<string, { readonly abort: AbortController }>();

  /** `work` is told to stop when the caller has gone or a newer request of the same client came. */
  async newest<T>(client: string, gone: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#lanes.get(client)?.abort.abort();
    const abort = new AbortController();
    const made = work(AbortSignal.any([gone, abort.signal]));
    const lane = { abort };
    this.#lanes.set(client, lane);
    try {
      return await made;
    } finally {
      if (this.#lanes.get(client) === lane) this.#lanes.delete(client);
    }
  }

  close(): void {
    for (const { abort } of this.#lanes.values()) abort.abort();
  }
}
