/** A worker that does what the path it is given says: "abort", "exit N", "starve", "wait N" (milliseconds), else it
 * answers at once. Every answer names the worker's kind and process. */
import { setTimeout as sleep } from "node:timers/promises";
import { failureRecord } from "../../../src/engine/process/failures.ts";
import type { FromWorker, ToWorker } from "../../../src/engine/process/protocol.ts";

const send = (message: FromWorker) => process.send?.(message, undefined, undefined, () => {});

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToWorker) => {
  if (message.type === "call") void answer(message.id, String(message.request));
});

async function answer(id: number, request: string): Promise<void> {
  const [order, value] = request.split(" ");
  try {
    if (order === "abort") process.kill(process.pid, "SIGABRT"); // as process.abort(), without its stack trace
    if (order === "exit") process.exit(Number(value));
    if (order === "starve") new ArrayBuffer(2 ** 50);
    if (order === "wait") await sleep(Number(value));
    send({ type: "done", id, result: { kind: process.argv[2], pid: process.pid } });
  } catch (error) {
    send({ type: "failed", id, error: failureRecord(error) });
  }
}
