/** All that a session knows, as its journal tells it: entry by entry, each at a cost that does not grow with the rest. */
import { join, sep } from "node:path";
import { EditError } from "../errors.ts";
import { EditTree } from "./edit-tree.ts";
import type { Entry, EntryOf, StoredFile, StoredPreview } from "./entries.ts";
import type { HistoryNode, NodePreview } from "./history-node.ts";
import { doneView, interruptedView, type JobView } from "./job-view.ts";
import type { EditRecord, ImageRecord, RegionRecord, WantedEdit } from "./records.ts";

/** A file of the session with the blob that holds its bytes. */
export interface KeptFile extends StoredFile {
  readonly path: string;
}

/** The files of one picture or region, which all lie in one folder. */
export interface KeptFolder {
  readonly dir: string;
  readonly files: readonly StoredFile[];
}

export class SessionState {
  readonly dir: string;
  id = "";
  createdAt = "";
  readonly tree = new EditTree();
  readonly images = new Map<string, ImageRecord>();
  readonly regions = new Map<string, RegionRecord>();
  readonly edits = new Map<string, EditRecord>();
  /** Jobs that have ended; one that never did has ended as `interrupted`. */
  readonly jobs = new Map<string, JobView>();
  /** jobId → the edit that it makes, where it makes one. */
  readonly openJobs = new Map<string, WantedEdit | undefined>();
  /** By picture or region. */
  readonly #folders = new Map<string, KeptFolder>();

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Folder of an edit's files. */
  editDir(id: string): string {
    return join(this.dir, "edits", id);
  }

  /** The files of one picture or region. */
  filesOf(id: string): readonly KeptFile[] {
    const folder = this.#folders.get(id);
    return folder === undefined ? [] : keptFiles(folder);
  }

  /** The files of these pictures and of the regions on them. */
  filesWith(pictures: readonly string[]): KeptFile[] {
    const wanted = new Set(pictures);
    const regions = [...this.regions.values()].filter(({ imageId }) => wanted.has(imageId)).map(({ id }) => id);
    return [...pictures, ...regions].flatMap((id) => this.filesOf(id));
  }

  /** The files of everything that is left. */
  allFiles(): KeptFile[] {
    return this.folders().flatMap(keptFiles);
  }

