/** The data folder: where sessions, models and history live. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import envPaths from "env-paths";
import { makeFolder } from "./make-folder.ts";

export interface Home {
  /** Absolute path of an existing, writable folder. */
  readonly dir: string;
  /** Says that another folder than the wanted one is used, and why. */
  readonly warning?: string;
}

export interface HomeWish {
  /** The `--home` flag. */
  readonly flag?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Flag, else `DRAGFLOW_HOME`, else the platform's data folder. */
export function wantedHome({ flag, env = process.env }: HomeWish = {}): string {
  const named = flag ?? env.DRAGFLOW_HOME;
  return named ? resolve(named) : envPaths("dragflow", { suffix: "" }).data;
}

/** The wanted folder, created; a temporary one with a warning where that cannot be written. */
export async function openHome(wish: HomeWish = {}): Promise<Home> {
  const dir = wantedHome(wish);
  const problem = await whyNotWritable(dir);
  if (problem === undefined) return { dir };
  const fallback = await mkdtemp(join(tmpdir(), "dragflow-"));
  return {
    dir: fallback,
    warning: `Expected a writable data folder at ${dir}, got ${problem}; using ${fallback} for this run. Set DRAGFLOW_HOME or --home to a folder of yours.`,
  };
}

/** undefined when files can be written there. Permission bits do not tell (read-only mounts), so a file is tried. */
export async function whyNotWritable(dir: string): Promise<string | undefined> {
  const probe = join(dir, `.probe-${randomBytes(6).toString("hex")}`);
  try {
    await makeFolder(dir, 0o700);
    await writeFile(probe, "");
    await rm(probe);
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
