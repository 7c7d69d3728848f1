import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTokenizer } from "../../../src/engine/prompts/tokenizer.ts";
import { CLIP_IDS, T5_PIECES, writeClipVocabulary, writeT5Tokenizer } from "../../helpers/tokenizers.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-tokenizer-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const clip = (...tokens: string[]) => tokens.map((token) => CLIP_IDS[token]);
const t5 = (...pieces: string[]) => pieces.map((piece) => T5_PIECES.indexOf(piece));

describe("CLIP's vocabulary and merges", () => {
  beforeEach(() => writeClipVocabulary(dir));

  test("a text has its start and end, is in lower case, and is padded with its end", async () => {
    const { start, end } = CLIP_IDS;
    const words = clip("re", "d</w>");
    expect(words).not.toContain(undefined);
    const tokenizer = await openTokenizer(dir);
    expect(tokenizer.ids("A Red  CAT", 8)).toEqual([start, ...clip("a</w>", "red</w>", "cat</w>"), end, end, end, end]);
  });

  test("a word that merges do not make falls into letters", async () => {
    const tokenizer = await openTokenizer(dir);
    expect(tokenizer.ids("coat", 6)).toEqual([CLIP_IDS.start, ...clip("c", "o", "a", "t</w>"), CLIP_IDS.end]);
  });

  test("a text too long loses its last words, not its end", async () => {
    const tokenizer = await openTokenizer(dir);
    const ids = tokenizer.ids("cat dog cat dog cat dog", 4);
    expect(ids).toEqual([CLIP_IDS.start, ...clip("cat</w>", "dog</w>"), CLIP_IDS.end]);
  });

  test("no text is start and end", async () => {
    const tokenizer = await openTokenizer(dir);
    expect(tokenizer.ids("", 3)).toEqual([CLIP_IDS.start, CLIP_IDS.end, CLIP_IDS.end]);
  });
});

describe("T5's tokenizer.json", () => {
  beforeEach(() => writeT5Tokenizer(dir));

  test("a text ends with </s> and is padded with <pad>", async () => {
    const tokenizer = await openTokenizer(dir);
    expect(tokenizer.ids("a red cat", 6)).toEqual(t5("▁a", "▁red", "▁cat", "</s>", "<pad>", "<pad>"));
  });

  test("a text too long keeps </s>", async () => {
    const tokenizer = await openTokenizer(dir);
    expect(tokenizer.ids("a red cat", 3)).toEqual(t5("▁a", "▁red", "</s>"));
  });
});

describe("what cannot be read", () => {
  test.each<[string, string[], RegExp]>([
    ["nothing", [], /expected tokenizer\.json, found nothing to read/],
    ["a sentencepiece model alone", ["spiece.model"], /expected tokenizer\.json, found only spiece\.model/],
    ["half of CLIP's files", ["vocab.json"], /found nothing to read/],
  ])("%s", async (_, files, message) => {
    for (const file of files) await writeFile(join(dir, file), "{}");
    await expect(openTokenizer(dir)).rejects.toMatchObject({
      code: "checkpoint-invalid",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/Download tokenizer\.json .*save_pretrained/),
    });
  });

  test("JSON that is no tokenizer", async () => {
    await writeFile(join(dir, "tokenizer.json"), "{}");
    await expect(openTokenizer(dir)).rejects.toMatchObject({ code: "checkpoint-invalid" });
  });

  test("a vocabulary that is not CLIP's", async () => {
    await writeClipVocabulary(dir);
    await writeFile(join(dir, "vocab.json"), '{"a": 0}');
    await expect(openTokenizer(dir)).rejects.toThrow(/tokens <\|startoftext\|> and <\|endoftext\|> of CLIP/);
  });
});
