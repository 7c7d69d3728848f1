/** An autoencoder as the pipeline sees it, whatever its family: pictures in −1…1 to scaled latents and back. */
import { Params } from "../nn/params.ts";
import { LazyGraph } from "../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../onnx/session.ts";
import type { WeightSource } from "../weights/source.ts";
import { compressionOf, type DcConfig, decoderGraph, encoderGraph } from "./autoencoder-dc.ts";

export interface Autoencoder {
  /** Picture pixels per latent, each way. */
  readonly compression: number;
  readonly latentChannels: number;
  /** [1, 3, H, W] in −1…1, sides multiples of the compression → scaled latents [1, C, H/f, W/f]. */
  encode(image: Tensor): Promise<Tensor>;
  /** Scaled latents → [1, 3, H, W], not clamped. */
  decode(latents: Tensor): Promise<Tensor>;
  /** Throws `checkpoint-invalid` for a missing or misshapen tensor; compiles nothing. */
  check(): void;
  release(): Promise<void>;
}

export class DcAutoencoder implements Autoencoder {
  readonly #config: DcConfig;
  readonly #source: WeightSource;
  readonly #encoder: LazyGraph<"latent">;
  readonly #decoder: LazyGraph<"image">;

  constructor(config: DcConfig, source: WeightSource, options: CompileOptions) {
    this.#config = config;
    this.#source = source;
    this.#encoder = new LazyGraph(() => compile(this.#encoding(), options));
    this.#decoder = new LazyGraph(() => compile(this.#decoding(), options));
  }

  get compression(): number {
    return compressionOf(this.#config);
  }

  get latentChannels(): number {
    return this.#config.latent_channels;
  }

  async encode(image: Tensor): Promise<Tensor> {
    const { latent } = await (await this.#encoder.get()).run({ image });
    return scaled(latent, this.#config.scaling_factor);
  }

  async decode(latents: Tensor): Promise<Tensor> {
    const latent = scaled(latents, 1 / this.#config.scaling_factor);
    return (await (await this.#decoder.get()).run({ latent })).image;
  }

  check(): void {
    this.#encoding();
    this.#decoding();
  }

  async release(): Promise<void> {
    await Promise.all([this.#encoder.release(), this.#decoder.release()]);
  }

  #encoding() {
    return { latent: encoderGraph(new Params(this.#source), this.#config) };
  }

  #decoding() {
    return { image: decoderGraph(new Params(this.#source), this.#config) };
  }
}

function scaled({ shape, data }: Tensor, factor: number): Tensor {
  return { shape, data: factor === 1 ? data : data.map((value) => value * factor) };
}
