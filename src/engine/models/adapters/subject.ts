/** The embedded bundle's subject adapter: 64 tokens that describe one crop of the picture (equations: adapter/README.md
 * of the bundle). */
import { z } from "zod";
import { EditError } from "../../../errors.ts";
import { input, type Value } from "../../graph/value.ts";
import { cropResize, toTensor } from "../../image/resample.ts";
import { layerNormAffine, rmsNorm, splitHeads } from "../../nn/layers.ts";
import { Params } from "../../nn/params.ts";
import { LazyGraph } from "../../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../../onnx/session.ts";
import type { Box } from "../../raster.ts";
import type { WeightSource } from "../../weights/source.ts";
import type { AdapterInput } from "../flux.ts";
import { hiddenWidth } from "../flux-config.ts";
import { checkModelJson } from "../json.ts";
import { packLatents } from "../packing.ts";
import type { Adapter, AdapterFolder, AdapterPictures } from "./adapter.ts";
import { IpAttention, type IpLayout, type IpScale } from "./ip-attention.ts";

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
type SubjectAdapterConfig = z.infer<typeof schema>;

/** Throws `checkpoint-invalid`. */
export async function openSubjectAdapter({
  dir,
  json,
  path,
  flux,
  options,
  open,
}: AdapterFolder): Promise<SubjectAdapter> {
  const config = checkModelJson(schema, json, path);
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
  return new SubjectAdapter(config, await open(dir), options);
}

class SubjectAdapter implements Adapter {
  readonly #config: SubjectAdapterConfig;
  readonly #source: WeightSource;
  readonly #tokens: LazyGraph<"tokens">;
  readonly #attention: IpAttention;

  constructor(config: SubjectAdapterConfig, source: WeightSource, options: CompileOptions) {
    this.#config = config;
    this.#source = source;
    this.#tokens = new LazyGraph(async () => compile(this.#tokensGraph(), options));
    this.#attention = new IpAttention(layoutOf(config), source, options);
  }

  async describe({ original, subject, encode }: AdapterPictures, scale: IpScale): Promise<AdapterInput> {
    const { subject_size: side, tokens, d_in } = this.#config;
    const crop = await cropResize(original, squareAround(subject), side, side);
    const latents = await encode({ shape: [1, 3, side, side], data: toTensor(crop) });
    return this.input(
      { shape: [tokens, d_in], data: packLatents(latents.data, { h: side / 16, w: side / 16 }) },
      scale,
    );
  }

  /** `latents` [tokens, d_in]: the packed scaled latents of the subject's crop. */
  async input(latents: Tensor, scale: IpScale): Promise<AdapterInput> {
    const { tokens } = await (await this.#tokens.get()).run({ subject: latents });
    return this.#attention.input(async () => tokens, scale);
  }

  check(): void {
    this.#tokensGraph();
    this.#attention.check();
  }

  async release(): Promise<void> {
    await Promise.all([this.#tokens.release(), this.#attention.release()]);
  }

  #tokensGraph(): { tokens: Value } {
    return { tokens: subjectTokens(new Params(this.#source), this.#config) };
  }
}

/** Square of about 1.15 times the longer side, as the adapter was trained. */
function squareAround([x0, y0, x1, y1]: Box): Box {
  const side = Math.ceil(1.15 * Math.max(x1 - x0, y1 - y0));
  const [left, top] = [Math.round((x0 + x1 - side) / 2), Math.round((y0 + y1 - side) / 2)];
  return [left, top, left + side, top + side];
}

function subjectTokens(params: Params, { d_in, d_ip, tokens, layer_norm_eps }: SubjectAdapterConfig): Value {
  const subject = input("subject", [tokens, d_in]);
  const hidden = params.linear(params.linear(subject, "subject_proj.0", 2 * d_ip).gelu(), "subject_proj.2", d_ip);
  const [gamma, beta] = [params.get("subject_norm.weight", [d_ip]), params.get("subject_norm.bias", [d_ip])];
  const position = params.get("pos_embed", [1, tokens, d_ip]).reshape([tokens, d_ip]);
  return layerNormAffine(hidden, gamma, beta, layer_norm_eps).add(position);
}

function layoutOf({ tokens, d_ip, width, heads, blocks, rms_norm_eps }: SubjectAdapterConfig): IpLayout {
  const headDim = width / heads;
  const normal = (params: Params, x: Value, name: string) =>
    rmsNorm(splitHeads(x, heads), params.get(`${name}.weight`, [headDim]), rms_norm_eps);
  return {
    type: "subject",
    place: "attention",
    tokens,
    tokenWidth: d_ip,
    heads,
    headDim,
    blocks,
    keysValues: (params, block, s) => ({
      k: normal(params, params.linear(s, `blocks.${block}.to_k_ip`, width), `blocks.${block}.norm_ip_k`),
      v: splitHeads(params.linear(s, `blocks.${block}.to_v_ip`, width), heads),
    }),
    query: (params, { block, query }) => normal(params, query, `blocks.${block}.norm_ip_q`).transpose([1, 0, 2]),
  };
}
