/** Spreading what is known on some cells of a grid over others (see `../../retouch/meet-border.ts`). */
import { note, relax, UNKNOWN } from "./relax";

/** What a cell is: nothing, known, or sought. */
const NOTHING: u8 = 0;
const SOUGHT: u8 = 2;

/**
 * Solves Δs = `pull` · s in the cells that `kinds` says are sought by over-relaxation; `values` holds four floats a cell, `scratch`
 * has room for an `UNKNOWN` a cell.
 */
export function spread(
  values: usize,
  kinds: usize,
  width: i32,
  height: i32,
  scratch: usize,
  pull: f32,
  sweeps: i32,
  over: f32,
): void {
  let end = scratch;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (load<u8>(kinds + i) !== SOUGHT) continue;
      const left = beside(values, kinds, i, x > 0 ? -1 : 0);
      const right = beside(values, kinds, i, x < width - 1 ? 1 : 0);
      const above = beside(values, kinds, i, y > 0 ? -width : 0);
      const below = beside(values, kinds, i, y < height - 1 ? width : 0);
      note(end, values + (i << 4), left, right, above, below, f32x4.splat(0));
      end += UNKNOWN;
    }
  }
  relax(scratch, end, sweeps, 4 + pull, over);
}

/** Where the cell `step` further on lies; the cell itself where nothing is known and nothing sought: no pull. */
function beside(values: usize, kinds: usize, i: i32, step: i32): usize {
  return values + ((load<u8>(kinds + i + step) === NOTHING ? i : i + step) << 4);
}
