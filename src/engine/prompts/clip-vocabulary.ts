/** CLIP's tokenizer from `vocab.json` and `merges.txt`: the pieces of a `tokenizer.json` around them never change. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { EditError } from "../../errors.ts";
import { checkModelJson, readModelJson } from "../models/json.ts";

const START = "<|startoftext|>";
const END = "<|endoftext|>";
const WORDS = String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`;

/** Throws `checkpoint-invalid`. */
export async function readClipVocabulary(vocabPath: string, mergesPath: string): Promise<object> {
  const vocab = checkModelJson(z.record(z.string(), z.number().int()), await readModelJson(vocabPath), vocabPath);
  const [start, end] = [vocab[START], vocab[END]];
  if (start === undefined || end === undefined) {
    throw new EditError("checkpoint-invalid", `${vocabPath}: expected the tokens ${START} and ${END} of CLIP`);
  }
  const lines = (await readFile(mergesPath, "utf8")).split(/\r?\n/);
  const merges = lines.filter((line) => line !== "" && !line.startsWith("#version"));
  return tokenizerJson(vocab, merges, start, end);
}

function tokenizerJson(vocab: Record<string, number>, merges: readonly string[], start: number, end: number): object {
  const special = (content: string, id: number) => {
    return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: true, special: true };
  };
  return {
    version: "1.0",
    added_tokens: [special(START, start), special(END, end)],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: String.raw`\s+` }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: WORDS }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: { type: "RobertaProcessing", sep: [END, end], cls: [START, start], trim_offsets: false },
    decoder: { type: "ByteLevel" },
    model: {
      type: "BPE",
      unk_token: END,
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
      fuse_unk: false,
      vocab,
      merges,
    },
  };
}
