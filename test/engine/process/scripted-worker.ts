/** A worker that speaks the engine's protocol without an engine: `inspect` answers with the path it was given, `edit`
 * shows one preview where previews are wanted and answers with whether they were,
 * `look` never comes back and blocks its event loop, as an operation stuck in native code would. */
import type { ImageInfo } from "../../../src/engine/api.ts";
import type { FromWorker, ToWorker } from "../../../src/engine/process/protocol.ts";

const send = (message: FromWorker) => process.send?.(message, undefined, undefined, () => {});

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToWorker) => {
  if (message.type !== "call") return;
  if (message.method === "look") return hang(message.id);
  if (message.method === "edit") return edit(message.id, message.previews);
  const format = `${message.request}`;
  const result: ImageInfo = { width: 1, height: 1, format, channels: 3, depth: 8, warnings: [] };
  send({ type: "done", id: message.id, result });
});

function edit(id: number, previews: boolean): void {
  const preview = { data: Uint8Array.of(1, 2, 3), mimeType: "image/webp", width: 4, height: 5 } as const;
  if (previews) send({ type: "preview", id, preview });
  send({ type: "done", id, result: previews });
}

function hang(id: number): void {
  send({ type: "progress", id, progress: { stage: "drag", done: 1, total: 2 } });
  setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 50); // once the message is out
}
