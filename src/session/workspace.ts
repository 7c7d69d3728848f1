/** One session: the pictures that were opened, the regions selected on them, the edits made of them, the running jobs.
 * Everything lies under `<home>/sessions/<id>/`. An edit stands wherever a picture stands, so edits chain. */
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { CallOptions, EditOutcome, Engine, Warning } from "../engine/api.ts";
import { writeWhole } from "../engine/write-whole.ts";
import { BlobStore } from "./blobs.ts";
import { Busy } from "./busy.ts";
import { copyWhole } from "./copy-whole.ts";
import { editEntry } from "./edit-entry.ts";
import { exportSession } from "./export-session.ts";
import { keepFiles, keepPreview } from "./files.ts";
import type { HandedEdits } from "./handed-edits.ts";
import { History } from "./history.ts";
import { newId } from "./ids.ts";
import { importSession } from "./import-session.ts";
import { type JobCall, JobQueue } from "./jobs.ts";
import type { Ledger } from "./ledger.ts";
import { listSessions, type SessionSummary } from "./list-sessions.ts";
import { lockSession } from "./lock.ts";
import { imageFileName } from "./names.ts";
import { createLedger, type OpenedLedger, openLedger, readLedger } from "./open-ledger.ts";
import type {
  CandidateRecord,
  EditRecord,
  EditWish,
  ImageRecord,
  Picture,
  RegionRecord,
  SelectionWish,
  WantedEdit,
} from "./records.ts";
import { named, unknownId } from "./session-errors.ts";
import type { KeptFile, SessionState } from "./session-state.ts";
import { sweepBlobs } from "./sweep.ts";
import { sweepHome } from "./sweep-home.ts";
import type { CreateOptions, MakeOptions, OpenOptions, WriteOptions } from "./workspace-options.ts";

export class Workspace {
  readonly id: string;
  readonly dir: string;
  readonly home: string;
  readonly jobs: JobQueue;
  readonly history: History;
  /** What propose_intents offered, by id, oldest first; forgotten with the process. */
  readonly candidates = new Map<string, CandidateRecord>();
  /** What was found damaged when the session was opened. */
  readonly warnings: readonly Warning[];
  readonly #ledger: Ledger;
  readonly #release: () => Promise<void>;
  /** undefined for a session in memory: its files are only where the engine wrote them. */
  readonly #store: BlobStore | undefined;
  readonly #busy = new Busy();

