/** A wire that writes down what passes through it. */
import { appendFileSync, writeFileSync } from "node:fs";
import { EditError } from "../../errors.ts";
import { redacted } from "./redact.ts";
import { recordable, TRAFFIC_VERSION } from "./traffic.ts";
import { type Wire, WireError, type WireRequest } from "./wire.ts";

export interface RecordOptions {
  readonly file: string;
  /** Taken out wherever it stands. */
  readonly key: string | undefined;
  readonly keepImages: boolean;
}

/** Starts the file anew with the first request. Throws EditError `out-unwritable` where that fails. */
export function recordingWire(wire: Wire, { file, key, keepImages }: RecordOptions): Wire {
  let isStarted = false;
  const write = (line: object, how: typeof appendFileSync) => {
    try {
      how(file, `${redacted(JSON.stringify(line), key)}\n`);
    } catch (cause) {
      throw new EditError("out-unwritable", `Expected to write the recording to ${file}, got ${reason(cause)}`, {
        cause,
      });
    }
  };
  const note = (request: WireRequest, outcome: object) => {
    const head = { type: "dragflow-model-traffic", version: TRAFFIC_VERSION, host: wire.host, model: request.model };
    if (!isStarted) write(head, writeFileSync);
    isStarted = true;
    write({ request: recordable(request, keepImages), ...outcome }, appendFileSync);
  };
  return {
    host: wire.host,
    async send(request, call) {
      try {
        const response = await wire.send(request, call);
        note(request, { response });
        return response;
      } catch (error) {
        if (error instanceof WireError && error.kind !== "aborted") note(request, { error: errorOf(error) });
        throw error;
      }
    },
  };
}

function errorOf({ kind, message, status, retryable }: WireError): object {
  return { kind, message, retryable, ...(status === undefined ? {} : { status }) };
}

function reason(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}
