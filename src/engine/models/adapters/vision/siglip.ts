/** SigLIP's vision tower (flux.md §6.1, §6.3), under the names of transformers' files. */
import { join } from "node:path";
import { z } from "zod";
import { EditError } from "../../../../errors.ts";
import { input, type Value } from "../../../graph/value.ts";
import { attention, mergeHeads, splitHeads } from "../../../nn/layers.ts";
import { Params } from "../../../nn/params.ts";
import { openWeights, type WeightOpener, type WeightSource } from "../../../weights/source.ts";
import { checkModelJson, readModelJson } from "../../json.ts";
import { encoderLayer, type LayerSizes, mlp, norm, patches } from "./layers.ts";

const size = z.number().int().positive();
const schema = z.object({
  hidden_size: size.default(1152),
  intermediate_size: size.default(4304),
  num_hidden_layers: size.default(27),
  num_attention_heads: size.default(16),
  image_size: size.default(384),
  patch_size: size.default(14),
  layer_norm_eps: z.number().positive().default(1e-6),
  hidden_act: z.literal("gelu_pytorch_tanh").default("gelu_pytorch_tanh"),
});
export type SiglipConfig = z.infer<typeof schema>;

/** u8 → −1…1. */
export const SIGLIP_MEAN = [0.5, 0.5, 0.5];
export const SIGLIP_DEVIATION = [0.5, 0.5, 0.5];

const ROOT = "vision_model";

export interface SiglipTower {
  readonly config: SiglipConfig;
  readonly source: WeightSource;
}

/** A folder with `config.json` (of the tower, or of a whole SigLIP with a `vision_config`) and safetensors. */
export async function openSiglip(dir: string, open: WeightOpener = openWeights): Promise<SiglipTower> {
  const path = join(dir, "config.json");
  const json = await readModelJson(path);
  const nested = typeof json === "object" && json !== null && "vision_config" in json ? json.vision_config : json;
  return { config: checkModelJson(schema, nested, path), source: await open(dir) };
}

export function siglipTokens({ image_size, patch_size }: SiglipConfig): number {
  return Math.floor(image_size / patch_size) ** 2;
}

/** States [n, width] of a picture `pixels` [1, 3, S, S]: before the first layer, then after each. */
function siglipStates(params: Params, config: SiglipConfig): Value[] {
  const { hidden_size: width, image_size: side, patch_size: patch } = config;
  const pixels = input("pixels", [1, 3, side, side]);
  const position = params.get(`${ROOT}.embeddings.position_embedding.weight`, [siglipTokens(config), width]);
  const first = patches(params, pixels, `${ROOT}.embeddings.patch_embedding`, width, patch).add(position);
  const states = [first];
  for (let i = 0; i < config.num_hidden_layers; i++) {
    states.push(encoderLayer(params, states[i] as Value, `${ROOT}.encoder.layers.${i}`, sizesOf(config))); // pushed last
  }
  return states;
}

/** `deep` [n, width], the normed last states; `shallow` [3n, width], the states after the given layers, not normed. */
export function siglipFeatures(
  { config, source }: SiglipTower,
  shallow: readonly number[],
): { deep: Value; shallow: readonly Value[] } {
  const params = new Params(source);
  const states = siglipStates(params, config);
  const last = norm(params, states.at(-1) as Value, `${ROOT}.post_layernorm`, config.layer_norm_eps); // never empty
  return { deep: last, shallow: pickStates(source, states, shallow) };
}

/** [1, width]: one query attends to all normed states, then an MLP. */
export function siglipPooled({ config, source }: SiglipTower): Value {
  const params = new Params(source);
  const { hidden_size: width, num_attention_heads: heads, layer_norm_eps: eps } = config;
  const x = norm(params, siglipStates(params, config).at(-1) as Value, `${ROOT}.post_layernorm`, eps); // never empty
  const [weight, bias] = [
    params.get(`${ROOT}.head.attention.in_proj_weight`, [3 * width, width]),
    params.get(`${ROOT}.head.attention.in_proj_bias`, [3 * width]),
  ];
  const project = (from: Value, part: number) =>
    from.linear(weight.slice(0, part * width, width), bias.slice(0, part * width, width));
  const split = (rows: Value) => splitHeads(rows, heads).transpose([1, 0, 2]);
  const probe = params.get(`${ROOT}.head.probe`, [1, 1, width]).reshape([1, width]);
  const [q, k, v] = [split(project(probe, 0)), split(project(x, 1)), split(project(x, 2))];
  const seen = mergeHeads(attention(q, k, v, (width / heads) ** -0.5));
  const out = params.linear(seen, `${ROOT}.head.attention.out_proj`, width);
  return out.add(mlp(params, norm(params, out, `${ROOT}.head.layernorm`, eps), `${ROOT}.head.mlp`, sizesOf(config)));
}

/** Index 0 is before the first layer. */
export function pickStates(source: WeightSource, states: readonly Value[], indices: readonly number[]): Value[] {
  return indices.map((index) => {
    const state = states[index];
    if (state !== undefined) return state;
    const problem = `expected more than ${index - 1} layers, found ${states.length - 1}`;
    throw new EditError("checkpoint-invalid", `${source.path}: ${problem}`);
  });
}

function sizesOf(config: SiglipConfig): LayerSizes {
  const { hidden_size, num_attention_heads, intermediate_size, layer_norm_eps } = config;
  const activation = (x: Value) => x.gelu();
  return { width: hidden_size, heads: num_attention_heads, hidden: intermediate_size, eps: layer_norm_eps, activation };
}
