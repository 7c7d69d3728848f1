/** InstantCharacter's adapter, the paper's choice (flux.md §6.1): its tokens depend on the time, and every block attends
 * to them with queries of its own norm. Licence of the published weights: research only. */
import { join } from "node:path";
import { z } from "zod";
import type { Value } from "../../graph/value.ts";
import { rmsNormOuterEps, splitHeads } from "../../nn/layers.ts";
import { Params } from "../../nn/params.ts";
import { LazyGraph } from "../../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../../onnx/session.ts";
import type { WeightSource } from "../../weights/source.ts";
import type { AdapterInput } from "../flux.ts";
import { type FluxConfig, hiddenWidth } from "../flux-config.ts";
import { checkModelJson } from "../json.ts";
import type { Adapter, AdapterFolder, AdapterPictures } from "./adapter.ts";
import {
  featureWidth,
  type ProjectorHeads,
  projectorGraph,
  resamplerGraph,
  timeWidth,
  tokenShape,
} from "./instantcharacter-projector.ts";
import { IpAttention, type IpLayout, type IpScale } from "./ip-attention.ts";
import { openDinov2 } from "./vision/dinov2.ts";
import { openSiglip } from "./vision/siglip.ts";
import { type PictureFeatures, TwoTowers } from "./vision/two-towers.ts";

const RMS_EPS = 1e-6;
const MAX_PERIOD = 10000;

const layer = z.number().int().nonnegative();
const schema = z.object({
  weights: z.string().default("instantcharacter_ip-adapter.bin"),
  siglip: z.string().default("siglip"),
  dinov2: z.string().default("dinov2"),
  /** Layers whose states are the shallow features; 0 is before the first. */
  siglip_layers: z.array(layer).length(3).default([7, 13, 26]),
  dinov2_layers: z.array(layer).length(3).default([9, 19, 29]),
  cross_attention_heads: z.number().int().positive().default(42),
  resampler_heads: z.number().int().positive().default(20),
  /** The published pipeline gives the projector times of 0–1000, the paper's code 0–1. */
  timestep_scale: z.number().positive().default(1),
});

export interface InstantCharacterOptions extends ProjectorHeads {
  readonly timestepScale: number;
}

/** Throws `checkpoint-invalid`. */
export async function openInstantCharacter({ dir, json, path, flux, options, open }: AdapterFolder): Promise<Adapter> {
  const config = checkModelJson(schema, json, path);
  const source = await open(join(dir, config.weights));
  const heads = { crossHeads: config.cross_attention_heads, resamplerHeads: config.resampler_heads };
  const [siglip, dinov2] = [
    await openSiglip(join(dir, config.siglip), open),
    await openDinov2(join(dir, config.dinov2), open),
  ];
  const layers = { siglip: config.siglip_layers, dinov2: config.dinov2_layers };
  const towers = new TwoTowers(siglip, dinov2, layers, options);
  return new InstantCharacter(source, flux, { ...heads, timestepScale: config.timestep_scale }, options, towers);
}

export class InstantCharacter implements Adapter {
  readonly #source: WeightSource;
  readonly #config: InstantCharacterOptions;
  readonly #options: CompileOptions;
  readonly #towers: TwoTowers | undefined;
  readonly #attention: IpAttention;
  #graphs: { n: number; projector: LazyGraph<"features">; resampler: LazyGraph<"tokens"> } | undefined;

  /** Without towers only `input` can be used. */
  constructor(
    source: WeightSource,
    flux: FluxConfig,
    config: InstantCharacterOptions,
    options: CompileOptions,
    towers?: TwoTowers,
  ) {
    this.#source = source;
    this.#config = config;
    this.#options = options;
    this.#towers = towers;
    this.#attention = new IpAttention(layoutOf(source, flux), source, options);
  }