  private constructor(home: string, { ledger, warnings, release }: OpenedLedger, store: BlobStore | undefined) {
    this.id = ledger.state.id;
    this.dir = ledger.state.dir;
    this.home = home;
    this.warnings = warnings;
    this.#ledger = ledger;
    this.#release = release;
    this.#store = store;
    this.history = new History(ledger, {
      intact: (id) => this.intact(id),
      busy: () => [...this.#busy.ids(), ...this.jobs.uses()],
      free: (ids, files) => this.#free(ids, files),
    });
    this.jobs = new JobQueue({
      past: new Map(ledger.state.jobs),
      started: async (jobId, lane, edit) => {
        await ledger.commit(() => ({ type: "job", jobId, lane, ...(edit === undefined ? {} : { edit }) }));
      },
      ended: async (view) => void (await ledger.commit(() => ({ type: "job-end", view }))),
    });
  }

  /** A new session with its folders, readable by its owner only. */
  static async create(home: string, { memory = false, lock = lockSession }: CreateOptions = {}): Promise<Workspace> {
    const store = new BlobStore(home);
    await sweepHome(home, store);
    return new Workspace(home, await createLedger(home, { memory, lock }), memory ? undefined : store);
  }

  /** Throws `not-found`, `session-damaged`, and `session-in-use` unless it is only read. */
  static async open(
    home: string,
    id: string,
    { readOnly = false, lock = lockSession, handed }: OpenOptions = {},
  ): Promise<Workspace> {
    const store = new BlobStore(home);
    const opened = readOnly ? await readLedger(home, id) : await openLedger(home, id, { store, lock, handed });
    const workspace = new Workspace(home, opened, store);
    if (handed) for (const [jobId, edit] of opened.handedOn) workspace.#takeOn(jobId, edit, handed);
    return workspace;
  }

  /** The sessions of a home, the one that changed last first. */
  static list(home: string): Promise<SessionSummary[]> {
    return listSessions(home);
  }

  /** A new session from a file that `exportTo` wrote. Throws `session-invalid` and leaves nothing. */
  static async importFrom(home: string, path: string, options: WriteOptions = {}): Promise<Workspace> {
    return Workspace.open(home, await importSession(home, path, new BlobStore(home)), options);
  }

  /** Writes the whole session into one file. Throws `out-exists` unless told to overwrite, and `session-damaged`. */
  async exportTo(path: string, { overwrite = false } = {}): Promise<{ path: string; bytes: number }> {
    const store = this.#store;
    if (store === undefined) throw new TypeError("A session in memory has no journal to export");
    return this.#ledger.alone(() => exportSession(this.dir, store, path, { overwrite }));
  }

  /** Copies the file into the session and reads its head. Throws `image-unreadable` and the engine's other refusals. */
  async openImage(engine: Engine, path: string, options: CallOptions = {}): Promise<ImageRecord> {
    return this.#addImage(engine, basename(path), options, (copy) => copyWhole(path, copy));
  }

  /** The same for a picture that is at hand as bytes; `name` carries the extension. */
  async openBytes(engine: Engine, bytes: Uint8Array, name: string, options: CallOptions = {}): Promise<ImageRecord> {
    return this.#addImage(engine, basename(name), options, (copy) => writeWhole(copy, bytes));
  }

  /**
   * From a hint to a region of the session. `adjust` may rewrite the mask file before the region counts; on any error
   * the file is gone.
   */
  async select(
    engine: Engine,
    imageId: string,
    { label, adjust, ...hint }: SelectionWish,
    options: CallOptions = {},
  ): Promise<RegionRecord> {
    const { path } = this.picture(imageId);
    const id = newId("region");
    const mask = `${id}.png`;
    const maskPath = join(this.dir, "regions", mask);
    return this.#attempt(imageId, maskPath, async () => {
      const found = await engine.select({ ...hint, image: path, maskPath }, options);
      const selection = { ...found, ...(await adjust?.(maskPath)) };
      const files = await keepFiles(this.#store, [maskPath]);
      const named = label === undefined ? {} : { label };
      await this.#ledger.commit(() => ({ type: "region", id, imageId, mask, files, selection, ...named }));
      return this.region(id);
    });
  }

  /** Runs the engine on a picture or an earlier edit; on any error nothing of the attempt stays. */
  edit(engine: Engine, imageId: string, wish: EditWish, options: MakeOptions = {}): Promise<EditRecord> {
    const { editId = newId("edit"), ...how } = options;
    const make = async (dir: string) => {
      const { path } = this.picture(imageId);
      await this.intact(imageId);
      return engine.edit({ ...wish, image: path, dir }, how);
    };
    return this.#made(engine, { id: editId, imageId }, make, { baseDir: wish.baseDir, ...how });
  }

