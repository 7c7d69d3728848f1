/** A fill that meets what is around it: near its border a hole's content is known best from there, far inside from the copies.
 * What differs on the rim is added inside, less and less with the distance (a screened membrane, Bhat et al., "Fourier Analysis
 * of the 2D Screened Poisson Equation", 2008); what varies along the rim fades soonest. */
import { dilate, type Size, subtract } from "../geometry/mask.ts";
import type { Mask, Rgb } from "../raster.ts";
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

/** Per cell, [H, W, 3]: mean of what is there less the fill; `known` counts the pixels it is the mean of. */
interface Steps extends Size {
  readonly values: Float32Array;
  readonly known: Uint16Array;
}

/** `filled`, changed in `hole` (> 127) only: on the rim around it `filled` must hold the fill too, as far as `covered`, and
 * `original` what is there. */
export function meetBorder(original: Rgb, filled: Rgb, covered: Mask, hole: Mask): Rgb {
  const steps = stepsOf(subtract(dilate(hole, RIM), hole), original, filled, covered);
  spread(steps, openCells(hole, steps));
  return withTones(filled, { ...steps, data: steps.values, channels: 3 }, hole);
}

function stepsOf(rim: Mask, original: Rgb, filled: Rgb, covered: Mask): Steps {
  const { width, height } = fitWithin(rim.width, rim.height, EDGE);
  const [values, known] = [new Float32Array(width * height * 3), new Uint16Array(width * height)];
  forEachPixelOf(rim, (i, x, y) => {
    if ((covered.data[i] as number) <= 127) return;
    const cell = cellOf(x, y, rim, { width, height });
    const count = (known[cell] as number) + 1;
    known[cell] = count;
    for (let c = 0; c < 3; c++) {
      const step = (original.data[i * 3 + c] as number) - (filled.data[i * 3 + c] as number);
      const mean = values[cell * 3 + c] as number;
      values[cell * 3 + c] = mean + (step - mean) / count;
    }
  });
  return { width, height, values, known };
}

/** Cells with pixels of the hole and none of the rim. */
function openCells(hole: Mask, { width, height, known }: Steps): Int32Array {
  const inside = new Uint8Array(known.length);
  forEachPixelOf(hole, (_, x, y) => {
    inside[cellOf(x, y, hole, { width, height })] = 1;
  });
  return Int32Array.from([...inside.keys()].filter((cell) => inside[cell] === 1 && known[cell] === 0));
}

/** Solves Δs = s / REACH² in the open cells by successive over-relaxation. */
function spread(steps: Steps, open: Int32Array): void {
  const around = neighboursOf(steps, open);
  const { values } = steps;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let n = 0; n < open.length; n++) {
      const at = (open[n] as number) * 3;
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let k = n * 4; k < n * 4 + 4; k++) sum += values[(around[k] as number) * 3 + c] as number;
        const was = values[at + c] as number;
        values[at + c] = was + OVER_RELAXATION * (sum / (4 + 1 / REACH ** 2) - was);
      }
    }
  }
}

/** Left, right, above and below of each open cell; the cell itself where nothing is known and nothing sought: no pull. */
function neighboursOf({ width, height, known }: Steps, open: Int32Array): Int32Array {
  const says = Uint8Array.from(known, (count) => Math.min(count, 1));
  for (const cell of open) says[cell] = 1;
  const out = new Int32Array(open.length * 4);
  open.forEach((cell, n) => {
    const [x, y] = [cell % width, Math.floor(cell / width)];
    const beside = [x > 0 ? -1 : 0, x < width - 1 ? 1 : 0, y > 0 ? -width : 0, y < height - 1 ? width : 0];
    out.set(
      beside.map((step) => (says[cell + step] === 1 ? cell + step : cell)),
      n * 4,
    );
  });
  return out;
}
