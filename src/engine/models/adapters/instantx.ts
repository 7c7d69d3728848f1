/** InstantX's FLUX IP-adapter (flux.md §6.3): 128 tokens from SigLIP's pooled vector; keys normed without weights, queries
 * after the block's own norm; single blocks change their text rows too. */
import { join } from "node:path";
import { z } from "zod";
import { EditError } from "../../../errors.ts";
import { input, type Value } from "../../graph/value.ts";
import { geluErf, layerNormAffine, splitHeads } from "../../nn/layers.ts";
import { Params } from "../../nn/params.ts";
import { LazyGraph } from "../../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../../onnx/session.ts";
import type { WeightSource } from "../../weights/source.ts";
import type { AdapterInput } from "../flux.ts";
import { type FluxConfig, hiddenWidth } from "../flux-config.ts";
import { checkModelJson } from "../json.ts";
import type { Adapter, AdapterFolder, AdapterPictures } from "./adapter.ts";
import { IpAttention, type IpLayout, type IpScale } from "./ip-attention.ts";
import { normalise, resizeBicubic } from "./vision/pixels.ts";
import { openSiglip, SIGLIP_DEVIATION, SIGLIP_MEAN, type SiglipTower, siglipPooled } from "./vision/siglip.ts";

const KEY_EPS = 1e-5;
const LAYER_NORM_EPS = 1e-5;

const schema = z.object({
  weights: z.string().default("ip-adapter.bin"),
  image_encoder: z.string().default("siglip"),
});

/** Throws `checkpoint-invalid`. */
export async function openInstantX({ dir, json, path, flux, options, open }: AdapterFolder): Promise<Adapter> {
  const config = checkModelJson(schema, json, path);
  const source = await open(join(dir, config.weights));
  return new InstantX(source, flux, options, await openSiglip(join(dir, config.image_encoder), open));
}

export class InstantX implements Adapter {
  readonly #source: WeightSource;
  readonly #layout: IpLayout;
  readonly #tower: SiglipTower | undefined;
  readonly #image: LazyGraph<"image">;
  readonly #tokens: LazyGraph<"tokens">;
  readonly #attention: IpAttention;

  /** Without a tower only `tokens` and `input` can be used. */
  constructor(source: WeightSource, flux: FluxConfig, options: CompileOptions, tower?: SiglipTower) {
    this.#source = source;
    this.#layout = layoutOf(source, flux);
    this.#tower = tower;
    this.#image = new LazyGraph(async () => compile({ image: siglipPooled(this.#siglip) }, options));
    this.#tokens = new LazyGraph(async () => compile(this.#tokensGraph(), options));
    this.#attention = new IpAttention(this.#layout, source, options);
  }

  async describe({ view }: AdapterPictures, scale: IpScale): Promise<AdapterInput> {
    const side = this.#siglip.config.image_size;
    const pixels = normalise(resizeBicubic(view, side, side), SIGLIP_MEAN, SIGLIP_DEVIATION);
    const { image } = await (await this.#image.get()).run({ pixels });
    await this.#image.release(); // not needed while the picture is edited
    return this.input(await this.tokens(image), scale);
  }

  /** SigLIP's pooled vector [1, E] → tokens [n, X]. */
  async tokens(image: Tensor): Promise<Tensor> {
    return (await (await this.#tokens.get()).run({ image })).tokens;
  }

  input(tokens: Tensor, scale: IpScale): AdapterInput {
    return this.#attention.input(async () => tokens, scale);
  }

  check(): void {
    this.#tokensGraph();
    this.#attention.check();
    if (this.#tower === undefined) return;
    siglipPooled(this.#tower);
    const [wanted, found] = [this.#imageWidth, this.#tower.config.hidden_size];
    if (wanted === found) return;
    const problem = `expected image vectors of ${wanted} as the adapter reads, found ${found}`;
    throw new EditError("checkpoint-invalid", `${this.#tower.source.path}: ${problem}`);
  }

  async release(): Promise<void> {
    await Promise.all([this.#image.release(), this.#tokens.release(), this.#attention.release()]);
  }

  get #siglip(): SiglipTower {
    if (this.#tower === undefined) throw new TypeError("Expected an image encoder to describe a picture with");
    return this.#tower;
  }

  get #imageWidth(): number {
    return this.#source.get("image_proj.proj.0.weight").shape[1] ?? 0;
  }

  #tokensGraph(): { tokens: Value } {
    const { tokens, tokenWidth } = this.#layout;
    const params = new Params(this.#source);
    const hidden = this.#source.get("image_proj.proj.0.weight").shape[0] ?? 0;
    const active = geluErf(params.linear(input("image", [1, this.#imageWidth]), "image_proj.proj.0", hidden));
    const rows = params.linear(active, "image_proj.proj.2", tokens * tokenWidth).reshape([tokens, tokenWidth]);
    const [gamma, beta] = ["weight", "bias"].map((name) => params.get(`image_proj.norm.${name}`, [tokenWidth]));
    return { tokens: layerNormAffine(rows, gamma as Value, beta as Value, LAYER_NORM_EPS) }; // one per name
  }
}

function layoutOf(source: WeightSource, flux: FluxConfig): IpLayout {
  const width = hiddenWidth(flux);
  const project = (params: Params, x: Value, name: string) =>
    splitHeads(x.linear(params.get(`ip_adapter.${name}.weight`, [width, flux.textWidth])), flux.heads);
  return {
    type: "instantx",
    place: "attention",
    textRows: true,
    tokens: tokenCount(source, flux.textWidth),
    tokenWidth: flux.textWidth,
    heads: flux.heads,
    headDim: flux.headDim,
    blocks: flux.doubles + flux.singles,
    keysValues: (params, block, x) => ({
      k: plainNorm(project(params, x, `${block}.to_k_ip`)),
      v: project(params, x, `${block}.to_v_ip`),
    }),
    query: (_params, { normalQuery }) => normalQuery,
  };
}

/** x·(mean(x²) + eps)^−½. */
function plainNorm(x: Value): Value {
  return x.div(x.mul(x).mean([-1]).add(KEY_EPS).sqrt());
}

function tokenCount(source: WeightSource, tokenWidth: number): number {
  const rows = source.get("image_proj.proj.2.weight").shape[0] ?? 0;
  if (rows > 0 && rows % tokenWidth === 0) return rows / tokenWidth;
  const found = `found ${rows} rows`;
  throw new EditError("checkpoint-invalid", `${source.path}: expected tokens of ${tokenWidth} features, ${found}`);
}
