/** Memory for large pictures: compiled graphs keep what their runs needed at most, and are made anew in about a second. */
import type { Bundle } from "../models/bundle.ts";
import type { Rgb } from "../raster.ts";

/** Pixels from which a picture's own memory, about 28 bytes a pixel at its peak, is dearer than that second. */
const LARGE = 24e6;
/** Bytes of weights, as stored, that are read anew in about a second. */
const SMALL_MODEL = 256 * 2 ** 20;

/** Frees the bundle's graphs if picture and model are worth it. For moments at which only the picture is worked on;
 * `stored` are the transformer's bytes as stored. */
export async function spareGraphs(
  { width, height }: Pick<Rgb, "width" | "height">,
  bundle: Pick<Bundle, "release">,
  stored: number,
): Promise<void> {
  if (width * height >= LARGE && stored <= SMALL_MODEL) await bundle.release();
}
