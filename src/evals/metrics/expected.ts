/** What each zone is compared with: the original, and in the target zone the affinely moved source. */
import { boundingBox } from "../../engine/geometry/mask.ts";
import type { Mask, Rgb } from "../../engine/raster.ts";
import { cropRgb, growBox, wholeBox } from "../../engine/retouch/resample.ts";
import { type Cutout, warpCutout } from "../../engine/retouch/warp.ts";
import type { Sample } from "../sample.ts";
import type { Zone } from "./zones.ts";

/** Of the original's size; the original itself but for the target zone. */
export function expectedIn(sample: Pick<Sample, "original" | "regions">, zone: Zone): Rgb {
  return zone === "target" ? movedPicture(sample) : sample.original.rgb;
}

/** The original with every region drawn again at its target, over what was there. */
function movedPicture({ original, regions }: Pick<Sample, "original" | "regions">): Rgb {
  const { rgb } = original;
  const data = rgb.data.slice();
  for (const { source, target, affine } of regions) {
    const cutout = around(rgb, source);
    const moved = cutout && warpCutout(cutout, affine, wholeBox(rgb));
    if (moved === undefined) continue;
    const [x0, y0] = moved.box;
    for (let i = 0; i < moved.alpha.data.length; i++) {
      const at = (y0 + Math.floor(i / moved.rgb.width)) * rgb.width + x0 + (i % moved.rgb.width);
      if ((target.data[at] ?? 0) <= 127 || (moved.alpha.data[i] ?? 0) < 255) continue;
      data.set(moved.rgb.data.subarray(3 * i, 3 * i + 3), 3 * at);
    }
  }
  return { ...rgb, data };
}

/** Opaque surroundings: the reference must not darken at the source's border. */
function around(rgb: Rgb, source: Mask): Cutout | undefined {
  const box = boundingBox(source);
  if (box === null) return undefined;
  const grown = growBox(box, 4, rgb);
  const part = cropRgb(rgb, grown);
  const alpha = { ...part, data: new Uint8Array(part.width * part.height).fill(255) };
  return { origin: [grown[0], grown[1]], rgb: part, alpha };
}
