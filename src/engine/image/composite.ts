/** Carries an edit made on the sRGB copy back into the native samples, and only where it changes something. */
import type { Warning } from "../api.ts";
import type { Box, Mask, Point, Rgb } from "../raster.ts";
import { boxOfNonZero } from "./box.ts";
import { fromSrgb, luma } from "./colour.ts";
import { hasAlpha, type NativeImage, type Samples } from "./native.ts";
import { colourChannels, workingProfile } from "./to-rgb.ts";

export interface Edited {
  /** Same length, type and layout as the input's; pixels of weight 0 hold the same values. */
  readonly samples: Samples;
  readonly warnings: Warning[];
}

/** The part of the picture that was edited; `before`, `after` and `weight` have one size. */
export interface EditedPart {
  /** This part of toRgb(native). */
  readonly before: Rgb;
  readonly after: Rgb;
  readonly weight: Mask;
  /** Where its top-left corner lies in the picture; default [0, 0]. */
  readonly origin?: Point;
}

/**
 * `out = native + weight/255 · (N(after) − N(before))` with N the way from sRGB into the native colours. Taking the
 * difference keeps what the 8-bit sRGB copy cannot hold (16-bit detail, colours outside sRGB). Alpha never changes;
 * fully transparent pixels stay as they are.
 */
export async function applyEdit(native: NativeImage, part: EditedPart): Promise<Edited> {
  checkPart(native, part);
  const samples = native.samples.slice();
  const { mask, transparent } = activePixels(native, part);
  const box = boxOfNonZero(mask);
  const warnings = transparent > 0 ? [transparentWarning(transparent)] : [];
  if (box[2] === box[0]) return { samples, warnings };
  const [from, to, faithful] = await intoNative(native, cut(part.before, box), cut(part.after, box));
  if (!faithful) warnings.push(PROFILE_WARNING);
  addDifference(native, samples, { mask, box, from, to, origin: originOf(part) });
  return { samples, warnings };
}

function originOf({ origin = [0, 0] }: EditedPart): Point {
  return origin;
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
function activePixels(native: NativeImage, part: EditedPart) {
  const { before, after, weight } = part;
  const { channels, samples } = native;
  const [left, top] = originOf(part);
  const data = new Uint8Array(weight.data.length);
  let transparent = 0;
  for (let y = 0, i = 0; y < weight.height; y++) {
    const row = (top + y) * native.width + left;
    for (let x = 0; x < weight.width; x++, i++) {
      const w = weight.data[i] ?? 0;
      if (w === 0 || samePixel(before.data, after.data, i * 3)) continue;
      if (hasAlpha(native) && samples[(row + x) * channels + channels - 1] === 0) transparent++;
      else data[i] = w;
    }
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

interface Difference {
  /** Of the part; `box` is its non-zero pixels', whose native colours `from` and `to` are. */
  readonly mask: Mask;
  readonly box: Box;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly origin: Point;
}

function addDifference(native: NativeImage, samples: Samples, { mask, box, from, to, origin }: Difference): void {
  const { channels, depth } = native;
  const [x0, y0, x1, y1] = box;
  const colours = colourChannels(native);
  const [top, unit] = depth === 16 ? [65535, 257 / 255] : [255, 1 / 255];
  let local = 0;
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++, local += colours) {
      const weight = mask.data[y * mask.width + x] ?? 0;
      if (weight === 0) continue;
      const at = ((y + origin[1]) * native.width + x + origin[0]) * channels;
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

function checkPart(native: NativeImage, part: EditedPart): void {
  const { before, after, weight } = part;
  const [left, top] = originOf(part);
  for (const { width, height } of [after, weight]) {
    if (width === before.width && height === before.height) continue;
    throw new TypeError(`Expected rasters of ${before.width}x${before.height}, got ${width}x${height}`);
  }
  if (left >= 0 && top >= 0 && left + before.width <= native.width && top + before.height <= native.height) return;
  const got = `${before.width}x${before.height} at [${left}, ${top}]`;
  throw new TypeError(`Expected a part of ${native.width}x${native.height}, got ${got}`);
}
