/** Networks that scorers may ask; each is there only where its weights were given. */
import type { Planes } from "../../engine/drag/resize.ts";
import type { Lpips } from "../../engine/metrics/lpips.ts";
import type { Rgb } from "../../engine/raster.ts";
import type { Judge } from "../judge.ts";

/** Makes feature maps in which places that show the same thing are alike. */
export interface FeatureMaps {
  /** Network, layer and time, for the report. */
  readonly name: string;
  /** (C, h, w); h and w follow the picture's shape. */
  maps(rgb: Rgb): Promise<Planes>;
}

export interface Networks {
  readonly lpips?: Lpips | undefined;
  readonly features?: FeatureMaps | undefined;
  readonly judge?: Judge | undefined;
}
