/** A session's journal: lines are only ever added, each is on the disk before anyone is told of it. */
import { type FileHandle, open, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { EditError } from "../errors.ts";
import { decodeLine, encodeLine } from "./journal-line.ts";
import { readLines } from "./read-lines.ts";

/** How far a journal could be read. */
export interface JournalEnd {
  /** Lines that are whole, and the bytes they take; anything behind them is no journal. */
  readonly lines: number;
  readonly bytes: number;
  /** Number (from 1) of a line that is none although more follow: the file was damaged, not cut off by a crash. */
  readonly damaged?: number;
}

/**
 * Hands every whole entry to `take`, in order. A crash leaves at most a torn last line, which does not count; a bad line
 * with others behind it ends the reading and is told as `damaged`. What `take` throws comes out as it is.
 */
export async function readJournal(path: string, take: (entry: unknown, line: number) => void): Promise<JournalEnd> {
  let good = { lines: 0, bytes: 0 };
  let bad: number | undefined;
  for await (const { text, end, whole } of readLines(path)) {
    if (bad !== undefined) return { ...good, damaged: bad };
    const decoded = whole ? decodeLine(good.lines, text) : undefined;
    if (decoded === undefined) {
      bad = good.lines + 1;
      continue;
    }
    take(decoded.entry, good.lines + 1);
    good = { lines: good.lines + 1, bytes: end };
  }
  return good;
}

/** The writer of a journal. One at a time: the session's lock sees to that, and callers append one after the other. */
export class Journal {
  readonly #path: string;
  #lines: number;
  #bytes: number;

  private constructor(path: string, { lines, bytes }: JournalEnd) {
    this.#path = path;
    this.#lines = lines;
    this.#bytes = bytes;
  }

  /** A new file with its first entry, as JSON. */
  static async create(path: string, first: string): Promise<Journal> {
    await (await open(path, "wx", 0o600)).close();
    const journal = new Journal(path, { lines: 0, bytes: 0 });
    await journal.append(first);
    await syncFolder(dirname(path));
    return journal;
  }

  /** Goes on behind what `readJournal` found; a torn last line is cut off. */
  static async resume(path: string, end: JournalEnd): Promise<Journal> {
    await truncate(path, end.bytes);
    return new Journal(path, end);
  }

  /** Bytes of the file that count. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when the entry (JSON) is on the disk; on any error the journal is as before. */
  async append(entry: string): Promise<void> {
    const line = Buffer.from(encodeLine(this.#lines, entry));
    const handle = await open(this.#path, "r+");
    try {
      await this.#write(handle, line);
    } finally {
      await handle.close();
    }
    this.#lines += 1;
    this.#bytes += line.length;
  }

  async #write(handle: FileHandle, line: Buffer): Promise<void> {
    // Somebody else's bytes behind ours would be overwritten: better to stop than to mix two histories.
    const { size } = await handle.stat();
    if (size !== this.#bytes) {
      const found = `Expected a journal of ${this.#bytes} bytes at ${this.#path}, found ${size}`;
      throw new EditError("session-damaged", found, { hint: "Another program wrote to it; open the session again" });
    }
    try {
      for (let done = 0; done < line.length; ) {
        done += (await handle.write(line, done, line.length - done, this.#bytes + done)).bytesWritten;
      }
      await handle.datasync();
    } catch (error) {
      await handle.truncate(this.#bytes);
      throw error;
    }
  }
}

/** A new name in a folder is on the disk only when the folder is; where folders cannot be opened (Windows), it is. */
export async function syncFolder(dir: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
