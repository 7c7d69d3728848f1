/** Encoded prompts on disk, one file each under the digest of the encoders' files, the text's length and the prompt. The
 * prompt itself is not written. A cache: whatever cannot be read or written is encoded again. */
import { createHash } from "node:crypto";
import { mkdir, readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { TextStates } from "../models/flux.ts";
import type { Tensor } from "../onnx/session.ts";
import { openSafetensors, writeSafetensors } from "../weights/safetensors.ts";

/** With FLUX's widths one takes 4 to 8 MB. */
const KEPT = 64;
const NAMES = ["txt", "pooled"] as const;

export class PromptStore {
  readonly #dir: string;
  readonly #fingerprint: string;
  readonly #kept: number;

  constructor(dir: string, fingerprint: string, kept = KEPT) {
    this.#dir = dir;
    this.#fingerprint = fingerprint;
    this.#kept = kept;
  }

  async get(prompt: string, tokens: number): Promise<TextStates | undefined> {
    const path = this.#path(prompt, tokens);
    try {
      const file = await openSafetensors(path);
      const read = async (name: string): Promise<Tensor> => {
        return { shape: [...(file.tensors.get(name)?.shape ?? [])], data: await file.read(name) };
      };
      const states = { txt: await read("txt"), pooled: await read("pooled") };
      await utimes(path, new Date(), new Date()); // the order of the last use
      return states;
    } catch {
      return undefined;
    }
  }

  async put(prompt: string, tokens: number, states: TextStates): Promise<void> {
    try {
      await mkdir(this.#dir, { recursive: true });
      const tensors = NAMES.map((name) => [name, { shape: [...states[name].shape], data: states[name].data }] as const);
      await writeSafetensors(this.#path(prompt, tokens), new Map(tensors));
      await this.#prune();
    } catch {
      // Without a place on disk there is no cache.
    }
  }

  #path(prompt: string, tokens: number): string {
    const key = createHash("sha256").update(JSON.stringify([this.#fingerprint, tokens, prompt]));
    return join(this.#dir, `${key.digest("hex").slice(0, 40)}.safetensors`);
  }

  async #prune(): Promise<void> {
    const paths = (await readdir(this.#dir)).filter((name) => name.endsWith(".safetensors"));
    if (paths.length <= this.#kept) return;
    const aged = paths.map(async (name) => {
      const path = join(this.#dir, name);
      return { path, used: (await stat(path)).mtimeMs };
    });
    const oldest = (await Promise.all(aged)).sort((a, b) => a.used - b.used).slice(0, paths.length - this.#kept);
    for (const { path } of oldest) await rm(path, { force: true });
  }
}

/** What changes when a file of the folders is replaced: names, sizes, times. Reads no weights. */
export async function filesFingerprint(folders: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of folders) {
    for (const name of (await readdir(folder)).sort()) {
      const { size, mtimeMs } = await stat(join(folder, name));
      hash.update(JSON.stringify([folder, name, size, mtimeMs]));
    }
  }
  return hash.digest("hex");
}
