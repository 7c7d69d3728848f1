/** Stable Diffusion's encoder: AutoencoderKL with a convolution over its moments, under new names or old. */
import { join } from "node:path";
import { concat } from "../../../engine/graph/value.ts";
import { type KlConfig, klMoments, parseKlConfig } from "../../../engine/models/autoencoder-kl.ts";
import { readModelJson } from "../../../engine/models/json.ts";
import { Params } from "../../../engine/nn/params.ts";
import { LazyGraph } from "../../../engine/onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../../../engine/onnx/session.ts";
import { openRefs, type WeightSource, weightSource } from "../../../engine/weights/source.ts";
import { weightsFile } from "./weights-file.ts";

/** diffusers' names of the attention before its version 0.13, in which published files still lie. */
const OLD: Readonly<Record<string, string>> = { query: "to_q", key: "to_k", value: "to_v", proj_attn: "to_out.0" };

export interface Moments {
  /** [1, C, H/f, W/f] of the unscaled latent. */
  readonly mean: Tensor;
  readonly logvar: Tensor;
}

export class SdEncoder {
  readonly config: KlConfig;
  readonly #graph: LazyGraph<"mean" | "logvar">;

  constructor(config: KlConfig, source: WeightSource, options: CompileOptions) {
    this.config = config;
    this.#graph = new LazyGraph(() => compile(momentsGraph(new Params(source), config), options));
  }

  /** Picture pixels per latent, each way. */
  get compression(): number {
    return 2 ** (this.config.block_out_channels.length - 1);
  }

  /** [1, 3, H, W] in −1…1, sides multiples of the compression. */
  async moments(image: Tensor): Promise<Moments> {
    return (await this.#graph.get()).run({ image });
  }

  release(): Promise<void> {
    return this.#graph.release();
  }
}

/** `dir` holds `config.json` and weights. Throws `checkpoint-invalid`. */
export async function openSdEncoder(dir: string, options: CompileOptions): Promise<SdEncoder> {
  const path = join(dir, "config.json");
  const json = await readModelJson(path);
  // Its quantising convolutions are added here; FLUX's reader knows autoencoders without them.
  const config = parseKlConfig({ ...Object(json), use_quant_conv: false, use_post_quant_conv: false }, path);
  const refs = [...(await openRefs(await weightsFile(dir)))].map(([name, ref]) => [newName(name), ref] as const);
  const source = weightSource(dir, new Map(refs));
  momentsGraph(new Params(source), config);
  return new SdEncoder(config, source, options);
}

function newName(name: string): string {
  return name.replace(/(?<=\.attentions\.0\.)(query|key|value|proj_attn)(?=\.)/, (old) => OLD[old] ?? old);
}

function momentsGraph(params: Params, config: KlConfig) {
  const { mean, logvar } = klMoments(params, config);
  if (!params.has("quant_conv.weight")) return { mean, logvar };
  const count = config.latent_channels;
  const weight = params.get("quant_conv.weight", [2 * count, 2 * count, 1, 1]);
  const how = { stride: 1, pads: [0, 0, 0, 0] };
  const moments = concat([mean, logvar], 1).conv(weight, params.get("quant_conv.bias", [2 * count]), how);
  return { mean: moments.slice(1, 0, count), logvar: moments.slice(1, count, count) };
}
