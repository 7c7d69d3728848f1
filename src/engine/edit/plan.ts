/** The first half of every edit, whatever its tier: decode, resolve the recipe, warn about what the model ignores. */
import type { Warning } from "../api.ts";
import { type DecodeOptions, decodeImage, toRgb } from "../image/decode.ts";
import type { NativeImage } from "../image/native.ts";
import { maskDataUri, maskLimits, readMask } from "../image/raster-io.ts";
import { pictureOptions } from "../models/settings.ts";
import type { Mask, Rgb } from "../raster.ts";
import type { SegmentSpec } from "../recipe/rasterise.ts";
import { type ResolvedEdit, resolveRecipe } from "../recipe/resolve.ts";
import type { Recipe } from "../recipe/schema.ts";
import { isPart } from "../retouch/attachment.ts";
import type { Cv } from "../segment/opencv.ts";
import { type Hint, selectFromHint } from "../segment/select.ts";
import { lintPicture } from "./picture-lint.ts";
import { markWarnings, pictureMark } from "./picture-mark.ts";

export interface EditPlan {
  readonly native: NativeImage;
  /** sRGB copy of the picture. */
  readonly rgb: Rgb;
  readonly edit: ResolvedEdit;
  readonly warnings: readonly Warning[];
}

export async function planEdit(
  image: string,
  recipe: Recipe,
  baseDir: string,
  cv: () => Promise<Cv>,
  limits: DecodeOptions = {},
): Promise<EditPlan> {
  const picture = pictureOptions(recipe.options);
  const native = await decodeImage(image, limits);
  const rgb = await toRgb(native);
  const selecting: Warning[] = [];
  const io = { ...regionIo(rgb, baseDir, cv, selecting), isPart: (region: Mask) => isPart(rgb, region) };
  const mark = pictureMark(native);
  const resolved = await resolveRecipe(recipe, native, io, { ...paperConstants(recipe), ...picture });
  const edit = { ...resolved, recipe: { ...resolved.recipe, picture: mark } };
  const doubts = [...lintPicture(rgb, edit.operations), ...markWarnings(recipe.picture, mark)];
  return { native, rgb, edit, warnings: [...native.warnings, ...selecting, ...edit.warnings, ...doubts] };
}

/** The published code neither grows regions nor widens the rectangles around them. */
function paperConstants({ options }: Recipe): { dilate?: number; margin?: number } {
  return options.fidelity === "paper code" ? { dilate: 0, margin: 0 } : {};
}

/** How regions of a recipe are read: mask files beside it, "what is at this point" and "the thing in this box" by the segmenter,
 * whose doubts are added to `warnings`. */
export function regionIo(rgb: Rgb, baseDir: string, cv: () => Promise<Cv>, warnings: Warning[] = []) {
  return {
    readMask: (path: string) => readMask(path, baseDir, maskLimits(rgb)),
    encodeMask: (mask: Mask) => maskDataUri(mask),
    segment: async (wanted: SegmentSpec) => {
      const found = selectFromHint(rgb, hintOf(wanted), await cv());
      warnings.push(...found.warnings);
      return found.mask;
    },
  };
}

export function hintOf(wanted: SegmentSpec): Hint {
  return "object" in wanted
    ? { type: "box", box: wanted.object }
    : { type: "points", points: [{ point: wanted.at, positive: true }] };
}
