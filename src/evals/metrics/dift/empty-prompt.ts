/** What Stable Diffusion's text tower says to the empty prompt. */
import { join } from "node:path";
import { z } from "zod";
import { exists } from "../../../engine/models/find-bundle.ts";
import { checkModelJson, readModelJson } from "../../../engine/models/json.ts";
import type { CompileOptions, Tensor } from "../../../engine/onnx/session.ts";
import { ClipText, parseClipText } from "../../../engine/prompts/clip-text.ts";
import { openTokenizer } from "../../../engine/prompts/tokenizer.ts";
import { openWeights } from "../../../engine/weights/source.ts";
import { weightsFile } from "./weights-file.ts";

/** [places, X], normalised. `dir` holds `text_encoder` and `tokenizer`. Throws `checkpoint-invalid`. */
export async function emptyPrompt(dir: string, options: CompileOptions): Promise<Tensor> {
  const folder = join(dir, "text_encoder");
  const path = join(folder, "config.json");
  const config = parseClipText(await readModelJson(path), path);
  const clip = new ClipText(config, await openWeights(await weightsFile(folder)), options);
  try {
    const ids = await emptyIds(join(dir, "tokenizer"), config.max_position_embeddings);
    return (await clip.encode(ids)).lastHiddenState;
  } finally {
    await clip.release();
  }
}

/** Start, end and padding to the end. */
async function emptyIds(dir: string, places: number): Promise<number[]> {
  const ids = (await openTokenizer(dir)).ids("", places);
  const pad = await ownPad(dir);
  return pad === undefined ? ids : [...ids.slice(0, 2), ...new Array<number>(places - 2).fill(pad)];
}

const token = z.union([z.string(), z.looseObject({ content: z.string() })]);
const mapSchema = z.looseObject({ pad_token: token.optional() });
const vocabSchema = z.record(z.string(), z.number().int());

/** Stable Diffusion 2 pads with "!", which only the map of special tokens says: it wins over the configuration. */
async function ownPad(dir: string): Promise<number | undefined> {
  const [map, vocab] = [join(dir, "special_tokens_map.json"), join(dir, "vocab.json")];
  if (!(await exists(map)) || !(await exists(vocab))) return undefined;
  const { pad_token: pad } = checkModelJson(mapSchema, await readModelJson(map), map);
  if (pad === undefined) return undefined;
  const ids = checkModelJson(vocabSchema, await readModelJson(vocab), vocab);
  return ids[typeof pad === "string" ? pad : pad.content];
}
