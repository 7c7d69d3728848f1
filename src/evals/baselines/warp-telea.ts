/** What a program of twenty years ago would do: the region warped and pasted hard, its old place filled by Telea. */
import { boundingBox, dilate, emptyMask, intersect, union } from "../../engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../engine/raster.ts";
import type { GateRegion } from "../../engine/retouch/gates.ts";
import { cropMask, cropRgb, growBox, wholeBox } from "../../engine/retouch/resample.ts";
import { teleaFill } from "../../engine/retouch/telea.ts";
import { warpCutout } from "../../engine/retouch/warp.ts";
import { loadOpenCv } from "../../engine/segment/opencv.ts";
import type { Baseline } from "../baseline.ts";
import type { Zones } from "../sample.ts";
import { bake } from "./bake.ts";

/** Pixels that the hole is wider than the region, so that no rim of the thing stays behind. */
const WIDER = 2;

export const warpTelea: Baseline = {
  name: "telea",
  label: "warp + Telea",
  about: "The region warped by its motion and pasted hard; what it left filled by Telea's fast marching (OpenCV).",
  async run({ original, zones, dir }) {
    const start = performance.now();
    const cv = await loadOpenCv();
    const filled = teleaFill(original.rgb, holeOf(zones), cv);
    const after = zones.regions.reduce((below, region) => pasted(below, original.rgb, region), filled);
    const image = await bake(dir, original, after, zones.editable);
    return { image, seconds: (performance.now() - start) / 1000 };
  },
};

function holeOf({ regions, editable }: Zones): Mask {
  const vacated = regions.map((region) => region.vacated).reduce(union, emptyMask(editable));
  return intersect(dilate(vacated, WIDER), editable);
}

function pasted(below: Rgb, original: Rgb, { source, target, affine }: GateRegion): Rgb {
  const box = boundingBox(source);
  if (box === null) return below;
  const grown = growBox(box, 2, original);
  const cutout = {
    origin: [grown[0], grown[1]] as const,
    rgb: cropRgb(original, grown),
    alpha: cropMask(source, grown),
  };
  const sprite = warpCutout(cutout, affine, wholeBox(original));
  if (sprite === undefined) return below;
  const data = below.data.slice();
  const [x0, y0] = sprite.box;
  sprite.alpha.data.forEach((alpha, i) => {
    const at = (y0 + Math.floor(i / sprite.rgb.width)) * below.width + x0 + (i % sprite.rgb.width);
    if (alpha <= 127 || (target.data[at] ?? 0) <= 127) return;
    data.set(sprite.rgb.data.subarray(3 * i, 3 * i + 3), 3 * at);
  });
  return { ...below, data };
}
