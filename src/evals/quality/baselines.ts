/** What the tiers are compared with: pictures that need no model and no engine's judgement. */
import { boundingBox, dilate } from "../../engine/geometry/mask.ts";
import type { Rgb } from "../../engine/raster.ts";
import { blendInto } from "../../engine/retouch/blend.ts";
import { cropMask, cropRgb, growBox } from "../../engine/retouch/resample.ts";
import { teleaFill } from "../../engine/retouch/telea.ts";
import { warpCutout } from "../../engine/retouch/warp.ts";
import type { Cv } from "../../engine/segment/opencv.ts";
import type { Scene } from "./scene.ts";

export const BASELINES = ["nothing", "paste", "telea"] as const;

/** Do nothing; paste and leave; warp + Telea, which fills the hole (3 pixels wider than the region) and then pastes. */
export function baselinePictures(scene: Scene, cv: Cv): Record<(typeof BASELINES)[number], Rgb> {
  return {
    nothing: scene.input,
    paste: pasted(scene.input, scene),
    telea: pasted(teleaFill(scene.input, dilate(scene.region, 3), cv), scene),
  };
}

/** The region as selected, its border made smooth by the resampling alone. */
function pasted(ground: Rgb, { input, region, affine }: Scene): Rgb {
  const picture = { ...ground, data: new Uint8Array(ground.data) };
  const box = growBox(boundingBox(region) ?? [0, 0, 1, 1], 2, input);
  const cutout = { origin: [box[0], box[1]] as const, rgb: cropRgb(input, box), alpha: cropMask(region, box) };
  const sprite = warpCutout(cutout, affine, [0, 0, input.width, input.height]);
  if (sprite) blendInto(picture, { ...sprite, weight: sprite.alpha }, [0, 0]);
  return picture;
}