  async describe({ view }: AdapterPictures, scale: IpScale): Promise<AdapterInput> {
    if (this.#towers === undefined) throw new TypeError("Expected vision towers to describe a picture with");
    const features = await this.#towers.features(view);
    await this.#towers.release(); // not needed while the picture is edited
    return this.input(features, scale);
  }

  async input(picture: PictureFeatures, scale: IpScale): Promise<AdapterInput> {
    const graphs = this.#graphsFor(picture.lowDeep.shape[0] ?? 0);
    const { features } = await (await graphs.projector.get()).run({ ...picture });
    await graphs.projector.release();
    let last: { t: number; tokens: Promise<Tensor> } | undefined;
    const tokensAt = (t: number) => {
      if (last?.t !== t) last = { t, tokens: this.#resample(graphs.resampler, features, t) };
      return last.tokens;
    };
    return this.#attention.input(tokensAt, scale);
  }

  /** Tokens [n, X] of a picture at a time of 0–1. */
  async tokens(picture: PictureFeatures, t: number): Promise<Tensor> {
    const graphs = this.#graphsFor(picture.lowDeep.shape[0] ?? 0);
    const { features } = await (await graphs.projector.get()).run({ ...picture });
    return this.#resample(graphs.resampler, features, t);
  }

  check(): void {
    const n = this.#towers?.tokens ?? 1;
    projectorGraph(new Params(this.#source), this.#source, this.#config, n);
    resamplerGraph(new Params(this.#source), this.#source, this.#config, 2 * n);
    this.#attention.check();
    this.#towers?.check(featureWidth(this.#source));
  }

  async release(): Promise<void> {
    const graphs = this.#graphs;
    const own = [graphs?.projector.release(), graphs?.resampler.release()];
    await Promise.all([...own, this.#attention.release(), this.#towers?.release()]);
  }

  async #resample(graph: LazyGraph<"tokens">, features: Tensor, t: number): Promise<Tensor> {
    const time = sinusoid(t * this.#config.timestepScale, timeWidth(this.#source));
    return (await (await graph.get()).run({ features, time })).tokens;
  }

  #graphsFor(n: number) {
    if (this.#graphs?.n === n) return this.#graphs;
    const build = (
      graph: (params: Params, source: WeightSource, heads: ProjectorHeads, rows: number) => Value,
      rows: number,
    ) => graph(new Params(this.#source), this.#source, this.#config, rows);
    this.#graphs = {
      n,
      projector: new LazyGraph(async () => compile({ features: build(projectorGraph, n) }, this.#options)),
      resampler: new LazyGraph(async () => compile({ tokens: build(resamplerGraph, 2 * n) }, this.#options)),
    };
    return this.#graphs;
  }
}

function layoutOf(source: WeightSource, flux: FluxConfig): IpLayout {
  const [tokens, tokenWidth] = tokenShape(source);
  const width = hiddenWidth(flux);
  const split = (x: Value) => splitHeads(x, flux.heads);
  const normal = (params: Params, x: Value, name: string) =>
    rmsNormOuterEps(split(x), params.get(`${name}.scale`, [flux.headDim]), RMS_EPS);
  return {
    type: "instantcharacter",
    place: "attention",
    tokens,
    tokenWidth,
    heads: flux.heads,
    headDim: flux.headDim,
    blocks: flux.doubles + flux.singles,
    keysValues: (params, block, x) => ({
      k: normal(params, params.linear(x, `ip_adapter.${block}.to_k_ip`, width), `ip_adapter.${block}.norm_ip_k`),
      v: split(params.linear(x, `ip_adapter.${block}.to_v_ip`, width)),
    }),
    query: (params, { block, query }) => normal(params, query, `ip_adapter.${block}.norm_ip_q`).transpose([1, 0, 2]),
  };
}

/** [1, width]: cosine half first. */
function sinusoid(value: number, width: number): Tensor {
  const half = width / 2;
  const data = new Float32Array(width);
  for (let i = 0; i < half; i++) {
    const angle = value * Math.exp((-Math.log(MAX_PERIOD) * i) / half);
    data[i] = Math.cos(angle);
    data[half + i] = Math.sin(angle);
  }
  return { shape: [1, width], data };
}
