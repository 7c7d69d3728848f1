/** The cells of a long table, kept in a folder's journal as they are made: what is known is not made again. */
import { canonical, hashOf } from "./content-key.ts";
import { Journal, readJournal } from "./journal.ts";

export interface Memo {
  /** `parts` is all that the value depends on, as JSON. A failure is not kept. */
  recall<Value>(parts: unknown, make: () => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

interface Cell {
  readonly key: string;
  readonly value: unknown;
}

/** `out` undefined keeps nothing. The values must survive JSON. */
export async function openMemo(out: string | undefined): Promise<Memo> {
  if (out === undefined) return { recall: (_, make) => make(), close: () => Promise.resolve() };
  const { results } = await readJournal<Cell>(out);
  const journal = await Journal.open<Cell>(out);
  return {
    async recall<Value>(parts: unknown, make: () => Promise<Value>): Promise<Value> {
      const key = hashOf(canonical(parts));
      const known = results.get(key);
      // What an earlier call with these parts has made.
      if (known !== undefined) return known.value as Value;
      const value = await make();
      await journal.add({ key, value });
      return value;
    },
    close: () => journal.close(),
  };
}
