/** From a hint to a mask file: drawn shapes taken as they are or refined, points, the salient object. */
import type { Selection, SelectRequest } from "../api.ts";
import { areaShare, boundingBox, centroidOf } from "../geometry/mask.ts";
import { type DecodeOptions, decodeImage, toRgb } from "../image/decode.ts";
import { writePng } from "../image/raster-io.ts";
import type { Rgb } from "../raster.ts";
import { rasteriseRegion } from "../recipe/rasterise.ts";
import type { Cv } from "../segment/opencv.ts";
import { type Hint, type Selected, selectFromHint } from "../segment/select.ts";
import { shapeWarnings } from "../segment/warnings.ts";
import { regionIo } from "./plan.ts";

export async function selectRegion(
  request: SelectRequest,
  cv: () => Promise<Cv>,
  limits: DecodeOptions = {},
): Promise<Selection> {
  const rgb = await toRgb(await decodeImage(request.image, limits));
  const { mask, confidence, warnings } = await selected(request, rgb, cv);
  await writePng(request.maskPath, mask);
  const box = boundingBox(mask) ?? [0, 0, 0, 0];
  return { box, centroid: centroidOf(mask), area: areaShare(mask), confidence, warnings: [...warnings] };
}

async function selected(request: SelectRequest, rgb: Rgb, cv: () => Promise<Cv>): Promise<Selected> {
  const { hint } = request;
  if (hint.type !== "region") return binary(selectFromHint(rgb, hint, await cv()));
  const mask = await rasteriseRegion(hint.region, rgb, regionIo(rgb, request.baseDir ?? "", cv));
  if (!hint.refine) return { mask, confidence: 1, warnings: shapeWarnings(mask) };
  const rough: Hint = "box" in hint.region ? { type: "box", box: hint.region.box } : { type: "mask", mask };
  return binary(selectFromHint(rgb, rough, await cv()));
}

/** Mask files count any non-zero value as inside, so soft borders end at the half. */
function binary(result: Selected): Selected {
  const data = result.mask.data.map((value) => (value > 127 ? 255 : 0));
  return { ...result, mask: { ...result.mask, data } };
}
