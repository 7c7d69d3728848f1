/** Gets a model from the hub into `<home>/models/<name>`: licence first, then the files it takes, each checked. */
import { mkdir, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EditError } from "../../errors.ts";
import { BUNDLE_MARK, pulledModels } from "../models/find-bundle.ts";
import { describeModel, type HubAccess, type HubLicence, type HubModel, openFile } from "./client.ts";
import { digestOf, downloadFile } from "./download.ts";
import { type PullRecord, readPullRecord, writePullRecord } from "./record.ts";
import { type HubFile, wantedFiles } from "./wanted-files.ts";

export const HUB_URL = "https://huggingface.co";

export interface PullRequest {
  /** "owner/name". */
  readonly id: string;
  readonly home: string;
  /** Folder below `<home>/models`; parts may be joined with slashes. Default: the name in `id`. */
  readonly name?: string;
  /** Branch, tag or commit. Default "main". */
  readonly revision?: string;
  /** Files instead of what the layout says. */
  readonly files?: readonly string[];
  readonly token?: string;
  readonly hubUrl?: string;
  /** Nothing is asked of the network. */
  readonly offline?: boolean;
  /** Shown before anything is downloaded; false ends the pull. Not called for what was accepted before. */
  accept(licence: HubLicence, bytes: number): Promise<boolean>;
  onProgress?(progress: PullProgress): void;
  readonly signal: AbortSignal;
  readonly retryMs?: number;
}

export interface PullProgress {
  readonly file: string;
  readonly done: number;
  /** Bytes of all files. */
  readonly total: number;
}

export interface Pulled {
  readonly dir: string;
  readonly name: string;
  readonly commit: string;
  readonly licence: HubLicence;
  readonly files: readonly string[];
  readonly bytes: number;
  /** Bytes that came over the network now. */
  readonly fetched: number;
}

const ID = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;
const NAMES = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/;

/** Throws `usage`, `not-found`, `access-refused`, `licence-needed`, `fetch-failed`, `download-damaged`, `out-unwritable`. */
export async function pullModel(request: PullRequest): Promise<Pulled> {
  const name = nameOf(request);
  const dir = join(pulledModels(request.home), name);
  const access = accessOf(request);
  const model = await online(request, name, dir, () => describeModel(access, request.revision));
  const files = bundleMarkLast(wantedFiles(model.files, request.files));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const record = await accepted(request, dir, model, bytes);
  await mkdir(dir, { recursive: true });
  await expectRoom(dir, await missingBytes(dir, files));
  let [before, fetched] = [0, 0];
  for (const file of files) {
    const onBytes = (done: number) => request.onProgress?.({ file: file.path, done: before + done, total: bytes });
    if (!(await isHere(join(dir, file.path), file, record))) {
      fetched += await fetchFile(request, access, model, file, dir, onBytes);
    }
    record.files[file.path] = file.digest.hex;
    await writePullRecord(dir, record);
    before += file.size;
    onBytes(0);
  }
  return {
    dir,
    name,
    commit: model.commit,
    licence: model.licence,
    files: files.map(({ path }) => path),
    bytes,
    fetched,
  };
}

async function fetchFile(
  { signal, retryMs }: PullRequest,
  access: HubAccess,
  { commit }: HubModel,
  file: HubFile,
  dir: string,
  onBytes: (done: number) => void,
): Promise<number> {
  const target = join(dir, file.path);
  await mkdir(dirname(target), { recursive: true });
  let [first, last] = [-1, 0];
  const counted = (done: number) => {
    if (first < 0) first = done;
    last = done;
    onBytes(done);
  };
  const open = (start: number) => openFile(access, commit, file, start);
  await downloadFile(file, target, { open, onBytes: counted, signal, ...(retryMs === undefined ? {} : { retryMs }) });
  return last - Math.max(first, 0);
}

