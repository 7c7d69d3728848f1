/** Finished trials, one JSON line each, safe on the disk before the next one starts. */
import { createReadStream } from "node:fs";
import { type FileHandle, open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { CaseResult } from "./result.ts";

export const JOURNAL_FILE = "journal.jsonl";

export class Journal {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Goes on where the file ends. A line that a killed run left half written is cut off. */
  static async open(out: string): Promise<Journal> {
    const path = join(out, JOURNAL_FILE);
    await truncate(path, (await readJournal(out)).wholeBytes).catch(ignoreMissing);
    return new Journal(await open(path, "a"));
  }

  /** Resolves when the line is on the disk. */
  async add(result: CaseResult): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify(result)}\n`);
    await this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

interface JournalContent {
  /** By key; the last line of a key counts. */
  readonly results: ReadonlyMap<string, CaseResult>;
  /** Length of the file up to its last whole line. */
  readonly wholeBytes: number;
}

/** Empty where there is no journal. */
export async function readJournal(out: string): Promise<JournalContent> {
  const results = new Map<string, CaseResult>();
  let wholeBytes = 0;
  const lines = createInterface({
    input: createReadStream(join(out, JOURNAL_FILE)),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  try {
    for await (const line of lines) {
      const result = parsed(line);
      if (result === undefined) break;
      results.set(result.key, result);
      wholeBytes += Buffer.byteLength(line) + 1;
    }
  } catch (error) {
    ignoreMissing(error);
  }
  return { results, wholeBytes };
}

/** What this program wrote; undefined for a line that was cut off. */
function parsed(line: string): CaseResult | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}
