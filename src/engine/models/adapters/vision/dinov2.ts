/** DINOv2's vision tower (flux.md §6.1), under the names of transformers' files; the class token is dropped at the end. */
import { join } from "node:path";
import { z } from "zod";
import { concat, constant, input, type Value } from "../../../graph/value.ts";
import { geluErf, resample, silu } from "../../../nn/layers.ts";
import { Params } from "../../../nn/params.ts";
import { openWeights, type WeightOpener, type WeightSource } from "../../../weights/source.ts";
import { checkModelJson, readModelJson } from "../../json.ts";
import { bicubicMatrix } from "./bicubic.ts";
import { norm, patches, selfAttention } from "./layers.ts";
import { pickStates } from "./siglip.ts";

const size = z.number().int().positive();
const schema = z.object({
  hidden_size: size.default(1536),
  num_hidden_layers: size.default(40),
  num_attention_heads: size.default(24),
  mlp_ratio: z.number().positive().default(4),
  /** Side that the position table was made for. */
  image_size: size.default(518),
  patch_size: size.default(14),
  layer_norm_eps: z.number().positive().default(1e-6),
  use_swiglu_ffn: z.boolean().default(true),
  hidden_act: z.literal("gelu").default("gelu"),
});
export type Dinov2Config = z.infer<typeof schema>;

export const DINOV2_MEAN = [0.485, 0.456, 0.406];
export const DINOV2_DEVIATION = [0.229, 0.224, 0.225];

export interface Dinov2Tower {
  readonly config: Dinov2Config;
  readonly source: WeightSource;
}

/** A folder with `config.json` and safetensors. */
export async function openDinov2(dir: string, open: WeightOpener = openWeights): Promise<Dinov2Tower> {
  const path = join(dir, "config.json");
  return { config: checkModelJson(schema, await readModelJson(path), path), source: await open(dir) };
}

/** For a picture `pixels` [1, 3, side, side], n = ⌊side/patch⌋²: `deep` [n, width], the normed last states; `shallow`,
 * the states after the given layers, not normed. */
export function dinov2Features(
  { config, source }: Dinov2Tower,
  side: number,
  shallow: readonly number[],
): { deep: Value; shallow: readonly Value[] } {
  const params = new Params(source);
  const states = [embedded(params, config, side)];
  for (let i = 0; i < config.num_hidden_layers; i++) {
    states.push(layer(params, config, states[i] as Value, `encoder.layer.${i}`)); // pushed last
  }
  const last = norm(params, states.at(-1) as Value, "layernorm", config.layer_norm_eps); // never empty
  return { deep: withoutClass(last), shallow: pickStates(source, states, shallow).map(withoutClass) };
}

function embedded(params: Params, config: Dinov2Config, side: number): Value {
  const { hidden_size: width, patch_size: patch, image_size } = config;
  const pixels = input("pixels", [1, 3, side, side]);
  const image = patches(params, pixels, "embeddings.patch_embeddings.projection", width, patch);
  const [grid, wanted] = [Math.floor(image_size / patch), Math.floor(side / patch)];
  const table = params.get("embeddings.position_embeddings", [1, grid * grid + 1, width]);
  const rows = table.reshape([grid * grid + 1, width]);
  const first = params
    .get("embeddings.cls_token", [1, 1, width])
    .reshape([1, width])
    .add(rows.slice(0, 0, 1));
  return concat([first, image.add(positions(rows.slice(0, 1, grid * grid), grid, wanted))], 0);
}

/** The table [grid², width] resized bicubically to [wanted², width]. */
function positions(table: Value, grid: number, wanted: number): Value {
  if (grid === wanted) return table;
  const width = Number(table.dim(1));
  const planes = table.transpose([1, 0]).reshape([width, grid, grid]);
  const rows = bicubicMatrix(grid, wanted);
  const columnsT = constant(rows, [wanted, grid]).transpose([1, 0]);
  const resized = resample(planes, constant(rows, [wanted, grid]), columnsT); // [width, wanted, wanted]
  return resized.reshape([width, wanted * wanted]).transpose([1, 0]);
}

function layer(params: Params, config: Dinov2Config, x: Value, name: string): Value {
  const { hidden_size: width, num_attention_heads: heads, layer_norm_eps: eps } = config;
  const [q, k, v] = ["query", "key", "value"].map((part) => `${name}.attention.attention.${part}`);
  const names = { q, k, v, out: `${name}.attention.output.dense` } as Record<"q" | "k" | "v" | "out", string>; // as above
  const sizes = { width, heads, hidden: 0, eps, activation: geluErf };
  const lambda = (branch: Value, which: 1 | 2) =>
    branch.mul(params.get(`${name}.layer_scale${which}.lambda1`, [width]));
  const x1 = x.add(lambda(selfAttention(params, norm(params, x, `${name}.norm1`, eps), names, sizes), 1));
  return x1.add(lambda(feedForward(params, config, norm(params, x1, `${name}.norm2`, eps), `${name}.mlp`), 2));
}

function feedForward(params: Params, config: Dinov2Config, x: Value, name: string): Value {
  const width = config.hidden_size;
  const full = Math.trunc(width * config.mlp_ratio);
  if (!config.use_swiglu_ffn)
    return params.linear(geluErf(params.linear(x, `${name}.fc1`, full)), `${name}.fc2`, width);
  const hidden = 8 * Math.floor((Math.trunc((full * 2) / 3) + 7) / 8);
  const both = params.linear(x, `${name}.weights_in`, 2 * hidden);
  return params.linear(silu(both.slice(1, 0, hidden)).mul(both.slice(1, hidden, hidden)), `${name}.weights_out`, width);
}

function withoutClass(x: Value): Value {
  return x.slice(0, 1, Number(x.dim(0)) - 1);
}
