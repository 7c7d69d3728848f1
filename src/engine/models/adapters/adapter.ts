/** An image adapter of the inversion, whatever its family: a picture, or its subject, as tokens that the transformer's
 * image queries attend to beside the ordinary attention. */
import type { Tensor } from "../../onnx/session.ts";
import type { Box, Rgb } from "../../raster.ts";
import type { AdapterInput } from "../flux.ts";

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
  /** Reads the pictures once. `scale` weighs what is added; 1 is what adapters are trained with. */
  describe(pictures: AdapterPictures, scale: number): Promise<AdapterInput>;
  /** Throws `checkpoint-invalid` for a missing or misshapen tensor; compiles nothing. */
  check(): void;
  release(): Promise<void>;
}
