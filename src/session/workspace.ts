/** One session: the pictures that were opened, the regions selected on them, the edits made of them, the running jobs.
 * Everything lies under `<home>/sessions/<id>/`. An edit stands wherever a picture stands, so edits chain. */
import { mkdir, rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { CallOptions, Engine } from "../engine/api.ts";
import { EditError } from "../errors.ts";
import { copyWhole } from "./copy-whole.ts";
import { newId } from "./ids.ts";
import { JobQueue } from "./jobs.ts";
import type {
  CandidateRecord,
  EditRecord,
  EditWish,
  ImageRecord,
  Picture,
  RegionRecord,
  SelectionWish,
} from "./records.ts";

export class Workspace {
  readonly id: string;
  readonly dir: string;
  readonly jobs = new JobQueue();
  /** What propose_intents offered, by id, oldest first. */
  readonly candidates = new Map<string, CandidateRecord>();
  readonly #images = new Map<string, ImageRecord>();
  readonly #regions = new Map<string, RegionRecord>();
  readonly #edits = new Map<string, EditRecord>();

  private constructor(id: string, dir: string) {
    this.id = id;
    this.dir = dir;
  }

  /** A new session with its folders, readable by its owner only. */
  static async create(home: string): Promise<Workspace> {
    const id = newId("session");
    const dir = join(home, "sessions", id);
    for (const part of ["images", "regions", "edits"]) await mkdir(join(dir, part), { recursive: true, mode: 0o700 });
    return new Workspace(id, dir);
  }

  /** Copies the file into the session and reads its head. Throws `image-unreadable` and the engine's other refusals. */
  async openImage(engine: Engine, path: string, options: CallOptions = {}): Promise<ImageRecord> {
    return this.#addImage(engine, basename(path), options, (copy) => copyWhole(path, copy));
  }

  /** The same for a picture that is at hand as bytes; `name` carries the extension. */
  async openBytes(engine: Engine, bytes: Uint8Array, name: string, options: CallOptions = {}): Promise<ImageRecord> {
    return this.#addImage(engine, basename(name), options, (copy) => writeFileAtomic(copy, Buffer.from(bytes)));
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
    const maskPath = join(this.dir, "regions", `${id}.png`);
    try {
      const found = await engine.select({ ...hint, image: path, maskPath }, options);
      const selection = { ...found, ...(await adjust?.(maskPath)) };
      const record: RegionRecord = { id, imageId, maskPath, selection, ...(label === undefined ? {} : { label }) };
      this.#regions.set(id, record);
      return record;
    } catch (error) {
      await rm(maskPath, { force: true });
      throw error;
    }
  }

  /** Runs the engine on a picture or an earlier edit; on any error nothing of the attempt stays. */
  async edit(engine: Engine, imageId: string, wish: EditWish, options: CallOptions = {}): Promise<EditRecord> {
    const { path } = this.picture(imageId);
    const id = newId("edit");
    const dir = join(this.dir, "edits", id);
    try {
      const outcome = await engine.edit({ ...wish, image: path, dir }, options);
      const record: EditRecord = { id, imageId, outcome };
      this.#edits.set(id, record);
      return record;
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** What an imageId or an editId stands for. */
  picture(id: string): Picture {
    const edit = this.#edits.get(id);
    if (edit) return { id, path: edit.outcome.files.image, width: edit.outcome.width, height: edit.outcome.height };
    const image = this.#images.get(id);
    if (image) return { id, path: image.path, width: image.info.width, height: image.info.height };
    throw unknownId("picture", id, "open_image answers with an imageId, edits with an editId");
  }

  region(id: string): RegionRecord {
    const region = this.#regions.get(id);
    if (region) return region;
    throw unknownId("region", id, "select_region answers with a regionId");
  }

  /** The regions selected on a picture, oldest first. */
  regionsOf(imageId: string): RegionRecord[] {
    return [...this.#regions.values()].filter((region) => region.imageId === imageId);
  }

  edited(id: string): EditRecord {
    const edit = this.#edits.get(id);
    if (edit) return edit;
    throw unknownId("edit", id, "preview_edit and start_edit answer with an editId");
  }

  /** The edit, or undefined where the id names an opened picture. */
  findEdit(id: string): EditRecord | undefined {
    return this.#edits.get(id);
  }

  get hasEdits(): boolean {
    return this.#edits.size > 0;
  }

  /** Ends the jobs; the files stay. */
  async close(): Promise<void> {
    await this.jobs.close();
  }

  /** Ends the jobs and removes the session's files. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.dir, { recursive: true, force: true });
  }

  async #addImage(
    engine: Engine,
    name: string,
    options: CallOptions,
    write: (copy: string) => Promise<void>,
  ): Promise<ImageRecord> {
    const id = newId("image");
    const path = join(this.dir, "images", `${id}${extname(name).toLowerCase()}`);
    try {
      await write(path);
      const record: ImageRecord = { id, path, name, info: await engine.inspect(path, options) };
      this.#images.set(id, record);
      return record;
    } catch (error) {
      await rm(path, { force: true });
      throw named(error, path, name);
    }
  }
}

/** The engine speaks of the session's copy; the caller knows the picture by its own name. */
function named(error: unknown, path: string, name: string): unknown {
  if (!(error instanceof EditError)) return error;
  const renamed = (text: string) => text.replaceAll(path, name).replaceAll(basename(path), name);
  return new EditError(error.code, renamed(error.message), {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: renamed(error.hint) }),
  });
}

function unknownId(what: string, id: string, hint: string): EditError {
  return new EditError("not-found", `Expected the id of a ${what} of this session, got ${JSON.stringify(id)}`, {
    hint,
  });
}
