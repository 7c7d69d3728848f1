/** A file's lines with the places where they end, read in pieces: a journal may be longer than a string can be. */
import { createReadStream } from "node:fs";

export interface Line {
  readonly text: string;
  /** Bytes of the file up to and with this line. */
  readonly end: number;
  /** False for a last line without a line feed. */
  readonly whole: boolean;
}

const LINE_FEED = 10;

/** Lines without their line feeds; `end` bounds what is read. */
export async function* readLines(path: string, end = Number.POSITIVE_INFINITY): AsyncGenerator<Line> {
  const pieces: Buffer[] = [];
  let at = 0;
  if (end <= 0) return;
  for await (const chunk of createReadStream(path, { end: end - 1 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to >= 0; to = chunk.indexOf(LINE_FEED, from)) {
      pieces.push(chunk.subarray(from, to));
      yield { text: Buffer.concat(pieces).toString(), end: at + to + 1, whole: true };
      pieces.length = 0;
      from = to + 1;
    }
    pieces.push(chunk.subarray(from));
    at += chunk.length;
  }
  const text = Buffer.concat(pieces).toString();
  if (text !== "") yield { text, end: at, whole: false };
}
