/** Photos of any size: the shipped one enlarged, with grain, so that neither files nor fills are easier than a camera's. */
import sharp from "sharp";
import type { Box } from "../src/engine/raster.ts";
import { PHOTO } from "./edits.ts";

export interface Photo {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** Levels up and down. */
const GRAIN = 8;

/** A JPEG of so many megapixels. */
export async function writePhoto(path: string, megapixels: number): Promise<Photo> {
  const { width = 0, height = 0 } = await sharp(PHOTO).metadata();
  const scale = Math.sqrt((megapixels * 1e6) / (width * height));
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const { data } = await sharp(PHOTO)
    .resize({ ...size, fit: "fill" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    data[i] = Math.min(Math.max((data[i] ?? 0) + (state >> 27) * (GRAIN / 16), 0), 255);
  }
  await sharp(data, { raw: { ...size, channels: 3 }, limitInputPixels: false })
    .jpeg({ quality: 92 })
    .toFile(path);
  return { path, ...size };
}

/** The boat, as shares of width and height. */
const BOAT: Box = [0.2, 0.5, 0.731, 0.674];

export function boatIn({ width, height }: Pick<Photo, "width" | "height">): Box {
  const [x0, y0, x1, y1] = BOAT;
  return [Math.round(x0 * width), Math.round(y0 * height), Math.round(x1 * width), Math.round(y1 * height)];
}
