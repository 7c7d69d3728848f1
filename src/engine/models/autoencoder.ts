/** An autoencoder as the pipeline sees it, whatever its family: pictures in −1…1 to scaled latents and back. */
import type { Value } from "../graph/value.ts";
import { Params } from "../nn/params.ts";
import { LazyGraph } from "../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../onnx/session.ts";
import type { WeightSource } from "../weights/source.ts";
import { inTiles, TILING, type Tiling } from "./autoencoder-tiles.ts";

/** What a family of autoencoders adds: its graphs and its sizes. */
export interface AutoencoderGraphs {
  /** Picture pixels per latent, each way. */
  readonly compression: number;
  readonly latentChannels: number;
  /** The pipeline's latents are (latent − shift)·scale. */
  readonly scale: number;
  readonly shift: number;
  /** From input `image` [1, 3, H, W] in −1…1 to the latent [1, C, H/f, W/f]. */
  encoder(params: Params): Value;
  /** From input `latent` to the picture. */
  decoder(params: Params): Value;
  /** For planes beyond a tile, where pieces of the graphs above would not give what the whole gives. */
  large?(source: WeightSource, options: CompileOptions, tiling: Tiling): LargePlanes;
}

/** Unscaled latents. */
export interface LargePlanes {
  encode(image: Tensor): Promise<Tensor>;
  decode(latent: Tensor): Promise<Tensor>;
  release(): Promise<void>;
}

export class Autoencoder {
  readonly #graphs: AutoencoderGraphs;
  readonly #source: WeightSource;
  readonly #encoder: LazyGraph<"latent">;
  readonly #decoder: LazyGraph<"image">;
  readonly #tiling: Tiling;
  readonly #large: LargePlanes | undefined;

  /** Planes larger than a tile's side go through in pieces. */
  constructor(graphs: AutoencoderGraphs, source: WeightSource, options: CompileOptions, tiling = TILING) {
    this.#tiling = tiling;
    this.#graphs = graphs;
    this.#source = source;
    this.#large = graphs.large?.(source, options, tiling);
    this.#encoder = new LazyGraph(() => compile(this.#encoding(), options));
    this.#decoder = new LazyGraph(() => compile(this.#decoding(), options));
  }

  get compression(): number {
    return this.#graphs.compression;
  }

  get latentChannels(): number {
    return this.#graphs.latentChannels;
  }

  /** [1, 3, H, W] in −1…1, sides multiples of the compression → scaled latents [1, C, H/f, W/f]. */
  async encode(image: Tensor): Promise<Tensor> {
    const { scale, shift, compression } = this.#graphs;
    const large = this.#largeFor(image, compression);
    const run = async (piece: Tensor) => (await (await this.#encoder.get()).run({ image: piece })).latent;
    const latent = await (large?.encode(image) ?? inTiles(image, compression, 1 / compression, run, this.#tiling));
    return { shape: latent.shape, data: latent.data.map((value) => (value - shift) * scale) };
  }

  /** Scaled latents → [1, 3, H, W], not clamped. */
  async decode(latents: Tensor): Promise<Tensor> {
    const { scale, shift, compression } = this.#graphs;
    const latent = { shape: latents.shape, data: latents.data.map((value) => value / scale + shift) };
    const run = async (piece: Tensor) => (await (await this.#decoder.get()).run({ latent: piece })).image;
    return this.#largeFor(latent, 1)?.decode(latent) ?? inTiles(latent, 1, compression, run, this.#tiling);
  }

  /** The family's own way for a plane beyond a tile; `unit`: places per latent. */
  #largeFor({ shape: [, , height = 0, width = 0] }: Tensor, unit: number): LargePlanes | undefined {
    return Math.max(height, width) / unit > this.#tiling.side ? this.#large : undefined;
  }

  /** Throws `checkpoint-invalid` for a missing or misshapen tensor; compiles nothing. */
  check(): void {
    this.#encoding();
    this.#decoding();
  }

  async release(): Promise<void> {
    await Promise.all([this.#encoder.release(), this.#decoder.release(), this.#large?.release()]);
  }

  #encoding() {
    return { latent: this.#graphs.encoder(new Params(this.#source)) };
  }

  #decoding() {
    return { image: this.#graphs.decoder(new Params(this.#source)) };
  }
}
