/** An image adapter of the inversion, whatever its family: a picture, or its subject, as tokens that the transformer's
 * image queries attend to beside the ordinary attention. */
import type { CompileOptions, Tensor } from "../../onnx/session.ts";
import type { Box, Rgb } from "../../raster.ts";
import type { WeightOpener } from "../../weights/source.ts";
import type { AdapterInput } from "../flux.ts";
import type { FluxConfig } from "../flux-config.ts";
import type { IpScale } from "./ip-attention.ts";

/** A bundle's `adapter/` folder, for the family that its configuration names. */
export interface AdapterFolder {
  readonly dir: string;
  /** The text of config.json, and where it lies. */
  readonly json: unknown;
  readonly path: string;
  /** The transformer that the adapter must fit. */
  readonly flux: FluxConfig;
  readonly options: CompileOptions;
  /** Opens weights: a file, or a folder with one. */
  readonly open: WeightOpener;
}

/** What an adapter may look at. */
export interface AdapterPictures {
  /** The whole picture, and in it the whole-pixel box of the first region. */
  readonly original: Rgb;
  readonly subject: Box;
  /** The part that the model works on, at the model's size. */
  readonly view: Rgb;
  /** [1, 3, H, W] in −1…1 → scaled latents [1, 16, H/8, W/8]. */
  encode(image: Tensor): Promise<Tensor>;
}

export interface Adapter {
  /** Reads the pictures once. `scale` weighs what is added, for all blocks or block by block (double ones first; those
   * beyond the list get nothing); 1 is what adapters are trained with. */
  describe(pictures: AdapterPictures, scale: IpScale): Promise<AdapterInput>;
  /** Throws `checkpoint-invalid` for a missing or misshapen tensor; compiles nothing. */
  check(): void;
  release(): Promise<void>;
}
