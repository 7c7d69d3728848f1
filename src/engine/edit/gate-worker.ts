/** Entry of the thread that measures: pictures one after another, by the meter that was opened last. */
import { parentPort } from "node:worker_threads";
import type { Gates } from "../api.ts";
import type { Rgb } from "../raster.ts";
import { gateMeter } from "../retouch/gates.ts";
import type { FromGateThread, ToGateThread } from "./gate-thread.ts";

let meter: (() => (picture: Rgb) => Gates) | undefined;

parentPort?.on("message", (message: ToGateThread) => {
  switch (message.type) {
    case "open":
      meter = once(() => gateMeter(message.before, message.regions));
      return;
    case "measure":
      answer(measured(message));
      return;
    default:
      message satisfies never;
  }
});

answer({ type: "ready" });

function measured({ id, picture }: Extract<ToGateThread, { type: "measure" }>): FromGateThread {
  try {
    if (meter === undefined) throw new TypeError("Expected a meter before the first picture");
    return { type: "gates", id, gates: meter()(picture) };
  } catch (error) {
    return { type: "failed", id, error };
  }
}

function answer(message: FromGateThread): void {
  parentPort?.postMessage(message);
}

/** Opened by the first picture, so that what fails there is that picture's answer. */
function once<T>(open: () => T): () => T {
  let opened: T | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}
