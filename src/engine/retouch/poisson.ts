/** Joining copies from places of different brightness: keep each copy's gradients, let go of the steps between copies
 * (Pérez et al., "Poisson Image Editing", 2003). In a sky those steps are what shows. */
import type { Level } from "./patch-level.ts";

/** Solves the level's hole pixels from the matches' gradients with the known pixels around as border; changes `pixels`. */
export function joinGradients({ arena, record }: Level): void {
  arena.kernels.joinGradients(record);
}
