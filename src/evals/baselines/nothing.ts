/** The picture as it was: what does not beat it has not edited anything. */
import type { Baseline } from "../baseline.ts";

export const doNothing: Baseline = {
  name: "nothing",
  label: "do nothing",
  about: "The input, unchanged.",
  run: ({ image }) => Promise.resolve({ image, seconds: 0 }),
};
