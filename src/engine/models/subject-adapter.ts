/** The bundle's subject adapter: image queries attend to 64 tokens that describe one crop of the picture, beside the
 * ordinary attention (equations: adapter/README.md of the bundle). */
import { join } from "node:path";
import { z } from "zod";
import { EditError } from "../../errors.ts";
import { input, type Value } from "../graph/value.ts";
import { attention, layerNormAffine, mergeHeads, rmsNorm, splitHeads } from "../nn/layers.ts";
import { Params } from "../nn/params.ts";
import { LazyGraph } from "../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../onnx/session.ts";
import { openWeights, type WeightSource } from "../weights/source.ts";
import type { AdapterInput } from "./flux.ts";
import { type FluxConfig, hiddenWidth } from "./flux-config.ts";
import type { AdapterHook } from "./flux-graph.ts";
import { checkModelJson, readModelJson } from "./json.ts";

const size = z.number().int().positive();
const schema = z.object({
  d_in: size,
  d_ip: size,
  tokens: size,
  width: size,
  heads: size,
  blocks: size,
  subject_size: size,
  layer_norm_eps: z.number().positive(),
  rms_norm_eps: z.number().positive(),
});
export type SubjectAdapterConfig = z.infer<typeof schema>;

export async function openSubjectAdapter(
  dir: string,
  flux: FluxConfig,
  options: CompileOptions,
): Promise<SubjectAdapter> {
  const path = join(dir, "config.json");
  const config = checkModelJson(schema, await readModelJson(path), path);
  const blocks = flux.doubles + flux.singles;
  if (config.width !== hiddenWidth(flux) || config.heads !== flux.heads || config.blocks !== blocks) {
    const wanted = `width ${hiddenWidth(flux)}, ${flux.heads} heads, ${blocks} blocks`;
    const found = `width ${config.width}, ${config.heads} heads, ${config.blocks} blocks`;
    throw new EditError("checkpoint-invalid", `${path}: expected ${wanted} as the transformer has, found ${found}`);
  }
  const tokens = (config.subject_size / 16) ** 2;
  if (config.tokens !== tokens || config.d_in !== flux.outChannels) {
    const wanted = `${tokens} tokens of ${flux.outChannels} for a subject of ${config.subject_size} pixels`;
    const found = `${config.tokens} of ${config.d_in}`;
    throw new EditError("checkpoint-invalid", `${path}: expected ${wanted}, found ${found}`);
  }
  return new SubjectAdapter(config, await openWeights(dir), options);
}

export class SubjectAdapter {
  readonly config: SubjectAdapterConfig;
  readonly #source: WeightSource;
  readonly #graph: LazyGraph;

  constructor(config: SubjectAdapterConfig, source: WeightSource, options: CompileOptions) {
    this.config = config;
    this.#source = source;
    this.#graph = new LazyGraph(async () => compile(keyValueGraph(new Params(source), config), options));
  }

  /** `latents` [tokens, d_in]: the packed scaled latents of the subject's crop. Made once per subject. */
  async input(latents: Tensor, scale: number): Promise<AdapterInput> {
    const keysValues = await (await this.#graph.get()).run({ subject: latents });
    return {
      hook: () => this.#hook(),
      feeds: { ...keysValues, "ip.scale": { shape: [], data: Float32Array.of(scale) } },
      key: "subject-adapter",
    };
  }

  /** Throws `checkpoint-invalid` for a missing or misshapen tensor; compiles nothing. */
  check(): void {
    const params = new Params(this.#source);
    keyValueGraph(params, this.config);
    for (let block = 0; block < this.config.blocks; block++) this.#queryScale(params, block);
  }

  release(): Promise<void> {
    return this.#graph.release();
  }

  /** For one graph: its blocks share the scale's input. */
  #hook(): AdapterHook {
    const params = new Params(this.#source);
    const scale = input("ip.scale", []);
    return (block, query) => this.#attend(params, block, query).mul(scale);
  }

  #queryScale(params: Params, block: number): Value {
    return params.get(`blocks.${block}.norm_ip_q.weight`, [this.config.width / this.config.heads]);
  }

  #attend(params: Params, block: number, query: Value): Value {
    const { heads, width, tokens, rms_norm_eps } = this.config;
    const d = width / heads;
    const gamma = this.#queryScale(params, block);
    const q = rmsNorm(splitHeads(query, heads), gamma, rms_norm_eps).transpose([1, 0, 2]);
    const [k, v] = [input(`ip.${block}.k`, [heads, tokens, d]), input(`ip.${block}.v`, [heads, tokens, d])];
    return mergeHeads(attention(q, k, v, d ** -0.5));
  }
}

/** Outputs `ip.i.k|v` [H, tokens, d] of every block. */
function keyValueGraph(params: Params, config: SubjectAdapterConfig): Record<string, Value> {
  const { d_in, d_ip, tokens, width, heads, blocks, layer_norm_eps, rms_norm_eps } = config;
  const subject = input("subject", [tokens, d_in]);
  const hidden = params.linear(params.linear(subject, "subject_proj.0", 2 * d_ip).gelu(), "subject_proj.2", d_ip);
  const [gamma, beta] = [params.get("subject_norm.weight", [d_ip]), params.get("subject_norm.bias", [d_ip])];
  const position = params.get("pos_embed", [1, tokens, d_ip]).reshape([tokens, d_ip]);
  const s = layerNormAffine(hidden, gamma, beta, layer_norm_eps).add(position);
  const outputs: Record<string, Value> = {};
  for (let i = 0; i < blocks; i++) {
    const k = splitHeads(params.linear(s, `blocks.${i}.to_k_ip`, width), heads);
    const scale = params.get(`blocks.${i}.norm_ip_k.weight`, [width / heads]);
    outputs[`ip.${i}.k`] = rmsNorm(k, scale, rms_norm_eps).transpose([1, 0, 2]);
    outputs[`ip.${i}.v`] = splitHeads(params.linear(s, `blocks.${i}.to_v_ip`, width), heads).transpose([1, 0, 2]);
  }
  return outputs;
}
