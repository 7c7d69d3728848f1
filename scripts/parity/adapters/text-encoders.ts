import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ClipText, parseClipText } from "../../../src/engine/prompts/clip-text.ts";
import { parseT5Config } from "../../../src/engine/prompts/t5-config.ts";
import { T5Encoder } from "../../../src/engine/prompts/t5-encoder.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { input, type Outputs, type ParityCase, type Tensor } from "../case.ts";
import { COMPILE } from "./flux.ts";
import { stack } from "./planes.ts";

/** §3.1. */
export async function clipText(c: ParityCase): Promise<Outputs> {
  const { eosTokenId } = z.object({ eosTokenId: z.number().int() }).parse(c.params);
  const { dir, json } = await part(c, "text_encoder");
  const config = { ...parseClipText(json, dir), eos_token_id: eosTokenId };
  const clip = new ClipText(config, await openWeights(dir), COMPILE);
  const states: Tensor[] = [];
  const pooled: Tensor[] = [];
  for (const ids of rows(input(c, "ids"))) {
    const text = await clip.encode(ids);
    states.push({ shape: [1, ...text.lastHiddenState.shape], data: text.lastHiddenState.data });
    pooled.push({ shape: [...text.pooled.shape], data: text.pooled.data });
  }
  await clip.release();
  return { lastHiddenState: stack(states), pooled: stack(pooled) };
}

/** §3.2; once with all layers in one session, once layer by layer as a large encoder runs. */
export async function t5Encoder(c: ParityCase): Promise<Outputs> {
  const { dir, json } = await part(c, "text_encoder_2");
  const config = parseT5Config(json, dir);
  const source = await openWeights(dir);
  const [whole, split] = [new T5Encoder(config, source, COMPILE), new T5Encoder(config, source, COMPILE, 0)];
  const texts = rows(input(c, "ids"));
  const [first, second] = [await whole.encode(texts), await split.encode(texts)];
  await whole.release();
  first.forEach((state, i) => {
    const other = second[i]?.data ?? new Float32Array();
    const apart = state.data.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] ?? Infinity))), 0);
    if (apart > 1e-5) throw new Error(`Expected the same states layer by layer, got ${apart} apart`);
  });
  return { lastHiddenState: stack(first.map(({ shape, data }) => ({ shape: [1, ...shape], data }))) };
}

export async function part(c: ParityCase, folder: string): Promise<{ dir: string; json: unknown }> {
  const dir = join(c.bundleDir, folder);
  return { dir, json: JSON.parse(await readFile(join(dir, "config.json"), "utf8")) };
}

/** (n, positions) → n lists. */
function rows({ shape, data }: Tensor): number[][] {
  const [count = 0, width = 0] = shape;
  return Array.from({ length: count }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);
}
