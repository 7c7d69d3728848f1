/** Tokenizers of a few words, in the forms that FLUX's text encoders have. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const START = "<|startoftext|>";
const END = "<|endoftext|>";

/** Letters, each also as a word's end, then what the merges make, then the two special tokens. */
const LETTERS = [..."abcdeghilnortu"];
const MERGES = ["c a", "ca t</w>", "d o", "do g</w>", "r e", "re d</w>"];
const BPE_TOKENS = [
  ...LETTERS,
  ...LETTERS.map((letter) => `${letter}</w>`),
  ...MERGES.map((pair) => pair.replace(" ", "")),
];
const BPE_VOCAB = Object.fromEntries([...BPE_TOKENS, START, END].map((token, id) => [token, id]));

export const CLIP_IDS = { ...BPE_VOCAB, start: BPE_TOKENS.length, end: BPE_TOKENS.length + 1 } as Record<
  string,
  number
> & {
  start: number;
  end: number;
};

/** CLIP's two files. */
export async function writeClipVocabulary(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "vocab.json"), JSON.stringify(BPE_VOCAB));
  await writeFile(join(dir, "merges.txt"), `#version: 0.2\n${MERGES.join("\n")}\n`);
}

/** The pieces of the T5-like tokenizer, by id. */
export const T5_PIECES = ["<pad>", "</s>", "<unk>", "▁", "▁a", "▁red", "▁cat", "▁dog", ..."abcdefghijklmnopqrstuvwxyz"];

/** A unigram tokenizer that ends texts with `</s>`, as T5's does. */
export async function writeT5Tokenizer(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const special = (content: string, id: number) => {
    return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  };
  const json = {
    version: "1.0",
    added_tokens: T5_PIECES.slice(0, 3).map(special),
    normalizer: null,
    pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
    post_processor: {
      type: "TemplateProcessing",
      single: [{ Sequence: { id: "A", type_id: 0 } }, { SpecialToken: { id: "</s>", type_id: 0 } }],
      pair: [],
      special_tokens: { "</s>": { id: "</s>", ids: [1], tokens: ["</s>"] } },
    },
    decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
    model: {
      type: "Unigram",
      unk_id: 2,
      vocab: T5_PIECES.map((piece, id) => [piece, id < 3 ? 0 : -piece.length - id / 100]),
    },
  };
  await writeFile(join(dir, "tokenizer.json"), JSON.stringify(json));
  await writeFile(join(dir, "tokenizer_config.json"), JSON.stringify({ pad_token: { content: "<pad>" } }));
}
