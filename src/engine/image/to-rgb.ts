/** The sRGB copy of a picture that models, segmenters and previews look at. */
import type { Rgb } from "../raster.ts";
import { isSrgbProfile, toSrgb } from "./colour.ts";
import { hasAlpha, type NativeImage, type Picture } from "./native.ts";

const NEUTRAL = 128;

/**
 * 8-bit sRGB of the whole picture, profile applied. Alpha: visible pixels keep their own colour however thin they are
 * (so that a change of colour maps back exactly); fully transparent ones, whose colour nobody sees, become neutral grey.
 * Read only: 8-bit sRGB without alpha is the native samples themselves.
 */
export async function toRgb(native: NativeImage): Promise<Rgb> {
  const plain = { ...native, channels: colourChannels(native), data: colours8(native) };
  const rgb = await toSrgb(plain, await workingProfile(native));
  if (!hasAlpha(native)) return { width: rgb.width, height: rgb.height, data: rgb.data };
  const { channels, samples } = native;
  for (let i = 0, a = channels - 1; a < samples.length; i += 3, a += channels) {
    if (samples[a] === 0) rgb.data.fill(NEUTRAL, i, i + 3);
  }
  return { width: rgb.width, height: rgb.height, data: rgb.data };
}

/** The profile to convert by; undefined where the numbers are sRGB already. */
export async function workingProfile(native: NativeImage): Promise<Uint8Array | undefined> {
  if (!native.icc) return undefined;
  return native.channels >= 3 && (await isSrgbProfile(native.icc)) ? undefined : native.icc;
}

export function colourChannels(picture: Picture): 1 | 3 {
  return picture.channels < 3 ? 1 : 3;
}

/** Colour samples without alpha, 16-bit rounded to 8; the samples themselves where they are that already. */
function colours8({ channels, depth, samples }: Picture): Uint8Array {
  const colours = channels < 3 ? 1 : 3;
  if (colours === channels && samples instanceof Uint8Array) return samples;
  const out = new Uint8Array((samples.length / channels) * colours);
  for (let from = 0, to = 0; from < samples.length; from += channels) {
    for (let c = 0; c < colours; c++) out[to++] = depth === 16 ? to8(samples[from + c] ?? 0) : (samples[from + c] ?? 0);
  }
  return out;
}

/** round(v / 257): 65535 is 257 · 255. */
export function to8(v: number): number {
  return Math.trunc((v + 128) / 257);
}
