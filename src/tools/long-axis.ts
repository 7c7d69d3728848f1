/** How a region stands: the angle of its longest extent, from the second moments of its mask. */
import { readMask } from "../engine/image/raster-io.ts";
import type { Mask } from "../engine/raster.ts";

export interface LongAxis {
  /** Clockwise from upright, above -90 and at most 90; 90 lies flat. */
  readonly degrees: number;
  /** Extent along it over extent across it, at least 1. */
  readonly elongation: number;
}

/** Rounder than this a region has no axis worth the name. */
const ROUND = 1.15;
/** Pixels looked at along the longer edge: enough for a tenth of a degree, whatever the picture's size. */
const SAMPLES = 1024;

/** undefined for a round or empty region. Throws `mask-unreadable`. */
export async function longAxisOf(maskPath: string): Promise<LongAxis | undefined> {
  return longAxis(await readMask(maskPath, "."));
}

export function longAxis(mask: Mask): LongAxis | undefined {
  const { xx, xy, yy } = moments(mask);
  const spread = Math.hypot(xx - yy, 2 * xy);
  const across = (xx + yy - spread) / 2;
  const along = (xx + yy + spread) / 2;
  if (!(along > 0)) return undefined;
  const elongation = Math.sqrt(along / Math.max(across, 1 / 12));
  if (elongation < ROUND) return undefined;
  // Angle from the x axis, clockwise as y points down; upright is 90 degrees from there.
  const fromX = (Math.atan2(2 * xy, xx - yy) / 2) * (180 / Math.PI);
  const fromUpright = fromX + 90;
  const degrees = fromUpright > 90 ? fromUpright - 180 : fromUpright;
  return { degrees: Math.round(degrees * 10) / 10 + 0, elongation: Math.round(elongation * 100) / 100 };
}

/** Central second moments, each pixel weighed by its coverage. */
function moments({ width, height, data }: Mask): { xx: number; xy: number; yy: number } {
  const step = Math.max(1, Math.floor(Math.max(width, height) / SAMPLES));
  let [n, sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0, 0];
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const weight = data[y * width + x] ?? 0;
      if (weight === 0) continue;
      n += weight;
      sx += weight * x;
      sy += weight * y;
      sxx += weight * x * x;
      sxy += weight * x * y;
      syy += weight * y * y;
    }
  }
  if (n === 0) return { xx: 0, xy: 0, yy: 0 };
  const [mx, my] = [sx / n, sy / n];
  return { xx: sxx / n - mx * mx, xy: sxy / n - mx * my, yy: syy / n - my * my };
}
