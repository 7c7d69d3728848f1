/** The region's own colours: at the matte's border photo pixels are a mixture with the background, which must not travel. */
import type { Mask, Rgb } from "../raster.ts";
import { boxMean } from "./guided-filter.ts";

/** Alpha from which a pixel counts as the object's own colour. */
const PURE = 250;

/**
 * Foreground colours F with picture ≈ α·F + (1 − α)·B: pure pixels keep their colour, those below take the mean of the
 * pure ones within `radius` pixels (then of wider windows). Same size as the inputs.
 */
export function foregroundColours(rgb: Rgb, alpha: Mask, radius: number): Rgb {
  let sums = pureSums(rgb, alpha);
  const data = new Uint8Array(rgb.data);
  const known = Uint8Array.from(alpha.data, (value) => (value >= PURE || value === 0 ? 1 : 0));
  for (let reach = Math.max(1, radius); known.includes(0) && reach <= 64 * radius; reach *= 2) {
    sums = boxMean(sums, rgb.width, rgb.height, 4, reach);
    fillKnown(data, known, sums);
  }
  return { ...rgb, data };
}

/** [H, W, 4]: R G B and 1 where the matte is pure, else 0. */
function pureSums(rgb: Rgb, alpha: Mask): Float32Array {
  const sums = new Float32Array(alpha.data.length * 4);
  alpha.data.forEach((value, i) => {
    if (value < PURE) return;
    for (let c = 0; c < 3; c++) sums[i * 4 + c] = rgb.data[i * 3 + c] ?? 0;
    sums[i * 4 + 3] = 1;
  });
  return sums;
}

function fillKnown(data: Uint8Array, known: Uint8Array, sums: Float32Array): void {
  known.forEach((done, i) => {
    const weight = sums[i * 4 + 3] ?? 0;
    if (done || weight < 1e-4) return;
    for (let c = 0; c < 3; c++) data[i * 3 + c] = Math.round((sums[i * 4 + c] ?? 0) / weight);
    known[i] = 1;
  });
}
