/** Better matches from the neighbours' and from random places (Barnes et al. 2009), upright or turned: passes over a level by
 * `../kernels/assembly/improve.ts`. */
import type { Random } from "./grain.ts";
import type { Level } from "./patch-level.ts";
import { TURNS } from "./turns.ts";

/** Costs of the present field, after the pixels have changed. */
export function measureField({ arena, record }: Level): void {
  arena.kernels.measureField(record);
}

/** One pass: `order` +1 takes over from left and above, −1 from right and below; then random places ever nearer. */
export function improveField({ arena, record }: Level, order: 1 | -1, random: Random): void {
  random.state = arena.kernels.improveField(record, order, TURNS.length, random.state);
}
