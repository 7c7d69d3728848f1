/** How dark a shadow is, everywhere: where it was seen, where it runs out, and under the thing that throws it. */
import { dilate, distancesTo, subtract, union } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
import { boxMean } from "./box-mean.ts";
import { type Dimming, dimmingOf, isDimmed } from "./dimmed-ground.ts";
import { harmonic } from "./harmonic.ts";

/** A shadow has run out so far from where it was found … */
const NEXT = 6;
/** … or so far, where the ground is even enough that it can be told from ground beyond that: within so much depth. */
const FAR = 14;
const ALIKE = 0.03;
/** Outside a region a soft shadow is no deeper than this. */
const SHALLOW = 0.32;
/** The thing's border is no ground. */
const BORDER = 2;
/** Darkness is a mean within so many pixels. */
const SMOOTH = 2;

/** By the ground near the region; where that farther away, which no soft shadow dims, says the same, the ground is so even that
 * the shadow can be measured beyond the region as well. */
export function darknessOf(view: Rgb, shadow: Mask, region: Mask, near: Dimming): Mask {
  const far = dimmingOf(view, union(region, dilate(shadow, FAR)), BORDER);
  if (far === undefined || apart(near, far, shadow) >= ALIKE) {
    return darknessAround(shadow, shadow, union(region, dilate(shadow, NEXT)), NEXT, near);
  }
  const around = dilate(shadow, FAR);
  const thing = dilate(subtract(region, shadow), BORDER);
  const ground = { ...around, data: around.data.map((value, i) => (isGround(far, i, shadow, thing) ? value : 0)) };
  return darknessAround(shadow, ground, union(region, around), FAR, far);
}

/** In the shadow or beyond it, and there no darker than where it leaves the region: what else stands there is no ground. */
function isGround(far: Dimming, i: number, shadow: Mask, thing: Mask): boolean {
  if ((thing.data[i] ?? 0) > 0) return false;
  return (shadow.data[i] ?? 0) > 0 || (isDimmed(far, i) && (far.depth[i] ?? 0) < SHALLOW);
}

/** Root mean square difference of depth inside the mask. */
function apart(a: Dimming, b: Dimming, { data }: Mask): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    sum += ((a.depth[i] ?? 0) - (b.depth[i] ?? 0)) ** 2;
    count++;
  }
  return Math.sqrt(sum / Math.max(count, 1));
}

/** Measured on the ground, fading within `reach` of the shadow; none outside `sought`; smooth between, as under the thing. */
function darknessAround(shadow: Mask, ground: Mask, sought: Mask, reach: number, { depth }: Dimming): Mask {
  const { width, height } = shadow;
  const inside = Float32Array.from(ground.data, (value) => (value > 0 ? 1 : 0));
  const lost = inside.map((share, i) => share * (1 - Math.exp(-(depth[i] ?? 0))));
  const [sums, shares] = [boxMean(lost, width, height, 1, SMOOTH), boxMean(inside, width, height, 1, SMOOTH)];
  const away = distancesTo(shadow);
  const values = inside.map((share, i) => {
    const t = Math.max(0, 1 - (away[i] ?? 0) / reach);
    return share > 0 ? (t * t * (3 - 2 * t) * (sums[i] ?? 0)) / Math.max(shares[i] ?? 0, 1e-6) : 0;
  });
  const fixed = Uint8Array.from(inside, (share, i) => (share > 0 || sought.data[i] === 0 ? 1 : 0));
  const field = harmonic({ width, height }, fixed, values);
  return { width, height, data: Uint8Array.from(field, (value) => Math.round(255 * Math.min(Math.max(value, 0), 1))) };
}
