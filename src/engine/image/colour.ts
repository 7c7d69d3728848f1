/** Between a profile's colours and sRGB, 8-bit, by way of sharp (Little CMS). */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Rgb } from "../raster.ts";
import { ownSpace } from "./native.ts";
import { attachToPng, iccChunk } from "./png-chunks.ts";
import { sharp } from "./sharp.ts";

/** 8-bit picture without alpha: 1 grey or 3 RGB samples a pixel, in the colours of a profile. */
export interface Plain {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Muted colours, inside every ordinary gamut and not so dark that 8 bits round them away: a usable profile carries them
 * there and back. */
const PROBE: Rgb = {
  width: 6,
  height: 1,
  data: Uint8Array.of(90, 90, 90, 128, 128, 128, 220, 220, 220, 150, 120, 110, 110, 140, 120, 110, 115, 150),
};
const GREY_PROBE: Rgb = { ...PROBE, data: Uint8Array.from(PROBE.data, (_, i) => 100 + 25 * Math.trunc(i / 3)) };
const MAX_PROBE_ERROR = 6;

/** Without a profile, or with one that cannot be applied, the numbers are taken as sRGB. */
export async function toSrgb(plain: Plain, icc: Uint8Array | undefined): Promise<Rgb> {
  const { width, height, channels, data } = plain;
  if (!icc) return { width, height, data: channels === 3 ? data : repeated(data) };
  const png = await sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    .toColourspace(ownSpace(channels, 8))
    .png({ compressionLevel: 0 })
    .toBuffer();
  const out = await sharp(attachToPng(png, [iccChunk(icc)]), { failOn: "none", limitInputPixels: false })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width, height, data: out.info.channels === 3 ? bytesOf(out.data) : repeated(bytesOf(out.data)) };
}

/** sRGB → the profile's colours; undefined when the profile only works the other way. Grey profiles take luma. */
export async function fromSrgb(
  rgb: Rgb,
  icc: Uint8Array | undefined,
  channels: 1 | 3,
): Promise<Uint8Array | undefined> {
  const input = channels === 1 ? { ...rgb, data: repeated(luma(rgb.data)) } : rgb;
  if (!icc) return channels === 1 ? luma(rgb.data) : rgb.data;
  const probe = channels === 1 ? GREY_PROBE : PROBE;
  const there = await convert(probe, icc, channels);
  const back = there && (await toSrgb({ width: probe.width, height: 1, channels, data: there }, icc));
  if (!back || maxDifference(back.data, probe.data) > MAX_PROBE_ERROR) return undefined;
  return convert(input, icc, channels);
}

/** Whether the profile is sRGB in all but name (within one step), so that no transform is needed. */
export async function isSrgbProfile(icc: Uint8Array): Promise<boolean> {
  const seen = await toSrgb({ ...PROBE, channels: 3 }, icc);
  return maxDifference(seen.data, PROBE.data) <= 1;
}

/** Rec. 709 luma of the coded values. */
export function luma(rgb: Uint8Array): Uint8Array {
  const out = new Uint8Array(rgb.length / 3);
  for (let i = 0, j = 0; i < out.length; i++, j += 3) {
    out[i] = Math.round(0.2126 * (rgb[j] ?? 0) + 0.7152 * (rgb[j + 1] ?? 0) + 0.0722 * (rgb[j + 2] ?? 0));
  }
  return out;
}

/** sharp takes output profiles as files only. */
async function convert(rgb: Rgb, icc: Uint8Array, channels: 1 | 3): Promise<Uint8Array | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "dragflow-icc-"));
  try {
    const profile = join(folder, "profile.icc");
    await writeFile(profile, icc);
    const { width, height, data } = rgb;
    const out = await sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
      .withIccProfile(profile)
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return out.info.channels === channels ? bytesOf(out.data) : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function repeated(grey: Uint8Array): Uint8Array {
  const out = new Uint8Array(grey.length * 3);
  for (let i = 0, j = 0; i < grey.length; i++, j += 3) out.fill(grey[i] ?? 0, j, j + 3);
  return out;
}

function maxDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);
}

function bytesOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
