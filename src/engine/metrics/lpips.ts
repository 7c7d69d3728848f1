/**
 * LPIPS: how different two pictures look. Lower is more alike, 0 for equal pictures, about 1 for unrelated ones; no unit.
 * Source: Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", CVPR 2018, version
 * 0.1 with AlexNet (flux.md §7.1). Weights: one file with torchvision's `features.*` and the metric's
 * `lin{0..4}.model.1.weight`.
 */
import type { CompileOptions, Tensor } from "../onnx/session.ts";
import { readWeight, type WeightSource } from "../weights/source.ts";
import { AlexNet } from "./alexnet.ts";

export interface LpipsDistance {
  readonly distance: number;
  /** Shares of the five layers, whose sum is the distance. */
  readonly layers: readonly number[];
}

export class Lpips {
  readonly #trunk: AlexNet;
  readonly #source: WeightSource;

  constructor(source: WeightSource, options: CompileOptions) {
    this.#source = source;
    this.#trunk = new AlexNet(source, options);
  }

  /** Of two pictures [1, 3, H, W] in −1…1 of one size. Throws `checkpoint-invalid` for a file without the weights. */
  async distance(a: Tensor, b: Tensor): Promise<LpipsDistance> {
    if (a.shape.join() !== b.shape.join()) {
      throw new TypeError(`Expected pictures of one size, got [${a.shape}] and [${b.shape}]`);
    }
    const [left, right] = [await this.#trunk.features(a), await this.#trunk.features(b)];
    const layers: number[] = [];
    for (const [i, features] of left.entries()) {
      const weights = await this.#weights(i, features.shape[1] ?? 0);
      layers.push(layerDistance(features, right[i] ?? features, weights));
    }
    return { distance: layers.reduce((sum, layer) => sum + layer, 0), layers };
  }

  release(): Promise<void> {
    return this.#trunk.release();
  }

  #weights(layer: number, channels: number): Promise<Float32Array> {
    return readWeight(this.#source.expectShape(`lin${layer}.model.1.weight`, [1, channels, 1, 1]));
  }
}

/** Keeps an empty place from dividing by 0. */
const EPS = 1e-10;

/** Mean over places of Σ_c w_c·(a_c/‖a‖ − b_c/‖b‖)². */
function layerDistance(a: Tensor, b: Tensor, weights: Float32Array): number {
  const [, channels = 0, height = 0, width = 0] = a.shape;
  const places = height * width;
  const [lengthA, lengthB] = [lengths(a.data, channels, places), lengths(b.data, channels, places)];
  let sum = 0;
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < places; p++) {
      const at = c * places + p;
      const apart = (a.data[at] ?? 0) / ((lengthA[p] ?? 0) + EPS) - (b.data[at] ?? 0) / ((lengthB[p] ?? 0) + EPS);
      sum += (weights[c] ?? 0) * apart * apart;
    }
  }
  return sum / places;
}

/** Length of the feature vector at each place. */
function lengths(data: Float32Array, channels: number, places: number): Float64Array {
  const squares = new Float64Array(places);
  for (let at = 0; at < channels * places; at++)
    squares[at % places] = (squares[at % places] ?? 0) + (data[at] ?? 0) ** 2;
  return squares.map(Math.sqrt);
}
