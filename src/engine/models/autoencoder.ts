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
}

export class Autoencoder {
  readonly #graphs: AutoencoderGraphs;
  readonly #source: WeightSource;
  readonly #encoder: LazyGraph<"latent">;
  readonly #decoder: LazyGraph<"image">;
  readonly #tiling: Tiling;

  /** Planes larger than a tile's side go through in pieces. */
  constructor(graphs: AutoencoderGraphs, source: WeightSource, options: CompileOptions, tiling = TILING) {
    this.#tiling = tiling;
    this.#graphs = graphs;
    this.#source = source;
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
    const graph = await this.#encoder.get();
    const { scale, shift, compression } = this.#graphs;
    const run = async (piece: Tensor) => (await graph.run({ image: piece })).latent;
    const latent = await inTiles(image, compression, 1 / compression, run, this.#tiling);
    return { shape: latent.shape, data: latent.data.map((value) => (value - shift) * scale) };
  }

  /** Scaled latents → [1, 3, H, W], not clamped. */
  async decode(latents: Tensor): Promise<Tensor> {
    const { scale, shift } = this.#graphs;
    const latent = { shape: latents.shape, data: latents.data.map((value) => value / scale + shift) };
    const graph = await this.#decoder.get();
    const run = async (piece: Tensor) => (await graph.run({ latent: piece })).image;
    return inTiles(latent, 1, this.#graphs.compression, run, this.#tiling);
  }

  /** Throws `checkpoint-invalid` for a missing or misshapen tensor; compiles nothing. */
  check(): void {
    this.#encoding();
    this.#decoding();
  }

  async release(): Promise<void> {
    await Promise.all([this.#encoder.release(), this.#decoder.release()]);
  }

  #encoding() {
    return { latent: this.#graphs.encoder(new Params(this.#source)) };
  }

  #decoding() {
    return { image: this.#graphs.decoder(new Params(this.#source)) };
  }
}
