/** Networks that scorers may ask; each is there only where its weights were given. */
import type { Planes } from "../../engine/drag/resize.ts";
import type { Lpips } from "../../engine/metrics/lpips.ts";
import type { Rgb } from "../../engine/raster.ts";
import type { Judge } from "../judge.ts";

/** How a measure wants the picture seen: MD_1 at its own size, MD_2 as a square. A network with one way of its own takes no
 * notice. */
export type Seeing = "native" | "square";

/** Makes feature maps in which places that show the same thing are alike. */
export interface FeatureMaps {
  /** Network, layer and time, for the report. */
  readonly name: string;
  /** (C, h, w); the map covers the whole picture. */
  maps(rgb: Rgb, seeing: Seeing): Promise<Planes>;
}

export interface Networks {
  readonly lpips?: Lpips | undefined;
  readonly features?: FeatureMaps | undefined;
  readonly judge?: Judge | undefined;
}
