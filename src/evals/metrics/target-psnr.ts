/**
 * target_psnr: the target zone of the result against the affinely moved source. Higher is better: the thing arrived with
 * its detail. Its rim (1 pixel) and what leaves the picture do not count. Unit: dB (100 = identical). Noise: none.
 * Source: PSNR; the zone and its reference are this project's own, after the supervision target of DragFlow Eq. 4.
 */
import { boundingBox, erode, intersect } from "../../engine/geometry/mask.ts";
import type { Rgb } from "../../engine/raster.ts";
import type { GateRegion } from "../../engine/retouch/gates.ts";
import { cropMask, cropRgb, growBox, wholeBox } from "../../engine/retouch/resample.ts";
import { warpCutout } from "../../engine/retouch/warp.ts";
import { NO_NOISE, type Scorer } from "../scorer.ts";
import { psnr, type SquaredError, squaredError } from "./psnr.ts";

export const targetPsnr: Scorer = {
  name: "target_psnr",
  label: "target dB",
  direction: "up",
  unit: "dB",
  digits: 1,
  source: "PSNR; zone and reference after the supervision target of DragFlow Eq. 4",
  noise: NO_NOISE,
  score: ({ original, result, regions }) =>
    psnr(regions.flatMap((region) => errorOf(original.rgb, result.rgb, region))),
};

function errorOf(before: Rgb, after: Rgb, { source, target, affine }: GateRegion): SquaredError[] {
  const box = boundingBox(source);
  if (box === null) return [];
  // Opaque surroundings: the reference must not darken at the source's border.
  const around = growBox(box, 4, before);
  const rgb = cropRgb(before, around);
  const alpha = { ...rgb, data: new Uint8Array(rgb.width * rgb.height).fill(255) };
  const moved = warpCutout({ origin: [around[0], around[1]], rgb, alpha }, affine, wholeBox(before));
  if (moved === undefined) return [];
  const opaque = { ...moved.alpha, data: moved.alpha.data.map((a) => (a === 255 ? 255 : 0)) };
  const where = erode(intersect(cropMask(target, moved.box), opaque), 1);
  return [squaredError(moved.rgb, cropRgb(after, moved.box), where)];
}