  /** The same, by what they belong to; a folder of many pictures or regions comes up with each. */
  folders(): KeptFolder[] {
    return [...this.#folders.values()];
  }

  /** Throws `session-damaged` for an entry that speaks of what is not there. */
  apply(entry: Entry): void {
    switch (entry.type) {
      case "session":
        this.#begin(entry);
        break;
      case "image":
        this.#image(entry);
        break;
      case "region":
        this.#region(entry);
        break;
      case "edit":
        this.#edit(entry);
        break;
      case "move":
        this.tree.moveTo(this.#known(entry.to), entry.branch ?? undefined);
        break;
      case "branch":
        this.tree.startBranch(entry.name, this.#known(entry.at));
        break;
      case "rename-branch":
        this.tree.renameBranch(entry.from, entry.to);
        break;
      case "remove-branch":
        this.tree.removeBranch(entry.name);
        break;
      case "rename":
        this.tree.update(this.#known(entry.id), { name: entry.name });
        break;
      case "favourite":
        this.tree.update(this.#known(entry.id), { favourite: entry.on });
        break;
      case "prune":
        this.#prune(entry.removed);
        break;
      case "job":
        this.openJobs.set(entry.jobId, entry.edit);
        break;
      case "job-end":
        this.jobs.set(entry.view.jobId, entry.view);
        this.openJobs.delete(entry.view.jobId);
        break;
      default:
        entry satisfies never;
    }
  }

  /** Jobs that an earlier process left open count as failed, but for those whose edit is there. */
  closeOpenJobs(): void {
    for (const [jobId, edit] of this.openJobs) {
      this.jobs.set(jobId, edit && this.edits.has(edit.id) ? doneView(jobId, edit.id) : interruptedView(jobId));
    }
    this.openJobs.clear();
  }

  #begin({ id, at }: EntryOf<"session">): void {
    if (this.id !== "") throw wrong(`a second beginning of session ${id}`);
    this.id = id;
    this.createdAt = at;
  }

  #image({ id, file, name, info, at, branch, files, preview }: EntryOf<"image">): void {
    this.#fresh(id);
    const dir = join(this.dir, "images");
    this.images.set(id, { id, path: join(dir, file), name, info });
    this.#folders.set(id, { dir, files });
    const { width, height } = info;
    const shown = previewIn(dir, preview);
    const facts = { id, favourite: false, createdAt: at, width, height, ...shown };
    this.#add({ type: "image", parent: null, fileName: name, ...facts }, branch);
  }

  #region({ id, imageId, mask, files, label, selection }: EntryOf<"region">): void {
    if (this.regions.has(id)) throw wrong(`a second region ${id}`);
    const dir = join(this.dir, "regions");
    const named = label === undefined ? {} : { label };
    const record = { id, imageId: this.#known(imageId), maskPath: join(dir, mask), selection, ...named };
    this.regions.set(id, record);
    this.#folders.set(id, { dir, files });
  }

  #edit({ id, imageId, outcome, at, branch, files, model, preview }: EntryOf<"edit">): void {
    this.#fresh(id);
    const dir = this.editDir(id);
    const { tiers: pictures, ...one } = outcome.files;
    const paths = { ...placed(dir, one), tiers: placed(dir, pictures) };
    this.edits.set(id, { id, imageId: this.#known(imageId), outcome: { ...outcome, files: paths } });
    this.#folders.set(id, { dir, files });
    const { recipe, tier, tiers, receipt, metrics, width, height } = outcome;
    const shown = previewIn(dir, preview);
    const facts = { id, favourite: false, createdAt: at, width, height, ...shown };
    const made = { recipe, seed: recipe.seed, tier, receipt, metrics, gates: tiers, ...(model ? { model } : {}) };
    this.#add({ type: "edit", parent: imageId, ...facts, ...made }, branch);
  }

  #add(node: HistoryNode, branch: string): void {
    this.tree.add(node, branch);
  }

  #prune(removed: readonly string[]): void {
    const gone = new Set(removed);
    for (const id of removed) {
      this.images.delete(id);
      this.edits.delete(id);
      this.#folders.delete(id);
    }
    for (const { id, imageId } of this.regions.values()) {
      if (!gone.has(imageId)) continue;
      this.regions.delete(id);
      this.#folders.delete(id);
    }
    this.tree.remove(removed);
  }

  #known(id: string): string {
    if (this.tree.nodes.has(id)) return id;
    throw wrong(`picture ${id}, which is not there`);
  }

  #fresh(id: string): void {
    if (this.tree.nodes.has(id)) throw wrong(`a second picture ${id}`);
  }
}

/** The same keys, each with a path. */
function placed<Names extends Readonly<Record<string, string>>>(dir: string, names: Names): Names {
  const paths: Record<string, string> = {};
  for (const [key, name] of Object.entries(names)) paths[key] = pathIn(dir, name);
  return paths as Names; // see above
}

function keptFiles({ dir, files }: KeptFolder): KeptFile[] {
  return files.map((file) => ({ ...file, path: pathIn(dir, file.name) }));
}

/** Bare names need no `join`, which for a long history costs more than its journal's checksums. */
function pathIn(dir: string, name: string): string {
  return dir + sep + name;
}

function previewIn(dir: string, preview: StoredPreview | undefined): { preview?: NodePreview } {
  if (preview === undefined) return {};
  const { name, ...facts } = preview;
  return { preview: { ...facts, path: join(dir, name) } };
}

function wrong(what: string): EditError {
  return new EditError("session-damaged", `Expected a journal whose entries fit together, found ${what}`);
}
