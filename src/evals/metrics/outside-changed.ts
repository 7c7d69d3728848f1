/**
 * outside_changed: pixels outside the editable area whose samples differ between the input file and the written file,
 * both decoded here again, in the file's own depth and channels. Lower is better, and anything but 0 breaks the product's
 * promise. Unit: pixels. Noise: none. Source: the README's "bit-exact".
 */
import type { Picture } from "../../engine/image/native.ts";
import { EditError } from "../../errors.ts";
import { NO_NOISE, type Scorer } from "../scorer.ts";

export const outsideChanged: Scorer = {
  name: "outside_changed",
  label: "outside",
  direction: "down",
  unit: "pixels",
  digits: 0,
  source: "the README's bit-exact: src/engine/image, checked here again",
  noise: NO_NOISE,
  score({ original, result, editable }) {
    checkSame(original.native, result.native);
    return editable.data.reduce(
      (sum, inside, i) => (inside === 0 && differs(original.native, result.native, i) ? sum + 1 : sum),
      0,
    );
  },
};

function differs(a: Picture, b: Picture, pixel: number): boolean {
  for (let at = pixel * a.channels; at < (pixel + 1) * a.channels; at++) {
    if (a.samples[at] !== b.samples[at]) return true;
  }
  return false;
}

function checkSame(a: Picture, b: Picture): void {
  if (shape(a) === shape(b)) return;
  throw new EditError("engine-failed", `Expected a result of ${shape(a)} like the input, got ${shape(b)}`);
}

function shape({ width, height, channels, depth }: Picture): string {
  return `${width}x${height} with ${channels} channels of ${depth} bit`;
}
