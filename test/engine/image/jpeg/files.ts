/** JPEGs of every kind that is read: from the fixtures, and made by sharp in odd sizes. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp, { type JpegOptions } from "sharp";
import { noiseAt, paint } from "../../../helpers/pictures.ts";

const FIXTURES = fileURLToPath(new URL("../../../fixtures/jpeg/", import.meta.url));

export function fixture(name: string): Buffer {
  return readFileSync(`${FIXTURES}${name}.jpg`);
}

/** Smooth with grain, so that coefficients of every frequency occur. */
export function made(width: number, height: number, options: JpegOptions = {}, orientation = 1): Promise<Buffer> {
  const { data } = paint(width, height, (x, y) => [
    128 + 100 * Math.sin(x / 7) + 20 * noiseAt(x, y),
    120 + 90 * Math.cos(y / 9) + 20 * noiseAt(x, y, 2),
    (5 * x + 3 * y) % 256,
  ]);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation })
    .jpeg({ quality: 80, ...options })
    .toBuffer();
}

const SIZES = [
  [1, 1],
  [17, 33],
  [64, 48],
] as const;
const OPTIONS: Readonly<Record<string, JpegOptions>> = {
  "4:2:0": {},
  "4:4:4": { chromaSubsampling: "4:4:4" },
  "4:2:0 progressive": { progressive: true },
  "4:4:4 progressive": { progressive: true, chromaSubsampling: "4:4:4", quality: 97 },
  "trellis, coarse": { mozjpeg: true, quality: 2 },
};

/** Name → bytes. */
export async function everyKind(): Promise<ReadonlyMap<string, Buffer>> {
  const names = readdirSync(FIXTURES).flatMap((file) => (/^(?!cmyk)(.*)\.jpg$/.exec(file) ?? []).slice(1));
  const kinds = new Map(names.map((name) => [name, fixture(name)]));
  for (const [name, options] of Object.entries(OPTIONS)) {
    for (const [width, height] of SIZES) kinds.set(`${name}, ${width}x${height}`, await made(width, height, options));
  }
  return kinds;
}
