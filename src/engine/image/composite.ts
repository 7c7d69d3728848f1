/** Carries an edit made on the sRGB copy back into the native samples, and only where it changes something. */
import type { Warning } from "../api.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { boxOfNonZero } from "./box.ts";
import { fromSrgb, luma } from "./colour.ts";
import { hasAlpha, type NativeImage, type Samples } from "./native.ts";
import { colourChannels, workingProfile } from "./to-rgb.ts";

export interface Edited {
  /** Same length, type and layout as the input's; pixels of weight 0 hold the same values. */
  readonly samples: Samples;
  readonly warnings: Warning[];
}

/**
 * `out = native + weight/255 · (N(after) − N(before))` with N the way from sRGB into the native colours. Taking the
 * difference keeps what the 8-bit sRGB copy cannot hold (16-bit detail, colours outside sRGB). Alpha never changes;
 * fully transparent pixels stay as they are. `before` is toRgb(native); all four have one size.
 */
export async function applyEdit(native: NativeImage, before: Rgb, after: Rgb, weight: Mask): Promise<Edited> {
  checkSizes(native, before, after, weight);
  const samples = native.samples.slice();
  const active = activePixels(native, before, after, weight);
  const [x0, y0, x1, y1] = boxOfNonZero(active.mask);
  const warnings = active.transparent > 0 ? [transparentWarning(active.transparent)] : [];
  if (x1 === x0) return { samples, warnings };
  const box: Box = [x0, y0, x1, y1];
  const [from, to, faithful] = await intoNative(native, cut(before, box), cut(after, box));
  if (!faithful) warnings.push(PROFILE_WARNING);
  addDifference(native, samples, active.mask, box, from, to);
  return { samples, warnings };
}

const PROFILE_WARNING: Warning = {
  code: "profile-one-way",
  message: "The picture's colour profile cannot be written to; the edit's colours were added as if it were sRGB",
};

function transparentWarning(count: number): Warning {
  return {
    code: "transparent-kept",
    message: `${count} fully transparent pixels inside the edit were left as they are`,
  };
}

/** The weight, zeroed where nothing changes or nothing can be seen. */
function activePixels(native: NativeImage, before: Rgb, after: Rgb, weight: Mask) {
  const { channels, samples } = native;
  const data = new Uint8Array(weight.data.length);
  let transparent = 0;
  for (let i = 0; i < data.length; i++) {
    const w = weight.data[i] ?? 0;
    if (w === 0 || samePixel(before.data, after.data, i * 3)) continue;
    if (hasAlpha(native) && samples[i * channels + channels - 1] === 0) transparent++;
    else data[i] = w;
  }
  return { mask: { width: weight.width, height: weight.height, data }, transparent };
}

function samePixel(a: Uint8Array, b: Uint8Array, at: number): boolean {
  return a[at] === b[at] && a[at + 1] === b[at + 1] && a[at + 2] === b[at + 2];
}

/** Both crops in the native colours, 8-bit; `faithful` is false when the profile could not be applied. */
async function intoNative(native: NativeImage, before: Rgb, after: Rgb): Promise<[Uint8Array, Uint8Array, boolean]> {
  const channels = colourChannels(native);
  const icc = await workingProfile(native);
  const from = await fromSrgb(before, icc, channels);
  const to = await fromSrgb(after, icc, channels);
  if (from && to) return [from, to, true];
  return channels === 1 ? [luma(before.data), luma(after.data), false] : [before.data, after.data, false];
}

function addDifference(
  native: NativeImage,
  samples: Samples,
  { width, data }: Mask,
  [x0, y0, x1, y1]: Box,
  from: Uint8Array,
  to: Uint8Array,
): void {
  const { channels, depth } = native;
  const colours = colourChannels(native);
  const [top, unit] = depth === 16 ? [65535, 257 / 255] : [255, 1 / 255];
  let local = 0;
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++, local += colours) {
      const weight = data[y * width + x] ?? 0;
      if (weight === 0) continue;
      const at = (y * width + x) * channels;
      for (let c = 0; c < colours; c++) {
        const change = unit * weight * ((to[local + c] ?? 0) - (from[local + c] ?? 0));
        samples[at + c] = Math.min(top, Math.max(0, Math.round((samples[at + c] ?? 0) + change)));
      }
    }
  }
}

function cut({ width, data }: Rgb, [x0, y0, x1, y1]: Box): Rgb {
  const out = new Uint8Array((x1 - x0) * (y1 - y0) * 3);
  for (let y = y0; y < y1; y++) {
    out.set(data.subarray((y * width + x0) * 3, (y * width + x1) * 3), (y - y0) * (x1 - x0) * 3);
  }
  return { width: x1 - x0, height: y1 - y0, data: out };
}

function checkSizes(native: NativeImage, ...others: readonly { width: number; height: number }[]): void {
  for (const { width, height } of others) {
    if (width === native.width && height === native.height) continue;
    throw new TypeError(`Expected rasters of ${native.width}x${native.height}, got ${width}x${height}`);
  }
}
