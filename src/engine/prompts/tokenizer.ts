/** From a prompt to the token ids of one text encoder: always as many as the model is given, cut or padded. */
import { join } from "node:path";
import { Tokenizer as HfTokenizer } from "@huggingface/tokenizers";
import { EditError } from "../../errors.ts";
import { exists } from "../models/find-bundle.ts";
import { readModelJson } from "../models/json.ts";
import { readClipVocabulary } from "./clip-vocabulary.ts";

export class Tokenizer {
  readonly #tokenizer: HfTokenizer;
  readonly #pad: number;

  constructor(tokenizer: HfTokenizer, pad: number) {
    this.#tokenizer = tokenizer;
    this.#pad = pad;
  }

  /** `length` ids. Text that is too long loses its end, never the end token. */
  ids(text: string, length: number): number[] {
    const { ids } = this.#tokenizer.encode(text);
    const end = ids.at(-1);
    if (ids.length > length && end !== undefined) return [...ids.slice(0, length - 1), end];
    return [...ids, ...new Array<number>(length - ids.length).fill(this.#pad)];
  }
}

/** Opens a folder with `tokenizer.json`, or with CLIP's `vocab.json` and `merges.txt`. Throws `checkpoint-invalid`. */
export async function openTokenizer(dir: string): Promise<Tokenizer> {
  const json = await tokenizerJson(dir);
  const configPath = join(dir, "tokenizer_config.json");
  const config = (await exists(configPath)) ? await readModelJson(configPath) : {};
  try {
    // The package checks little; whatever it trips over is the file's fault.
    const tokenizer = new HfTokenizer(json as object, config as object);
    return new Tokenizer(tokenizer, padOf(tokenizer, config));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EditError("checkpoint-invalid", `${dir}: expected a tokenizer, its files cannot be used: ${reason}`, {
      cause,
    });
  }
}

async function tokenizerJson(dir: string): Promise<unknown> {
  const path = join(dir, "tokenizer.json");
  if (await exists(path)) return readModelJson(path);
  const vocabulary = [join(dir, "vocab.json"), join(dir, "merges.txt")] as const;
  if ((await exists(vocabulary[0])) && (await exists(vocabulary[1]))) return readClipVocabulary(...vocabulary);
  const found = (await exists(join(dir, "spiece.model"))) ? "only spiece.model" : "nothing to read";
  throw new EditError("checkpoint-invalid", `${dir}: expected tokenizer.json, found ${found}`, {
    hint: conversion(dir),
  });
}

/** How a sentencepiece model becomes the JSON that is read here. */
function conversion(dir: string): string {
  const code = `from transformers import AutoTokenizer as A; A.from_pretrained('${dir}').save_pretrained('${dir}')`;
  return (
    "Download tokenizer.json from the same place as the model, or make it: " +
    `pip install transformers sentencepiece protobuf && python -c "${code}"`
  );
}

/** The configured padding token; else the one named so; else the end token, as CLIP pads. */
function padOf(tokenizer: HfTokenizer, config: unknown): number {
  const named = padToken(config);
  const pad = tokenizer.token_to_id(named ?? "<pad>") ?? tokenizer.encode("").ids.at(-1);
  if (pad === undefined) throw new TypeError("it has no padding token and adds no end token");
  return pad;
}

function padToken(config: unknown): string | undefined {
  if (typeof config !== "object" || config === null || !("pad_token" in config)) return undefined;
  const token: unknown = config.pad_token;
  if (typeof token === "string") return token;
  const content = typeof token === "object" && token !== null && "content" in token ? token.content : undefined;
  return typeof content === "string" ? content : undefined;
}
