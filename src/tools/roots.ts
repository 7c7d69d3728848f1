/** Which files tools may touch: those under a root, judged after every link is resolved. */
import { constants } from "node:fs";
import { type FileHandle, lstat, open, realpath, stat } from "node:fs/promises";
import { basename, delimiter, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { EditError } from "../errors.ts";
import { clean } from "./clean.ts";

/** Which folders tools may read and write. */
export interface Roots {
  /** Resolved absolute folders; the first is what relative paths are relative to. */
  readonly folders: readonly string[];
  /** Folders of the session's own files: allowed too, but not named in messages. */
  readonly sessions: readonly string[];
}

/** Folders named in `DRAGFLOW_ROOTS` or `--roots` (separated like PATH), else the current directory; session files
 * may be read and written besides. Folders that do not exist are left out. */
export async function openRoots(
  named: string | undefined,
  cwd: string,
  sessions: readonly string[] = [],
): Promise<Roots> {
  const wanted = named ? named.split(delimiter).filter((folder) => folder !== "") : [cwd];
  const resolved = async (folders: readonly string[]) =>
    (await Promise.all(folders.map((folder) => realFolder(resolve(cwd, folder))))).filter((real) => real !== undefined);
  return { folders: await resolved(wanted), sessions: await resolved(sessions) };
}

/** The resolved path of an existing regular file inside a root. */
export async function readablePath(roots: Roots, path: string): Promise<string> {
  const wanted = absolute(roots, path);
  const real = await realpath(wanted).catch(async (cause) => {
    // Whether a file outside exists is nobody's business.
    inside(roots, join((await realFolder(dirname(wanted))) ?? wanted, basename(wanted)), path);
    throw new EditError("image-unreadable", `Expected a file at ${printable(path)}, got ${reason(cause)}`, {
      hint: "Check the path; relative paths start at the first root",
      cause,
    });
  });
  return regularFile(inside(roots, real, path), path);
}

/** As `readablePath` for a mask of a call, which may also be a data URI: that is passed on as it is. */
export async function readableMask(roots: Roots, mask: string): Promise<string> {
  return mask.startsWith("data:") ? mask : readablePath(roots, mask);
}

/** A picture's bytes and name. */
export interface ReadFile {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/** 1 GiB: what 268 megapixels of 8-bit colour need uncompressed, with room for metadata. */
const MAX_FILE = 2 ** 30;

/**
 * The bytes of a regular file inside a root. What is read is what was judged: the file is opened first, and the path must
 * still lead to it afterwards. Throws as `readablePath`, and `image-too-large`.
 */
export async function readInside(roots: Roots, path: string): Promise<ReadFile> {
  const real = await readablePath(roots, path);
  const file = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)).catch(
    (cause) => {
      throw new EditError("image-unreadable", `Expected a file at ${printable(path)}, got ${reason(cause)}`, { cause });
    },
  );
  try {
    await stillThere(file, roots, real, path);
    const { size } = await file.stat();
    if (size > MAX_FILE) {
      throw new EditError("image-too-large", `Expected a file of at most ${MAX_FILE} bytes, got ${size}`, {
        hint: "Save it as PNG, which compresses without loss",
      });
    }
    return { bytes: await file.readFile(), name: basename(path) };
  } finally {
    await file.close();
  }
}

async function stillThere(file: FileHandle, roots: Roots, real: string, path: string): Promise<void> {
  const [opened, named] = [await file.stat(), await stat(real).catch(() => undefined)];
  const same = opened.isFile() && named?.ino === opened.ino && named.dev === opened.dev;
  if (!same || (await realpath(real).catch(() => undefined)) !== real) throw outside(roots, path);
}

/** The folder of a model that a caller names by its path; must lie inside a root. */
export async function readableFolder(roots: Roots, path: string): Promise<string> {
  const real = await realFolder(absolute(roots, path));
  if (real === undefined) throw outside(roots, path);
  return inside(roots, real, path);
}

/** The path a new file may be written to: its folder exists inside a root, and what is there already (if anything) is a
 * regular file inside a root. */
export async function writablePath(roots: Roots, path: string): Promise<string> {
  const wanted = absolute(roots, path);
  const folder = await realFolder(dirname(wanted));
  if (folder === undefined) {
    inside(roots, wanted, path);
    throw new EditError("not-found", `Expected the folder of ${printable(path)} to exist`, {
      hint: "Create it or name another",
    });
  }
  const target = inside(roots, join(folder, basename(wanted)), path);
  if ((await lstat(target).catch(() => undefined)) === undefined) return target;
  // A link that leads nowhere has no real path: it counts as leading outside.
  const existing = await realpath(target).catch(() => {
    throw outside(roots, path);
  });
  return regularFile(inside(roots, existing, path), path);
}

/** Network shares, device namespaces and drives-relative forms of Windows, wherever this runs. */
const NOT_LOCAL = /^(\\\\|\/\/|\\\/|\/\\)/;
/** Names that Windows keeps for devices in every folder. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** Kernel interfaces look like regular files; no root makes them pictures. */
const KERNEL = ["/proc", "/sys", "/dev"];

function absolute(roots: Roots, path: string): string {
  if (path === "" || path.includes("\0") || NOT_LOCAL.test(path)) throw outside(roots, path);
  if (process.platform === "win32" && DEVICE_NAME.test(basename(path))) throw outside(roots, path);
  const [base] = roots.folders;
  if (base === undefined && !isAbsolute(path)) throw outside(roots, path);
  return resolve(base ?? "/", path);
}

function inside(roots: Roots, real: string, path: string): string {
  const kernel = KERNEL.some((folder) => real === folder || contains(folder, real));
  if (!kernel && [...roots.folders, ...roots.sessions].some((folder) => contains(folder, real))) return real;
  throw outside(roots, path);
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${"/"}`) && !way.startsWith("..\\") && !isAbsolute(way);
}

async function regularFile(real: string, path: string): Promise<string> {
  if ((await stat(real)).isFile()) return real;
  throw new EditError(
    "path-outside-roots",
    `Expected a regular file, got a folder, device or pipe at ${printable(path)}`,
  );
}

async function realFolder(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

/** Names the path as it was given, never what it resolved to. */
function outside({ folders }: Roots, path: string): EditError {
  const got = `got ${printable(path)}`;
  if (folders.length === 0) {
    return new EditError("path-outside-roots", `Expected no path, as no folder is open here, ${got}`, {
      hint: "Send the picture as a data URI or with an upload ticket; edits come back as resources",
    });
  }
  return new EditError("path-outside-roots", `Expected a path inside ${folders.join(" or ")}, ${got}`, {
    hint: "DRAGFLOW_ROOTS or --roots names the folders that tools may read and write",
  });
}

function printable(path: string): string {
  return JSON.stringify(clean(path, 200));
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "an error";
  return code === "ENOENT" ? "no such file" : code;
}
