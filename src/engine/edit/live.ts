/** What an edit looks like while somebody drags: the preview tier on a copy of the picture at screen size. Nothing is
 * written, nothing is measured. */

import type { LivePreview, LiveRequest } from "../api.ts";
import type { DecodeOptions } from "../image/decode.ts";
import { liveView } from "../image/views.ts";
import { type PictureOptions, pictureOptions } from "../models/settings.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import type { SegmentSpec } from "../recipe/rasterise.ts";
import {
  defaultConstants,
  type ResolveConstants,
  type ResolvedOperation,
  type ResolveIo,
  resolveRecipe,
} from "../recipe/resolve.ts";
import { scaleRecipe } from "../recipe/scale.ts";
import { isPart } from "../retouch/attachment.ts";
import { PlateCache } from "../retouch/plate-cache.ts";
import { compositePlate, type PreviewOperation } from "../retouch/preview.ts";
import { cropRgb } from "../retouch/resample.ts";
import type { Cv } from "../segment/opencv.ts";
import { selectFromHint } from "../segment/select.ts";
import { frameOf, intoPicture } from "./frame.ts";
import { hintOf } from "./plan.ts";
import { ScreenCopies, type ScreenCopy } from "./screen-copies.ts";

const MAX_EDGE = 768;

export interface LiveResources {
  readonly limits: DecodeOptions;
  cv(): Promise<Cv>;
}

/** Keeps copies and plates between calls, so that only the first of a drag is slow. */
export class LivePreviews {
  readonly #copies = new ScreenCopies();
  readonly #plates = new PlateCache();
  readonly #parts = new WeakMap<Uint8Array, boolean>();

  async preview(request: LiveRequest, resources: LiveResources): Promise<LivePreview> {
    const { image, recipe, baseDir, maxEdge = MAX_EDGE, whole = false } = request;
    const copy = await this.#copies.picture(image, maxEdge, resources.limits);
    const picture = pictureOptions(recipe.options);
    const io = this.#io(copy, `${image}\n${baseDir}`, baseDir, resources);
    const edit = await resolveRecipe(scaleRecipe(recipe, copy.scale), copy.rgb, io, constants(copy, picture));
    const plate = this.#plates.plateOf(copy.rgb, edit.operations.map(drawn), recipe.seed);
    const frame = frameOf(copy.rgb, edit);
    const moved = frame.edit.operations.map(drawn);
    const composed = compositePlate(plate, frame.rgb, moved, frame.edit.editable, [frame.box[0], frame.box[1]]);
    return whole
      ? shown(intoPicture(copy.rgb, composed.picture, frame.box), [0, 0, copy.rgb.width, copy.rgb.height], copy)
      : shown(cropRgb(composed.picture, frame.edit.box), edit.box, copy);
  }

  #io(copy: ScreenCopy, place: string, baseDir: string, { cv }: LiveResources): ResolveIo {
    const segmented = async (wanted: SegmentSpec) => selectFromHint(copy.rgb, hintOf(wanted), await cv()).mask;
    return {
      readMask: (path) => this.#copies.mask(path, baseDir, copy),
      // Nobody reads the resolved recipe here.
      encodeMask: async () => "data:image/png;base64,",
      segment: (wanted) => this.#copies.found(`${place}\n${JSON.stringify(wanted)}`, copy, () => segmented(wanted)),
      isPart: (region) => this.#isPart(copy.rgb, region),
    };
  }

  /** Told anew only for other pixels: dragging does not change the region. */
  #isPart(rgb: Rgb, region: Mask): boolean {
    const known = this.#parts.get(region.data);
    if (known !== undefined) return known;
    const part = isPart(rgb, region);
    this.#parts.set(region.data, part);
    return part;
  }
}

function drawn({ grown, region, keepSource, regime, at }: ResolvedOperation): PreviewOperation {
  return { mask: grown, drawn: region, keepSource, regime, at };
}

/** Those of the whole picture, at the copy's size: what is shown is what the edit will do. */
function constants(copy: ScreenCopy, { regime, dilate }: PictureOptions): ResolveConstants {
  const whole = defaultConstants(copy);
  const small = (pixels: number) => (pixels === 0 ? 0 : Math.max(1, Math.round(pixels * copy.scale)));
  return {
    regime,
    dilate: small(dilate ?? whole.dilate),
    margin: small(whole.margin),
    feather: small(whole.feather),
  };
}

async function shown(picture: Rgb, [x0, y0, x1, y1]: Box, { rgb, width, height }: ScreenCopy): Promise<LivePreview> {
  const [sx, sy] = [width / rgb.width, height / rgb.height];
  return { ...(await liveView(picture)), box: [x0 * sx, y0 * sy, x1 * sx, y1 * sy] };
}
