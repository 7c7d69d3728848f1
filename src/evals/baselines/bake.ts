/** A baseline's picture as a file that compares with the edit's: the input's own samples outside the editable area. */
import { join } from "node:path";
import { applyEdit } from "../../engine/image/composite.ts";
import { outputFormat, writeImage } from "../../engine/image/encode.ts";
import type { Mask, Rgb } from "../../engine/raster.ts";
import type { Shot } from "../sample.ts";

/** Writes `image.*` into `dir` and gives its path. `after` has the picture's size. */
export async function bake(dir: string, { native, rgb }: Shot, after: Rgb, editable: Mask): Promise<string> {
  const { samples } = await applyEdit(native, { before: rgb, after, weight: editable });
  const format = outputFormat(undefined, native);
  const path = join(dir, `image.${format}`);
  const { icc, exif, xmp, display } = native;
  await writeImage(path, { ...native, samples }, { format, icc, exif, xmp, display, embed: false });
  return path;
}
