import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { mulberry } from "../helpers/mulberry.ts";

/** 320 x 240 pixels of noise: a file of some size, so that a disk may run full at many points of it. */
export async function noisyPhoto(path: string): Promise<string> {
  const [width, height, channels] = [320, 240, 3] as const;
  const random = mulberry(5);
  const data = Buffer.from(Array.from({ length: width * height * channels }, () => 96 + Math.floor(random() * 64)));
  await writeFile(path, await sharp(data, { raw: { width, height, channels } }).png().toBuffer());
  return path;
}
