/** Entry of the engine's child processes, whatever their kind: answers calls one after another, ends when its channel
 * closes. */
import type { CallOptions, EditOptions, Engine } from "../api.ts";
import { LocalEngine } from "../local.ts";
import { failureRecord } from "./failures.ts";
import type { FromWorker, Method, RequestOf, ToWorker } from "./protocol.ts";

if (process.send === undefined) throw new Error("The engine's worker is started by its client");

let engine: LocalEngine | undefined;
const running = new Map<number, AbortController>();
let queue: Promise<void> = Promise.resolve();

process.on("message", (message: ToWorker) => {
  switch (message.type) {
    case "start":
      engine = new LocalEngine(message.options);
      return;
    case "call": {
      const controller = new AbortController();
      running.set(message.id, controller);
      queue = queue.then(() => answer(message, controller.signal));
      return;
    }
    case "cancel":
      running.get(message.id)?.abort();
      return;
    default:
      message satisfies never;
  }
});
process.on("disconnect", () => process.exit(0));
process.on("SIGINT", () => {}); // a terminal's Ctrl-C reaches the whole group; the client decides
send({ type: "ready" });
// What every edit with a model needs; while the first picture is looked at, or before there is one.
if (process.argv[2] === "model") LocalEngine.loadModels().catch(() => {}); // the edit will say so

type Call = Extract<ToWorker, { type: "call" }>;

async function answer({ id, method, request, previews }: Call, signal: AbortSignal): Promise<void> {
  try {
    const onProgress: CallOptions["onProgress"] = (progress) => send({ type: "progress", id, progress });
    const onPreview: EditOptions["onPreview"] = (preview) => send({ type: "preview", id, preview });
    const options = { signal, onProgress, ...(previews ? { onPreview } : {}) };
    if (engine === undefined) throw new TypeError("Expected to be started before the first call");
    send({ type: "done", id, result: await call(engine, method, request, options) });
  } catch (error) {
    send({ type: "failed", id, error: failureRecord(error) });
  } finally {
    running.delete(id);
  }
}

/** Every `as` is true because the client's types pair a method with its request; across the channel only the name is
 * left. */
function call(target: Engine, method: Method, request: unknown, options: EditOptions): Promise<unknown> {
  switch (method) {
    case "inspect":
      return target.inspect(request as RequestOf<"inspect">, options);
    case "look":
      return target.look(request as RequestOf<"look">, options);
    case "select":
      return target.select(request as RequestOf<"select">, options);
    case "guesses":
      return target.guesses(request as RequestOf<"guesses">, options);
    case "plan":
      return target.plan(request as RequestOf<"plan">, options);
    case "live":
      return target.live(request as RequestOf<"live">, options);
    case "compare":
      return target.compare(request as RequestOf<"compare">, options);
    case "edit":
      return target.edit(request as RequestOf<"edit">, options);
    case "exportImage":
      return target.exportImage(request as RequestOf<"exportImage">, options);
    default:
      method satisfies never;
      throw new TypeError(`Unknown method ${String(method)}`);
  }
}

/** A client that has just gone is no error of ours: without a callback the write would throw. */
function send(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
