/** New coefficients for the blocks that an edit met; all others stay as they are. */
import { type Change, changedAt, samplesAt } from "./change.ts";
import { colourModel, SAMPLES, type SampleOf } from "./colours.ts";
import { forwardDct, inverseDct } from "./dct.ts";
import { type Component, type Jpeg, ZIGZAG } from "./jpeg.ts";
import { walkMcu } from "./walk.ts";

/**
 * Writes into the jpeg's coefficients, in MCUs that are `touched`. A sample whose pixels did not change keeps what the old
 * coefficients say before they are rounded and cut to 0–255; one of several pixels, some changed, is the mean of both.
 */
export function replaceBlocks(jpeg: Jpeg, change: Change, touched: Uint8Array): void {
  const samples = SAMPLES[colourModel(jpeg)];
  touched.forEach((isTouched, mcu) => {
    if (isTouched === 0) return;
    const [x, y] = [mcu % jpeg.mcusWide, Math.trunc(mcu / jpeg.mcusWide)];
    jpeg.components.forEach((component, i) => {
      const sampleOf = samples[i];
      if (sampleOf !== undefined)
        walkMcu(component, x, y, (at) => replaceBlock({ jpeg, component, sampleOf, change }, at));
    });
  });
}

interface Wanted {
  readonly jpeg: Jpeg;
  readonly component: Component;
  readonly sampleOf: SampleOf;
  readonly change: Change;
}

function replaceBlock(wanted: Wanted, at: number): void {
  const { component } = wanted;
  const block = at / 64;
  const [x, y] = [8 * (block % component.stride), 8 * Math.trunc(block / component.stride)];
  const target = inverseDct(dequantised(component, at));
  let changed = false;
  for (let i = 0; i < 64; i++) {
    const sample = blended(wanted, x + (i & 7), y + (i >> 3), target[i] ?? 0);
    if (sample === undefined) continue;
    target[i] = sample;
    changed = true;
  }
  if (changed) quantise(component, at, forwardDct(target));
}

/** The mean over the pixels of the component's sample [x, y]; undefined where none changed. Beyond the picture its last row
 * and column go on. */
function blended({ jpeg, component, sampleOf, change }: Wanted, x: number, y: number, old: number): number | undefined {
  const [width, height] = component.cell;
  let [sum, changed] = [0, 0];
  for (let v = y * height; v < (y + 1) * height; v++) {
    for (let u = x * width; u < (x + 1) * width; u++) {
      const at = samplesAt(change, Math.min(u, jpeg.width - 1), Math.min(v, jpeg.height - 1));
      if (!changedAt(change, at)) continue;
      sum += sampleOf(change.after.samples, at);
      changed++;
    }
  }
  return changed === 0 ? undefined : (sum + (width * height - changed) * old) / (width * height);
}

function dequantised({ coefficients, steps }: Component, at: number): Float64Array {
  const block = new Float64Array(64);
  for (let k = 0; k < 64; k++) block[ZIGZAG[k] ?? 0] = (coefficients[at + k] ?? 0) * (steps[k] ?? 1);
  return block;
}

/** Limits are those of what an 8-bit picture can be written with. */
function quantise({ coefficients, steps }: Component, at: number, block: Float64Array): void {
  for (let k = 0; k < 64; k++) {
    const most = k === 0 ? 1024 : 1023;
    const value = Math.round((block[ZIGZAG[k] ?? 0] ?? 0) / (steps[k] ?? 1));
    coefficients[at + k] = Math.min(1023, Math.max(-most, value));
  }
}
