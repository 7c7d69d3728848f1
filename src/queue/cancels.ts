/** Which edits are cancelled: told to every worker at once, and kept as a key for those who were not listening. */
import type { Redis } from "ioredis";
import { CANCELS, cancelKey } from "./protocol.ts";

export class CancelListener {
  readonly #redis: Redis;
  readonly #listening: Redis;

  /** `listening` is a connection of its own. */
  constructor(redis: Redis, listening: Redis, onCancel: (editId: string) => void) {
    this.#redis = redis;
    this.#listening = listening;
    listening.on("error", () => {}); // it comes back by itself
    listening.on("message", (_: string, editId: string) => onCancel(editId));
  }

  async ready(): Promise<void> {
    await this.#listening.subscribe(CANCELS);
  }

  async isCancelled(editId: string): Promise<boolean> {
    return (await this.#redis.exists(cancelKey(editId))) === 1;
  }

  close(): void {
    this.#listening.disconnect();
  }
}
