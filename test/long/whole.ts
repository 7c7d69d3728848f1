/** Looks a data folder over after something was killed in it: nothing lost, nothing half, nothing nobody knows of. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { BlobStore } from "../../src/session/blobs.ts";
import { holds } from "../../src/session/hash-file.ts";
import { Workspace } from "../../src/session/index.ts";
import { readJournal } from "../../src/session/journal.ts";
import { readSession } from "../../src/session/read-session.ts";
import type { Expected } from "./edits.ts";
import { check } from "./part.ts";

/** What a session's folder may hold besides its journal and its lock. */
const FOLDERS = ["edits", "exports", "frames", "images", "journal.jsonl", "lock", "regions"];

/** Opens the session as the next process would; throws what is wrong with it. The caller closes what comes back. */
export async function openWhole(home: string, id: string, expected: Expected): Promise<Workspace> {
  const workspace = await Workspace.open(home, id);
  try {
    await lookedOver(workspace, expected);
    return workspace;
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

async function lookedOver(workspace: Workspace, expected: Expected): Promise<void> {
  const { home, id, dir } = workspace;
  check(workspace.warnings.length === 0, `warnings on opening: ${JSON.stringify(workspace.warnings)}`);
  const { damaged } = await readJournal(join(dir, "journal.jsonl"), () => {});
  check(damaged === undefined, `line ${damaged} of the journal is damaged`);
  const { state } = await readSession(home, id);
  for (const file of state.allFiles())
    check(await holds(file.path, file), `${file.path} has other bytes than its hash`);
  for (const edit of workspace.edits()) await expected.holds(edit);
  await nothingElse(dir, FOLDERS);
  await nothingElse(
    join(dir, "edits"),
    workspace.edits().map((edit) => edit.id),
  );
  const open = workspace.jobs.list().filter(({ status }) => status === "queued" || status === "running");
  check(open.length === 0, `jobs of a process that is gone are still open: ${JSON.stringify(open)}`);
}

async function nothingElse(dir: string, known: readonly string[]): Promise<void> {
  const names = await readdir(dir);
  const strange = names.filter((name) => !known.includes(name));
  check(strange.length === 0, `${dir} holds what nobody knows of: ${strange.join(", ")}`);
}

/** Every blob has the bytes of its name. Throws naming those that have not. */
export async function blobsWhole(home: string): Promise<number> {
  const blobs = await new BlobStore(home).list();
  for (const blob of blobs) check(await holds(blob.path, blob), `blob ${blob.hash} has other bytes than its name`);
  return blobs.length;
}