  #takeOn(jobId: string, edit: WantedEdit, handed: HandedEdits): void {
    const work = async ({ editId: _, ...call }: JobCall) => {
      const { id } = await this.#made(handed, edit, (dir) => handed.resume(dir, call), { baseDir: this.dir, ...call });
      return { editId: id };
    };
    this.jobs.resume(jobId, work, edit);
  }

  /** From what `make` puts into the edit's folder to an edit of the history. */
  async #made(
    engine: Pick<Engine, "look" | "settled">,
    { id, imageId }: WantedEdit,
    make: (dir: string) => Promise<EditOutcome>,
    { baseDir, ...options }: CallOptions & Pick<EditWish, "baseDir">,
  ): Promise<EditRecord> {
    this.picture(imageId);
    const dir = this.#state.editDir(id);
    return this.#attempt(imageId, dir, async () => {
      const outcome = await make(dir);
      const made = { edit: { id, imageId }, dir, outcome, baseDir, home: this.home };
      const entry = await editEntry(made, this.#store, engine, options);
      await this.#ledger.commit(({ tree }) => entry(tree));
      engine.settled?.(dir);
      return this.edited(id);
    });
  }

  /** The opened pictures, oldest first. */
  images(): ImageRecord[] {
    return [...this.#state.images.values()];
  }

  /** Throws `not-found` for an edit too: it was not opened. */
  image(id: string): ImageRecord {
    const image = this.#state.images.get(id);
    if (image) return image;
    throw unknownId("picture", id, "open_image answers with an imageId");
  }

  /** The edits, oldest first. */
  edits(): EditRecord[] {
    return [...this.#state.edits.values()];
  }

  /** What an imageId or an editId stands for. */
  picture(id: string): Picture {
    const edit = this.#state.edits.get(id);
    if (edit) return { id, path: edit.outcome.files.image, width: edit.outcome.width, height: edit.outcome.height };
    const image = this.#state.images.get(id);
    if (image) return { id, path: image.path, width: image.info.width, height: image.info.height };
    throw unknownId("picture", id, "open_image answers with an imageId, edits with an editId");
  }

  region(id: string): RegionRecord {
    const region = this.#state.regions.get(id);
    if (region) return region;
    throw unknownId("region", id, "select_region answers with a regionId");
  }

  /** The regions selected on a picture, oldest first. */
  regionsOf(imageId: string): RegionRecord[] {
    return [...this.#state.regions.values()].filter((region) => region.imageId === imageId);
  }

  edited(id: string): EditRecord {
    const edit = this.#state.edits.get(id);
    if (edit) return edit;
    throw unknownId("edit", id, "preview_edit and start_edit answer with an editId");
  }

  /** The edit, or undefined where the id names an opened picture. */
  findEdit(id: string): EditRecord | undefined {
    return this.#state.edits.get(id);
  }

  /** Before anything is made of a picture, or one leaves: its files have the bytes they were made with, or have them again
   * from their blobs. Throws `session-damaged`, naming the hash. Costs nothing in a session in memory. */
  async intact(id: string): Promise<void> {
    for (const file of this.#state.filesOf(id)) await this.#store?.ensure(file, file.path, { thorough: true });
  }

  get hasEdits(): boolean {
    return this.#state.edits.size > 0;
  }

  /** Ends the jobs and lets others open the session; the files stay. */
  async close(): Promise<void> {
    await this.jobs.close();
    await this.#ledger.settled();
    await this.#release();
  }

  /** Ends the jobs and removes the session's files, and what of its bytes no other session needs. */
  async remove(): Promise<void> {
    await this.jobs.close();
    await this.#ledger.settled();
    const hashes = new Set(this.#state.allFiles().map(({ hash }) => hash));
    await rm(this.dir, { recursive: true, force: true });
    await this.#release();
    if (this.#store && hashes.size > 0) await sweepBlobs(this.home, this.#store, hashes);
  }

  get #state(): SessionState {
    return this.#ledger.state;
  }

  async #addImage(
    engine: Engine,
    name: string,
    options: CallOptions,
    write: (copy: string) => Promise<void>,
  ): Promise<ImageRecord> {
    const id = newId("image");
    const file = imageFileName(id, name);
    const path = join(this.dir, "images", file);
    try {
      await write(path);
      const info = await engine.inspect(path, options);
      const preview = join(this.dir, "images", `${id}-preview`);
      const kept = await keepPreview(this.#store, engine, path, preview, options);
      const shown = kept.preview ? [join(this.dir, "images", kept.preview.name)] : [];
      const files = await keepFiles(this.#store, [path, ...shown]);
      await this.#ledger.commit(({ tree }) => {
        const branch = tree.freshName(tree.branches.size === 0 ? "main" : "picture");
        return { type: "image", id, file, name, info, at: new Date().toISOString(), branch, files, ...kept };
      });
      return this.image(id);
    } catch (error) {
      await rm(path, { force: true });
      throw named(error, path, name);
    }
  }

  /** While the work reads the picture it is not pruned; on any error what was made is gone. */
  #attempt<Made>(imageId: string, made: string, work: () => Promise<Made>): Promise<Made> {
    return this.#busy.during(imageId, () =>
      work().catch(async (error: unknown) => {
        await rm(made, { recursive: true, force: true });
        throw error;
      }),
    );
  }

  async #free(ids: readonly string[], files: readonly KeptFile[]): Promise<number> {
    const folders = ids.flatMap((id) => [this.#state.editDir(id), join(this.dir, "frames", id)]);
    for (const path of [...folders, ...files.map((file) => file.path)]) {
      await rm(path, { recursive: true, force: true });
    }
    const hashes = new Set(files.map(({ hash }) => hash));
    return this.#store ? sweepBlobs(this.home, this.#store, hashes) : 0;
  }
}
