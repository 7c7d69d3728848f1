/** CLIP's vision tower with its projection (flux.md §6.2), under the names of transformers' files. */
import { join } from "node:path";
import { z } from "zod";
import { EditError } from "../../../../errors.ts";
import { concat, input, type Value } from "../../../graph/value.ts";
import { quickGelu } from "../../../nn/layers.ts";
import { Params } from "../../../nn/params.ts";
import { LazyGraph } from "../../../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../../../onnx/session.ts";
import type { Rgb } from "../../../raster.ts";
import { openWeights, type WeightOpener, type WeightSource } from "../../../weights/source.ts";
import { checkModelJson, readModelJson } from "../../json.ts";
import { encoderLayer, norm, patches } from "./layers.ts";
import { centreCrop, normalise } from "./pixels.ts";

const size = z.number().int().positive();
const schema = z.object({
  hidden_size: size.default(1024),
  intermediate_size: size.default(4096),
  num_hidden_layers: size.default(24),
  num_attention_heads: size.default(16),
  image_size: size.default(224),
  patch_size: size.default(14),
  projection_dim: size.default(768),
  layer_norm_eps: z.number().positive().default(1e-5),
  hidden_act: z.literal("quick_gelu").default("quick_gelu"),
});
export type ClipVisionConfig = z.infer<typeof schema>;

const MEAN = [0.48145466, 0.4578275, 0.40821073];
const DEVIATION = [0.26862954, 0.26130258, 0.27577711];

/** A folder with `config.json` (of the tower, or of a whole CLIP with a `vision_config`) and safetensors. */
export async function openClipVision(
  dir: string,
  options: CompileOptions,
  open: WeightOpener = openWeights,
): Promise<ClipVision> {
  const path = join(dir, "config.json");
  const json = await readModelJson(path);
  const nested = z.object({ vision_config: z.unknown(), projection_dim: size.optional() }).safeParse(json);
  const whole = nested.success && nested.data.vision_config !== undefined;
  const vision = whole ? { ...record(nested.data.vision_config), ...projection(nested.data.projection_dim) } : json;
  return new ClipVision(checkModelJson(schema, vision, path), await open(dir), options);
}

export class ClipVision {
  readonly #config: ClipVisionConfig;
  readonly #source: WeightSource;
  readonly #graph: LazyGraph<"image">;

  constructor(config: ClipVisionConfig, source: WeightSource, options: CompileOptions) {
    this.#config = config;
    this.#source = source;
    this.#graph = new LazyGraph(async () => compile({ image: this.#embedding() }, options));
  }

  /** Projected vector of the class token [1, projection_dim], not normalised. */
  async embed(picture: Rgb): Promise<Tensor> {
    return this.run(await this.prepare(picture));
  }

  /** [1, 3, S, S], as the tower was shown pictures in training. */
  async prepare(picture: Rgb): Promise<Tensor> {
    return normalise(await centreCrop(picture, this.#config.image_size), MEAN, DEVIATION);
  }

  /** `pixels` [1, 3, S, S], normalised. */
  async run(pixels: Tensor): Promise<Tensor> {
    return (await (await this.#graph.get()).run({ pixels })).image;
  }

  /** Throws `checkpoint-invalid`, also where the adapter expects vectors of another length. */
  check(projected: number): void {
    this.#embedding();
    if (this.#config.projection_dim === projected) return;
    const problem = `expected image vectors of ${projected} as the adapter reads, found ${this.#config.projection_dim}`;
    throw new EditError("checkpoint-invalid", `${this.#source.path}: ${problem}`);
  }

  release(): Promise<void> {
    return this.#graph.release();
  }

  #embedding(): Value {
    return clipEmbedding(new Params(this.#source), this.#config);
  }
}

function clipEmbedding(params: Params, config: ClipVisionConfig): Value {
  const { hidden_size: width, image_size: side, patch_size: patch, projection_dim, layer_norm_eps: eps } = config;
  const grid = Math.floor(side / patch);
  const root = "vision_model";
  const image = patches(
    params,
    input("pixels", [1, 3, side, side]),
    `${root}.embeddings.patch_embedding`,
    width,
    patch,
  );
  const position = params.get(`${root}.embeddings.position_embedding.weight`, [grid * grid + 1, width]);
  const first = params.get(`${root}.embeddings.class_embedding`, [width]).reshape([1, width]);
  // The misspelling is the file's.
  let x = norm(params, concat([first, image], 0).add(position), `${root}.pre_layrnorm`, eps);
  const sizes = {
    width,
    heads: config.num_attention_heads,
    hidden: config.intermediate_size,
    eps,
    activation: quickGelu,
  };
  for (let i = 0; i < config.num_hidden_layers; i++) {
    x = encoderLayer(params, x, `${root}.encoder.layers.${i}`, sizes);
  }
  const pooled = norm(params, x.slice(0, 0, 1), `${root}.post_layernorm`, eps);
  return pooled.linear(params.get("visual_projection.weight", [projection_dim, width]));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function projection(dim: number | undefined): { projection_dim?: number } {
  return dim === undefined ? {} : { projection_dim: dim };
}
