/** Small pictures of an edit under way, from its worker to whoever watches. Nobody keeps them: one that is missed is missed. */
import type { Redis } from "ioredis";
import type { Preview } from "../engine/api.ts";
import { frameSchema, type SharedFrame } from "./protocol.ts";

export class FrameListener {
  readonly channel: string;
  readonly #redis: Redis;
  readonly #watchers = new Map<string, (picture: Preview) => void>();

  /** The connection is its own: one that listens can do nothing else. */
  constructor(redis: Redis, channel: string) {
    this.#redis = redis;
    this.channel = channel;
    redis.on("error", () => {}); // it comes back by itself
    redis.on("message", (_: string, text: string) => this.#heard(text));
  }

  async ready(): Promise<void> {
    await this.#redis.subscribe(this.channel);
  }

  watch(editId: string, show: (picture: Preview) => void): void {
    this.#watchers.set(editId, show);
  }

  forget(editId: string): void {
    this.#watchers.delete(editId);
  }

  close(): void {
    this.#redis.disconnect();
  }

  #heard(text: string): void {
    const parsed = frameSchema.safeParse(jsonOrNothing(text));
    if (!parsed.success) return;
    const { editId, data, ...facts } = parsed.data;
    this.#watchers.get(editId)?.({ ...facts, data: Buffer.from(data, "base64") });
  }
}

export function frameText(editId: string, { data, mimeType, width, height }: Preview): string {
  const frame: SharedFrame = { editId, mimeType, width, height, data: Buffer.from(data).toString("base64") };
  return JSON.stringify(frame);
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
