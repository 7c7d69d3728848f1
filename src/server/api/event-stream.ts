/** A session's events as a stream for EventSource. */
import type { EventHub, SessionEvent } from "./events.ts";

const BEAT_MS = 15_000;
/** Bytes that a client which does not read may leave waiting; then it is cut off and comes back with its last id. */
const MOST_WAITING = 4_000_000;

export interface StreamWish {
  readonly hub: EventHub;
  /** Sent first, without an id. */
  readonly hello: unknown;
  readonly lastId: string | undefined;
  /** Ends once what was missed is sent. */
  readonly once: boolean;
}

const encoder = new TextEncoder();

export function eventStream({ hub, hello, lastId, once }: StreamWish): ReadableStream<Uint8Array> {
  let stop = () => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (text: string) => controller.enqueue(encoder.encode(text));
        let over = false;
        const finish = (close: boolean) => {
          if (over) return;
          over = true;
          clearInterval(beat);
          unlisten();
          if (close) controller.close();
        };
        const pass = (event: SessionEvent) => {
          send(eventText(event));
          if (event.type === "session-closed" || event.type === "server-stopping") finish(true);
          else if ((controller.desiredSize ?? 0) < -MOST_WAITING) finish(true);
        };
        stop = () => finish(false);
        const unlisten = hub.listen(pass);
        const beat = setInterval(() => send(": \n\n"), BEAT_MS);
        beat.unref();
        send(`retry: 1000\nevent: hello\ndata: ${JSON.stringify(hello)}\n\n`);
        const missed = lastId === undefined ? [] : hub.since(lastId);
        if (missed === undefined) send("event: reset\ndata: {}\n\n");
        for (const event of missed ?? []) if (!over) pass(event);
        if (once) finish(true);
      },
      cancel: () => stop(),
    },
    { highWaterMark: 0, size: (chunk) => chunk.byteLength },
  );
}

function eventText({ id, type, data }: SessionEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${data}\n\n`;
}
