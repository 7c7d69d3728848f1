/** SigLIP's and DINOv2's features side by side, of a picture as a whole and of its quarters (flux.md §6.1). */
import { EditError } from "../../../../errors.ts";
import { concat, type Value } from "../../../graph/value.ts";
import { cropResize } from "../../../image/resample.ts";
import { LazyGraph } from "../../../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../../../onnx/session.ts";
import type { Rgb } from "../../../raster.ts";
import { DINOV2_DEVIATION, DINOV2_MEAN, type Dinov2Tower, dinov2Features } from "./dinov2.ts";
import { normalise, resizeBicubic } from "./pixels.ts";
import { SIGLIP_DEVIATION, SIGLIP_MEAN, type SiglipTower, siglipFeatures, siglipTokens } from "./siglip.ts";

/** What the two towers say about a picture. */
export interface PictureFeatures {
  /** Last states of the picture as a whole [n, C]. */
  readonly lowDeep: Tensor;
  /** States of three earlier layers [3n, C]. */
  readonly lowShallow: Tensor;
  /** Last states of its four quarters [4n, C]. */
  readonly highDeep: Tensor;
}

/** Deep states [n, width], and the shallow ones of three layers below each other [3n, width]. */
type TowerGraph = LazyGraph<"deep" | "shallow">;

/** Layers whose states are the shallow features; 0 is before the first. */
export interface ShallowLayers {
  readonly siglip: readonly number[];
  readonly dinov2: readonly number[];
}

export class TwoTowers {
  readonly #siglip: SiglipTower;
  readonly #dinov2: Dinov2Tower;
  readonly #shallow: ShallowLayers;
  readonly #graphs: { readonly siglip: TowerGraph; readonly dinov2: TowerGraph };

  constructor(siglip: SiglipTower, dinov2: Dinov2Tower, shallow: ShallowLayers, options: CompileOptions) {
    this.#siglip = siglip;
    this.#dinov2 = dinov2;
    this.#shallow = shallow;
    this.#graphs = {
      siglip: new LazyGraph(async () => compile(this.#siglipOutputs(), options)),
      dinov2: new LazyGraph(async () => compile(this.#dinov2Outputs(), options)),
    };
  }

  /** Tokens of one view. */
  get tokens(): number {
    return siglipTokens(this.#siglip.config);
  }

  async features(picture: Rgb): Promise<PictureFeatures> {
    const side = this.#side;
    const longer = Math.max(picture.width, picture.height);
    const square = resizeBicubic(picture, longer, longer); // the aspect ratio is not kept, as in the reference
    const low = await this.#view(resizeBicubic(square, side, side));
    const quarters = await this.#quarters(resizeBicubic(square, 2 * side, 2 * side));
    return { lowDeep: low.deep, lowShallow: low.shallow, highDeep: below(quarters.map(({ deep }) => deep)) };
  }

  /** Throws `checkpoint-invalid`, also where the adapter expects features of another width. */
  check(joined: number): void {
    this.#siglipOutputs();
    this.#dinov2Outputs();
    const { siglip, dinov2 } = { siglip: this.#siglip.config, dinov2: this.#dinov2.config };
    const width = siglip.hidden_size + dinov2.hidden_size;
    const tokens = Math.floor(this.#side / dinov2.patch_size) ** 2;
    if (width === joined && tokens === this.tokens) return;
    const wanted = `features of ${joined} for as many patches`;
    const found = `${siglip.hidden_size} + ${dinov2.hidden_size} for ${this.tokens} and ${tokens}`;
    throw new EditError("checkpoint-invalid", `${this.#siglip.source.path}: expected ${wanted}, found ${found}`);
  }

  async release(): Promise<void> {
    await Promise.all([this.#graphs.siglip.release(), this.#graphs.dinov2.release()]);
  }

  get #side(): number {
    return this.#siglip.config.image_size;
  }

  async #quarters(square: Rgb): Promise<{ deep: Tensor; shallow: Tensor }[]> {
    const side = this.#side;
    const corners = [0, 1, 2, 3].map((i) => [(i % 2) * side, Math.floor(i / 2) * side]); // TL, TR, BL, BR
    const out = [];
    for (const [x = 0, y = 0] of corners) {
      out.push(await this.#view(await cropResize(square, [x, y, x + side, y + side], side, side)));
    }
    return out;
  }

  async #view(view: Rgb): Promise<{ deep: Tensor; shallow: Tensor }> {
    const siglip = await this.#run("siglip", normalise(view, SIGLIP_MEAN, SIGLIP_DEVIATION));
    const dinov2 = await this.#run("dinov2", normalise(view, DINOV2_MEAN, DINOV2_DEVIATION));
    return { deep: beside(siglip.deep, dinov2.deep), shallow: beside(siglip.shallow, dinov2.shallow) };
  }

  async #run(tower: "siglip" | "dinov2", pixels: Tensor): Promise<{ deep: Tensor; shallow: Tensor }> {
    return (await this.#graphs[tower].get()).run({ pixels });
  }

  #siglipOutputs(): { deep: Value; shallow: Value } {
    const { deep, shallow } = siglipFeatures(this.#siglip, this.#shallow.siglip);
    return { deep, shallow: concat(shallow, 0) };
  }

  #dinov2Outputs(): { deep: Value; shallow: Value } {
    const { deep, shallow } = dinov2Features(this.#dinov2, this.#side, this.#shallow.dinov2);
    return { deep, shallow: concat(shallow, 0) };
  }
}

/** Rows of both, joined. */
function beside(a: Tensor, b: Tensor): Tensor {
  const [rows = 0, left = 0] = a.shape;
  const right = b.shape[1] ?? 0;
  const data = new Float32Array(rows * (left + right));
  for (let i = 0; i < rows; i++) {
    data.set(a.data.subarray(i * left, (i + 1) * left), i * (left + right));
    data.set(b.data.subarray(i * right, (i + 1) * right), i * (left + right) + left);
  }
  return { shape: [rows, left + right], data };
}

function below(parts: readonly Tensor[]): Tensor {
  const width = parts[0]?.shape[1] ?? 0;
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const data = new Float32Array(rows * width);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { shape: [rows, width], data };
}
