/** From an edit's folder to its line of the journal: its model, a small picture, its files as blobs. */
import { join } from "node:path";
import type { CallOptions, EditOutcome, Engine } from "../engine/api.ts";
import type { BlobStore } from "./blobs.ts";
import type { EditTree } from "./edit-tree.ts";
import type { EntryOf } from "./entries.ts";
import { keepFiles, keepPreview } from "./files.ts";
import { modelMark } from "./model-mark.ts";
import { bareNames } from "./names.ts";
import type { WantedEdit } from "./records.ts";

export interface MadeEdit {
  readonly edit: WantedEdit;
  /** Its folder, which holds all that the outcome names. */
  readonly dir: string;
  readonly outcome: EditOutcome;
  /** Where its recipe's relative paths begin. */
  readonly baseDir: string;
  readonly home: string;
}

/** When this resolves the files are on the disk; where it stands in the tree is only known when it is written. */
export async function editEntry(
  { edit: { id, imageId }, dir, outcome, baseDir, home }: MadeEdit,
  store: BlobStore | undefined,
  engine: Pick<Engine, "look">,
  options: CallOptions,
): Promise<(tree: EditTree) => EntryOf<"edit">> {
  const model = await modelMark(outcome.recipe, baseDir, home);
  const kept = await keepPreview(store, engine, outcome.files.after, join(dir, "preview"), options);
  const files = await keepFiles(store, [dir]);
  return (tree) => {
    const branch = tree.branchOf(imageId) ?? tree.freshName("branch");
    const made = { outcome: bareNames(outcome, dir), ...kept, ...(model ? { model } : {}) };
    return { type: "edit", id, imageId, at: new Date().toISOString(), branch, files, ...made };
  };
}
