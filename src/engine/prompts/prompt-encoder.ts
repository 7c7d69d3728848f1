/** A bundle's reader of prompts: CLIP for the pooled vector, T5 for the text states (flux.md §3). */
import { join } from "node:path";
import { EditError } from "../../errors.ts";
import { exists } from "../models/find-bundle.ts";
import type { TextStates } from "../models/flux.ts";
import type { FluxConfig } from "../models/flux-config.ts";
import { readModelJson } from "../models/json.ts";
import type { CompileOptions } from "../onnx/session.ts";
import { openWeights } from "../weights/source.ts";
import { ClipText, parseClipText } from "./clip-text.ts";
import { filesFingerprint, PromptStore } from "./prompt-store.ts";
import { parseT5Config } from "./t5-config.ts";
import { T5Encoder } from "./t5-encoder.ts";
import { openTokenizer, type Tokenizer } from "./tokenizer.ts";

interface Parts {
  readonly clip: ClipText;
  readonly clipTokens: Tokenizer;
  readonly t5: T5Encoder;
  readonly t5Tokens: Tokenizer;
  /** What earlier processes encoded. */
  readonly store?: PromptStore;
}

/** Called between pieces of work; may throw to end it. */
export type Between = () => Promise<void>;

/** Prompts kept encoded; with FLUX's widths one takes 4 to 8 MB. */
const KEPT = 16;

export class PromptEncoder {
  readonly #parts: Parts;
  /** By text length and prompt, in the order of their last use. One encoder per model: the model is no part of the key. */
  readonly #known = new Map<string, TextStates>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Text states [tokens, X] and pooled vectors [1, P], one per prompt; equal prompts give the same object. */
  async encode(prompts: readonly string[], tokens: number, between?: Between): Promise<TextStates[]> {
    const { store } = this.#parts;
    const keyOf = (prompt: string) => `${tokens}|${prompt}`;
    const missing: string[] = [];
    for (const prompt of new Set(prompts)) {
      const known = this.#known.get(keyOf(prompt)) ?? (await store?.get(prompt, tokens));
      if (known === undefined) missing.push(prompt);
      else this.#known.set(keyOf(prompt), known);
    }
    for (const [i, states] of (await this.#encode(missing, tokens, between)).entries()) {
      const prompt = missing[i] ?? "";
      this.#known.set(keyOf(prompt), states);
      await store?.put(prompt, tokens, states);
    }
    const found = prompts.map((prompt) => this.#use(keyOf(prompt)));
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(oldest);
    }
    return found;
  }

  /** Throws `checkpoint-invalid` for a missing or misshapen tensor; compiles nothing. */
  check(): void {
    this.#parts.clip.check();
    this.#parts.t5.check();
  }

  async release(): Promise<void> {
    await this.#parts.clip.release();
    await this.#parts.t5.release();
  }

  async #encode(prompts: readonly string[], tokens: number, between?: Between): Promise<TextStates[]> {
    if (prompts.length === 0) return [];
    const { clip, clipTokens, t5, t5Tokens } = this.#parts;
    const places = clip.config.max_position_embeddings;
    const states = await t5.encode(
      prompts.map((prompt) => t5Tokens.ids(prompt, tokens)),
      between,
    );
    const encoded: TextStates[] = [];
    for (const [i, txt] of states.entries()) {
      const { pooled } = await clip.encode(clipTokens.ids(prompts[i] ?? "", places));
      encoded.push({ txt, pooled });
    }
    return encoded;
  }

  #use(key: string): TextStates {
    const states = this.#known.get(key) as TextStates; // encode has just put it there
    this.#known.delete(key);
    this.#known.set(key, states);
    return states;
  }
}

/** The folders of a bundle that reading prompts takes, as diffusers names them. */
const FOLDERS = ["text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2"] as const;

/** Undefined for a bundle without text encoders; `storeDir` is where encoded prompts are kept. Throws `checkpoint-invalid` for one that has only some of the parts. */
export async function openPrompts(
  dir: string,
  flux: FluxConfig,
  options: CompileOptions,
  storeDir?: string,
): Promise<PromptEncoder | undefined> {
  const present = await Promise.all(FOLDERS.map((folder) => exists(join(dir, folder))));
  if (!present[0] && !present[1]) return undefined;
  const missing = FOLDERS.filter((_, i) => !present[i]);
  if (missing.length > 0) {
    throw new EditError("checkpoint-invalid", `${dir}: expected ${FOLDERS.join(", ")}, missing ${missing.join(", ")}`);
  }
  const clip = await openClip(join(dir, "text_encoder"), flux, options);
  const t5 = await openT5(join(dir, "text_encoder_2"), flux, options);
  const clipTokens = await openTokenizer(join(dir, "tokenizer"));
  const t5Tokens = await openTokenizer(join(dir, "tokenizer_2"));
  const fingerprint = () => filesFingerprint(FOLDERS.map((folder) => join(dir, folder)));
  const store = storeDir === undefined ? {} : { store: new PromptStore(storeDir, await fingerprint()) };
  return new PromptEncoder({ clip, clipTokens, t5, t5Tokens, ...store });
}

async function openClip(dir: string, flux: FluxConfig, options: CompileOptions): Promise<ClipText> {
  const path = join(dir, "config.json");
  const config = parseClipText(await readModelJson(path), path);
  checkWidth(path, "hidden_size", config.hidden_size, flux.pooledWidth);
  return new ClipText(config, await openWeights(dir), options);
}

async function openT5(dir: string, flux: FluxConfig, options: CompileOptions): Promise<T5Encoder> {
  const path = join(dir, "config.json");
  const config = parseT5Config(await readModelJson(path), path);
  checkWidth(path, "d_model", config.d_model, flux.textWidth);
  return new T5Encoder(config, await openWeights(dir), options);
}

function checkWidth(path: string, field: string, found: number, expected: number): void {
  if (found === expected) return;
  const message = `${path}: expected ${field} ${expected} as the transformer reads, found ${found}`;
  throw new EditError("checkpoint-invalid", message);
}
