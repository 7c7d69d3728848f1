/** A second guess at what was in the hole: where two guesses differ nobody knows, and their mean is nearer to the truth than
 * either, in tones that no one takes for detail. */
import type { Mask, Rgb } from "../raster.ts";
import type { Cells } from "./lattice-sample.ts";
import { matchLowTones } from "./membrane.ts";
import { type Level, PIXEL } from "./patch-level.ts";

/** Of the difference to the guesses' mean, blurred over 3×3 cells of the second finest level, so much is taken over. All of it
 * would be nearer to the truth still, and hazy along silhouettes. */
const LEAN = { share: 0.8, most: Number.POSITIVE_INFINITY, reach: 1 };

/** `filled` with tones that lean towards the mean of both guesses where `covered` is > 127. */
export function leanToGuesses(filled: Rgb, guesses: readonly [Level, Level], covered: Mask): Rgb {
  return matchLowTones(filled, meanOf(guesses), covered, covered, LEAN);
}

function meanOf([one, other]: readonly [Level, Level]): Cells {
  const data = one.pixels.map((value, i) => (value + (other.pixels[i] as number)) / 2); // of the same size
  return { data, width: one.width, height: one.height, channels: PIXEL };
}
