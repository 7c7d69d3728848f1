/** A wire that answers from a recording: the same requests in the same order, the same replies. */
import { readFileSync } from "node:fs";
import { EditError } from "../../errors.ts";
import { replyOf } from "./completion.ts";
import {
  type Exchange,
  exchangeSchema,
  headSchema,
  idsIn,
  normalised,
  type RecordedError,
  recordable,
  translated,
} from "./traffic.ts";
import { type Wire, WireError } from "./wire.ts";

/** Throws EditError `not-found` or `usage` for a file that is no recording. */
export function replayWire(file: string): Wire {
  const { head, exchanges } = read(file);
  let next = 0;
  return {
    host: `${head.host} (replayed)`,
    isLocal: true,
    async send(request, { signal, onDelta }) {
      if (signal.aborted) throw new WireError("aborted", "The request was cancelled");
      const exchange = exchanges[next++];
      if (exchange === undefined) throw beyond(file, exchanges.length);
      const made = recordable(request, false);
      const difference = firstDifference(exchange.request, made);
      if (difference !== undefined) throw new WireError("replay", `${file}, request ${next}: ${difference}`);
      if (exchange.error) throw recordedError(exchange.error);
      const response = translated(exchange.response, idsIn(exchange.request), idsIn(made));
      onDelta?.(replyOf(response)?.text ?? "");
      return response;
    },
  };
}

/** The model that a recording was made with. */
export function replayedModel(file: string): string {
  return read(file).head.model;
}

function read(file: string) {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new EditError("not-found", `Expected a recording at ${file}, found none that can be read`, { cause });
  }
  const [first = "", ...rest] = text.split("\n").filter((line) => line.trim() !== "");
  const head = headSchema.safeParse(json(first));
  if (!head.success) throw noRecording(file, 1);
  return { head: head.data, exchanges: rest.map((line, i) => exchangeOf(line, file, i + 2)) };
}

function exchangeOf(line: string, file: string, number: number): Exchange {
  const parsed = exchangeSchema.safeParse(json(line));
  if (!parsed.success) throw noRecording(file, number);
  return parsed.data;
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function noRecording(file: string, line: number): EditError {
  return new EditError(
    "usage",
    `Expected a recording of model traffic in ${file}, got something else in line ${line}`,
    {
      hint: "Make one with --record FILE",
    },
  );
}

function beyond(file: string, count: number): WireError {
  return new WireError("replay", `${file} holds ${count} requests, and one more was made`);
}

function recordedError({ kind, message, status, retryable }: RecordedError): WireError {
  // The wait was waited when it was recorded.
  return new WireError(kind, message, { retryable, retryAfterMs: 0, ...(status === undefined ? {} : { status }) });
}

/** Line by line of the two requests, so that the message shows the one that matters. */
function firstDifference(recorded: Readonly<Record<string, unknown>>, made: Readonly<Record<string, unknown>>) {
  const [before, now] = [normalised(recorded).split("\n"), normalised(made).split("\n")];
  const at = before.findIndex((line, i) => line !== now[i]);
  if (at < 0 && before.length === now.length) return undefined;
  const index = at < 0 ? before.length : at;
  return `expected the recorded ${shown(before[index])}, got ${shown(now[index])}`;
}

function shown(line: string | undefined): string {
  if (line === undefined) return "end of the request";
  const text = line.trim();
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
