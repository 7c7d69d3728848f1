/** Finished pieces of a run, one JSON line each, safe on the disk before the next one starts. */
import { createReadStream } from "node:fs";
import { type FileHandle, open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const JOURNAL_FILE = "journal.jsonl";

export interface Keyed {
  /** Hash of all that the row depends on. */
  readonly key: string;
}

export class Journal<Row extends Keyed> {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Goes on where the file ends. A line that a killed run left half written is cut off. */
  static async open<Row extends Keyed>(out: string): Promise<Journal<Row>> {
    const path = join(out, JOURNAL_FILE);
    await truncate(path, (await readJournal(out)).wholeBytes).catch(ignoreMissing);
    return new Journal(await open(path, "a"));
  }

  /** Resolves when the line is on the disk. */
  async add(row: Row): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify(row)}\n`);
    await this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

interface JournalContent<Row> {
  /** By key; the last line of a key counts. */
  readonly results: ReadonlyMap<string, Row>;
  /** Length of the file up to its last whole line. */
  readonly wholeBytes: number;
}

/** Empty where there is no journal. `Row` is what this program has written there. */
export async function readJournal<Row extends Keyed>(out: string): Promise<JournalContent<Row>> {
  const results = new Map<string, Row>();
  let wholeBytes = 0;
  const lines = createInterface({
    input: createReadStream(join(out, JOURNAL_FILE)),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  try {
    for await (const line of lines) {
      const row = parsed<Row>(line);
      if (row === undefined) break;
      results.set(row.key, row);
      wholeBytes += Buffer.byteLength(line) + 1;
    }
  } catch (error) {
    ignoreMissing(error);
  }
  return { results, wholeBytes };
}

/** Undefined for a line that was cut off. */
function parsed<Row>(line: string): Row | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}
