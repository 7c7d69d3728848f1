/** A session with many edits: how long it takes to open, to note one more change, to undo. The edits are copies of a real
 * one, files and journal entry alike, each made from the one before. */
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LocalEngine } from "../src/engine/local.ts";
import { parseRecipe } from "../src/engine/recipe/parse.ts";
import { type Entry, type EntryOf, parseEntry } from "../src/session/entries.ts";
import { newId } from "../src/session/ids.ts";
import { Workspace } from "../src/session/index.ts";
import { decodeLine, encodeLine, jsonOf } from "../src/session/journal-line.ts";
import { OPERATIONS, PHOTO } from "./edits.ts";
import { spreadOf } from "./rounds.ts";

/** Seconds. */
export interface HistoryCost {
  readonly open: number;
  readonly append: number;
  readonly undo: number;
}

const OPENINGS = 3;
const CHANGES = 9;

export async function measureHistory(home: string, edits: number): Promise<HistoryCost> {
  const id = await sessionOf(home, edits);
  try {
    const opened: number[] = [];
    for (let i = 0; i < OPENINGS; i++) {
      const begun = performance.now();
      const workspace = await Workspace.open(home, id);
      opened.push((performance.now() - begun) / 1000);
      await workspace.close();
    }
    const workspace = await Workspace.open(home, id);
    const { history } = workspace;
    const append = await median(CHANGES, (i) => history.favourite(history.current ?? "", i % 2 === 0));
    const undo = await median(Math.min(CHANGES, edits), () => history.undo());
    await workspace.close();
    return { open: spreadOf(opened).median, append, undo };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function sessionOf(home: string, edits: number): Promise<string> {
  await mkdir(home, { recursive: true });
  const workspace = await Workspace.create(home);
  const engine = new LocalEngine({ home });
  try {
    const { id } = await workspace.openImage(engine, PHOTO);
    const recipe = parseRecipe({ operations: OPERATIONS, quality: "preview" });
    await workspace.edit(engine, id, { recipe, baseDir: home });
  } finally {
    await engine.close();
    await workspace.close();
  }
  await multiply(workspace.dir, edits);
  return workspace.id;
}

/** The session's one edit, and so many more that each stand on the one before. */
async function multiply(dir: string, edits: number): Promise<void> {
  const path = join(dir, "journal.jsonl");
  const entries = entriesOf(await readFile(path, "utf8"));
  const first = entries.find((entry) => entry.type === "edit");
  if (first === undefined) throw new TypeError("Expected an edit in the session's journal");
  const lines = entries.map((entry, seq) => encodeLine(seq, jsonOf(entry)));
  for (let [i, last] = [1, first.id]; i < edits; i++) {
    const copy = await copyOf(dir, first, last);
    lines.push(encodeLine(lines.length, jsonOf(copy)));
    last = copy.id;
  }
  await writeFile(path, lines.join(""));
}

function entriesOf(journal: string): Entry[] {
  const lines = journal.split("\n").filter((line) => line !== "");
  return lines.map((line, seq) => parseEntry(decodeLine(seq, line)?.entry));
}

async function copyOf(dir: string, first: EntryOf<"edit">, imageId: string): Promise<EntryOf<"edit">> {
  const id = newId("edit");
  const [from, to] = [join(dir, "edits", first.id), join(dir, "edits", id)];
  await mkdir(to);
  for (const name of await readdir(from)) await link(join(from, name), join(to, name));
  return { ...first, id, imageId };
}

async function median(count: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await work(i);
    seconds.push((performance.now() - begun) / 1000);
  }
  return spreadOf(seconds).median;
}
