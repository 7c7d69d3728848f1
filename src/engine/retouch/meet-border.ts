/** A fill that meets what is around it: near its border a hole's content is known best from there, far inside from the copies.
 * What differs on the rim is added inside, less and less with the distance (a screened membrane, Bhat et al., "Fourier Analysis
 * of the 2D Screened Poisson Equation", 2008); what varies along the rim fades soonest. */
import { dilate, type Size, subtract } from "../geometry/mask.ts";
import { Arena } from "../kernels/arena.ts";
import type { Mask, Rgb } from "../raster.ts";
import { cellsAlong } from "./lattice-sample.ts";
import { cellOf, forEachPixelOf, withTones } from "./membrane.ts";
import { fitWithin } from "./resample.ts";

/** The difference is spread on a grid of at most so many cells from side to side … */
const EDGE = 200;
/** … and falls to a third over so many of them. */
const REACH = 12;
const SWEEPS = 40;
const OVER_RELAXATION = 1.6;
/** It is seen on so many pixels beyond the hole. */
const RIM = 2;

/** What the kernel is told of a cell; 0 means neither. */
const KNOWN = 1;
const SOUGHT = 2;
/** Bytes that the kernel needs for each cell. */
const SCRATCH = 48;

/** Per cell, [H, W, 4]: mean of what is there less the fill, and 0; `known` counts the pixels it is the mean of. The values lie in
 * the arena. */
interface Steps extends Size {
  readonly arena: Arena;
  readonly values: Float32Array;
  readonly known: Uint16Array;
}

/** `filled`, changed in `hole` (> 127) only: on the rim around it `filled` must hold the fill too, as far as `covered`, and
 * `original` what is there. */
export function meetBorder(original: Rgb, filled: Rgb, covered: Mask, hole: Mask): Rgb {
  const steps = stepsOf(subtract(dilate(hole, RIM), hole), original, filled, covered);
  spread(steps, hole);
  return withTones(filled, { ...steps, data: steps.values, channels: 4 }, hole);
}

function stepsOf(rim: Mask, original: Rgb, filled: Rgb, covered: Mask): Steps {
  const { width, height } = fitWithin(rim.width, rim.height, EDGE);
  const cells = width * height;
  const arena = new Arena(cells * (16 + 1) + 64, cells * SCRATCH);
  const [values, known] = [arena.floats(cells * 4), new Uint16Array(cells)];
  forEachPixelOf(rim, (i, x, y) => {
    if ((covered.data[i] as number) <= 127) return;
    const cell = cellOf(x, y, rim, { width, height });
    const count = (known[cell] as number) + 1;
    known[cell] = count;
    for (let c = 0; c < 3; c++) {
      const step = (original.data[i * 3 + c] as number) - (filled.data[i * 3 + c] as number);
      const mean = values[cell * 4 + c] as number;
      values[cell * 4 + c] = mean + (step - mean) / count;
    }
  });
  return { arena, width, height, values, known };
}

/** Solves Δs = s / REACH² in the cells that hold pixels of the hole and none of the rim. */
function spread({ arena, width, height, values, known }: Steps, hole: Mask): void {
  const kinds = arena.bytes(known.length);
  const [columns, rows] = [cellsAlong(hole.width, width), cellsAlong(hole.height, height)];
  for (let y = 0, i = 0; y < hole.height; y++) {
    const row = (rows[y] as number) * width;
    for (let x = 0; x < hole.width; x++, i++)
      if ((hole.data[i] as number) > 127) kinds[row + (columns[x] as number)] = SOUGHT;
  }
  for (let cell = 0; cell < known.length; cell++) if (known[cell] !== 0) kinds[cell] = KNOWN;
  const [at, of] = [values.byteOffset, kinds.byteOffset];
  arena.kernels.spread(at, of, width, height, arena.scratch, 1 / REACH ** 2, SWEEPS, OVER_RELAXATION);
}