function nameOf({ id, name = id.split("/")[1] ?? "" }: PullRequest): string {
  if (!ID.test(id)) {
    throw new EditError("usage", `Expected a repository as owner/name, got ${JSON.stringify(id)}`, {
      hint: "That is what its page's address ends with, such as black-forest-labs/FLUX.1-schnell.",
    });
  }
  if (NAMES.test(name)) return name;
  throw new EditError("usage", `Expected a name of letters, digits, dots and dashes, got ${JSON.stringify(name)}`, {
    hint: "It is the model's folder in the data folder; choose another with --name.",
  });
}

function accessOf({ id, token, hubUrl = HUB_URL, signal }: PullRequest): HubAccess {
  if (token !== undefined && !token.startsWith("hf_")) {
    throw new EditError("usage", 'Expected a token of the hub, which begins with "hf_", got something else', {
      hint: "It is read from --token, else from HF_TOKEN; without either only public models can be had.",
    });
  }
  return { id, hubUrl: hubUrl.replace(/\/+$/, ""), signal, ...(token === undefined ? {} : { token }) };
}

/** Without the network the error says which files to put where. */
async function online<T>(request: PullRequest, name: string, dir: string, work: () => Promise<T>): Promise<T> {
  const hint = `Without a connection, copy these files of ${request.id} by hand into ${dir}: ${LAYOUT.join(", ")}; then run dragflow models check ${name}`;
  if (request.offline)
    throw new EditError("fetch-failed", `Expected a connection to get ${request.id}, HF_HUB_OFFLINE is set`, { hint });
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EditError) || error.code !== "fetch-failed") throw error;
    const both = error.hint === undefined ? hint : `${error.hint} ${hint}`;
    throw new EditError(error.code, error.message, { hint: both, cause: error });
  }
}

const LAYOUT = [
  BUNDLE_MARK,
  "scheduler/scheduler_config.json",
  "transformer/config.json",
  "transformer/*.safetensors (and its index)",
  "vae/config.json",
  "vae/*.safetensors",
  "text_encoder/{config.json,model.safetensors}",
  "text_encoder_2/{config.json,*.safetensors (and its index)}",
  "tokenizer/{vocab.json,merges.txt}",
  "tokenizer_2/tokenizer.json",
];

/** A folder becomes a bundle with this file: half a model is never found by name. */
function bundleMarkLast(files: readonly HubFile[]): HubFile[] {
  return [...files].sort((a, b) => Number(a.path === BUNDLE_MARK) - Number(b.path === BUNDLE_MARK));
}

async function accepted(
  request: PullRequest,
  dir: string,
  { commit, licence }: HubModel,
  bytes: number,
): Promise<PullRecord> {
  const known = await readPullRecord(dir);
  const same = known?.id === request.id && known.licence.name === licence.name && known.licence.link === licence.link;
  if (known !== undefined && same) return { ...known, commit, licence };
  if (await request.accept(licence, bytes)) {
    return { version: 1, id: request.id, commit, licence, accepted: new Date().toISOString(), files: {} };
  }
  throw new EditError(
    "licence-needed",
    `Expected the licence of ${request.id} (${licence.name}) to be accepted first`,
    {
      hint: `${licence.link === undefined ? "" : `Read ${licence.link}. `}Then pass --accept-licence.`,
    },
  );
}

/** Files that this record knows as whole; others on the disk are read and compared. */
async function isHere(path: string, file: HubFile, record: PullRecord): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined || there.size !== file.size) return false;
  if (record.files[file.path] === file.digest.hex) return true;
  return (await digestOf(path, file)) === file.digest.hex;
}

async function missingBytes(dir: string, files: readonly HubFile[]): Promise<number> {
  const sizes = files.map(async ({ path, size }) => {
    const here = await stat(join(dir, path)).catch(() => undefined);
    return here === undefined ? size : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function expectRoom(dir: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const needed = `${Math.ceil(bytes / 1e6)} MB at ${dir}`;
  throw new EditError("out-unwritable", `Expected room for ${needed}, found ${Math.floor(free / 1e6)} MB`, {
    hint: "Make room, or choose a data folder on another disk with --home or DRAGFLOW_HOME.",
  });
}
