/** XLabs' FLUX IP-adapter, v1 and v2, under its file's own names (flux.md §6.2): a few tokens from CLIP's image vector,
 * for the double blocks only, added after each block. */
import { join } from "node:path";
import { z } from "zod";
import { EditError } from "../../../errors.ts";
import { input, type Value } from "../../graph/value.ts";
import { layerNormAffine, splitHeads } from "../../nn/layers.ts";
import { Params } from "../../nn/params.ts";
import { LazyGraph } from "../../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../../onnx/session.ts";
import type { WeightSource } from "../../weights/source.ts";
import type { AdapterInput } from "../flux.ts";
import { type FluxConfig, hiddenWidth } from "../flux-config.ts";
import { checkModelJson } from "../json.ts";
import type { Adapter, AdapterFolder, AdapterPictures } from "./adapter.ts";
import { IpAttention, type IpLayout, type IpScale } from "./ip-attention.ts";
import { type ClipVision, openClipVision } from "./vision/clip.ts";

const PROJECTION = "ip_adapter_proj_model";
const LAYER_NORM_EPS = 1e-5;

const schema = z.object({
  weights: z.string().default("ip_adapter.safetensors"),
  image_encoder: z.string().default("image_encoder"),
});

/** Throws `checkpoint-invalid`. */
export async function openXlabsAdapter({ dir, json, path, flux, options, open }: AdapterFolder): Promise<Adapter> {
  const config = checkModelJson(schema, json, path);
  const source = await open(join(dir, config.weights));
  return new XlabsAdapter(source, flux, options, await openClipVision(join(dir, config.image_encoder), options, open));
}

export class XlabsAdapter implements Adapter {
  readonly #source: WeightSource;
  readonly #layout: IpLayout;
  readonly #vision: ClipVision | undefined;
  readonly #tokens: LazyGraph<"tokens">;
  readonly #attention: IpAttention;

  /** Without a vision tower only `tokens` and `input` can be used. */
  constructor(source: WeightSource, flux: FluxConfig, options: CompileOptions, vision?: ClipVision) {
    this.#source = source;
    this.#layout = layoutOf(source, flux);
    this.#vision = vision;
    this.#tokens = new LazyGraph(async () => compile(this.#tokensGraph(), options));
    this.#attention = new IpAttention(this.#layout, source, options);
  }

  async describe({ view }: AdapterPictures, scale: IpScale): Promise<AdapterInput> {
    if (this.#vision === undefined) throw new TypeError("Expected an image encoder to describe a picture with");
    const image = await this.#vision.embed(view);
    await this.#vision.release(); // not needed while the picture is edited
    return this.input(await this.tokens(image), scale);
  }

  /** CLIP's projected image vector [1, E] → tokens [n, X]. */
  async tokens(imageEmbeds: Tensor): Promise<Tensor> {
    return (await (await this.#tokens.get()).run({ image: imageEmbeds })).tokens;
  }

  input(tokens: Tensor, scale: IpScale): AdapterInput {
    return this.#attention.input(async () => tokens, scale);
  }

  check(): void {
    this.#tokensGraph();
    this.#attention.check();
    this.#vision?.check(Number(this.#source.get(`${PROJECTION}.proj.weight`).shape[1]));
  }

  async release(): Promise<void> {
    await Promise.all([this.#tokens.release(), this.#attention.release(), this.#vision?.release()]);
  }

  #tokensGraph(): { tokens: Value } {
    const { tokens, tokenWidth } = this.#layout;
    const params = new Params(this.#source);
    const image = input("image", [1, this.#source.get(`${PROJECTION}.proj.weight`).shape[1] ?? 0]);
    const rows = params.linear(image, `${PROJECTION}.proj`, tokens * tokenWidth).reshape([tokens, tokenWidth]);
    const [gamma, beta] = ["weight", "bias"].map((name) => params.get(`${PROJECTION}.norm.${name}`, [tokenWidth]));
    return { tokens: layerNormAffine(rows, gamma as Value, beta as Value, LAYER_NORM_EPS) }; // one per name
  }
}

function layoutOf(source: WeightSource, flux: FluxConfig): IpLayout {
  const width = hiddenWidth(flux);
  const project = (params: Params, x: Value, block: number, letter: "k" | "v") => {
    const name = `double_blocks.${block}.processor.ip_adapter_double_stream_${letter}_proj`;
    return splitHeads(params.linear(x, name, width), flux.heads);
  };
  return {
    type: "xlabs",
    place: "block-output",
    tokens: tokenCount(source, flux.textWidth),
    tokenWidth: flux.textWidth,
    heads: flux.heads,
    headDim: flux.headDim,
    blocks: flux.doubles,
    keysValues: (params, block, x) => ({ k: project(params, x, block, "k"), v: project(params, x, block, "v") }),
    query: (_params, { normalQuery }) => normalQuery,
  };
}

/** v1 has 4 tokens, v2 16: the projection's rows say. */
function tokenCount(source: WeightSource, tokenWidth: number): number {
  const rows = source.get(`${PROJECTION}.proj.weight`).shape[0] ?? 0;
  if (rows > 0 && rows % tokenWidth === 0) return rows / tokenWidth;
  const found = `found ${rows} rows`;
  throw new EditError("checkpoint-invalid", `${source.path}: expected tokens of ${tokenWidth} features, ${found}`);
}
