/** The folder of a run: its journal, its results, and the pictures of every trial under the trial's key. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { CallOptions, EditOutcome, Engine } from "../engine/api.ts";
import { EXPLAINING, type ExplainingPicture } from "./result.ts";

export const PICTURES_DIR = "pictures";

export interface KeptPictures {
  /** Relative to the run's folder; undefined where none are kept. */
  readonly explaining: Readonly<Record<ExplainingPicture, string>> | undefined;
  /** Copies a method's picture, bit for bit, so that it can be scored again. */
  result(method: string, path: string): Promise<string | undefined>;
}

/** Longest edge and bytes of pictures that only explain. */
const SMALL = { maxEdge: 1024, maxBytes: 400_000 };

/** Explaining pictures are made small; `out` undefined keeps nothing. */
export async function keepPictures(
  out: string | undefined,
  key: string,
  files: EditOutcome["files"],
  engine: Engine,
  call: CallOptions,
): Promise<KeptPictures> {
  if (out === undefined) return { explaining: undefined, result: () => Promise.resolve(undefined) };
  const folder = `${PICTURES_DIR}/${key}`;
  await mkdir(join(out, folder), { recursive: true });
  const explaining: Record<string, string> = {};
  for (const name of EXPLAINING)
    explaining[name] = await keepSmall(out, `${folder}/${name}`, files[name], engine, call);
  return {
    // One for each of the names.
    explaining: explaining as Record<ExplainingPicture, string>,
    async result(method, path) {
      const kept = `${folder}/${method}${extname(path) || ".png"}`;
      await copyFile(path, join(out, kept));
      return kept;
    },
  };
}

async function keepSmall(out: string, stem: string, path: string, engine: Engine, call: CallOptions): Promise<string> {
  const { data, mimeType } = await engine.look({ image: path, ...SMALL }, call.signal ? { signal: call.signal } : {});
  const kept = `${stem}.${mimeType.slice("image/".length)}`;
  await writeFile(join(out, kept), data);
  return kept;
}
