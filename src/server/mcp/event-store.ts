/** What was sent of late, so that a client whose connection broke can have it again (Last-Event-ID). */
import type { EventStore } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

/** Kept per session; what is older is gone, and asking for it is refused. */
const MAX_EVENTS = 512;
const MAX_CHARACTERS = 8_000_000;

interface StoredEvent {
  readonly id: string;
  readonly stream: string;
  readonly message: JSONRPCMessage;
  readonly size: number;
}

export class RecentEvents implements EventStore {
  /** Oldest first. */
  readonly #events: StoredEvent[] = [];
  #size = 0;
  #next = 1;

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    const id = String(this.#next++);
    const size = JSON.stringify(message).length;
    this.#events.push({ id, stream, message, size });
    this.#size += size;
    // The newest stays whatever its size: its stream may break the moment it is sent.
    while (this.#events.length > 1 && (this.#events.length > MAX_EVENTS || this.#size > MAX_CHARACTERS)) {
      this.#size -= this.#events.shift()?.size ?? 0;
    }
    return id;
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.#events.find((event) => event.id === id)?.stream;
  }

  /** In order, of the same stream only. */
  async replayEventsAfter(
    lastId: string,
    { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const last = this.#events.findIndex(({ id }) => id === lastId);
    const stream = this.#events[last]?.stream;
    if (stream === undefined) throw new TypeError(`Expected the id of a recent event, got ${lastId}`);
    const missed = this.#events.slice(last + 1).filter((event) => event.stream === stream);
    // A priming event carries no message: it only gives the client an id to come back with.
    for (const { id, message } of missed) if ("jsonrpc" in message) await send(id, message);
    return stream;
  }
}
