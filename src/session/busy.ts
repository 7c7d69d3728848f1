/** Which things are being worked with right now. */
export class Busy {
  readonly #counts = new Map<string, number>();

  /** Every id with at least one work that has not ended. */
  ids(): Iterable<string> {
    return this.#counts.keys();
  }

  async during<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    this.#add(id, 1);
    try {
      return await work();
    } finally {
      this.#add(id, -1);
    }
  }

  #add(id: string, change: 1 | -1): void {
    const count = (this.#counts.get(id) ?? 0) + change;
    if (count > 0) this.#counts.set(id, count);
    else this.#counts.delete(id);
  }
}
