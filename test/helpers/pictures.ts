/** Pictures for tests: decoded files, and synthesised ones whose content is known. */
import sharp from "sharp";
import type { Mask, Rgb } from "../../src/engine/raster.ts";

export async function decodeRgb(path: string, edge = 4096): Promise<Rgb> {
  const { data, info } = await sharp(path)
    .resize(edge, edge, { fit: "inside", withoutEnlargement: true })
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

export type Colour = readonly [r: number, g: number, b: number];

export function paint(width: number, height: number, colourAt: (x: number, y: number) => Colour): Rgb {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(colourAt(i % width, Math.floor(i / width)).map(Math.round), i * 3);
  return { width, height, data };
}

export function maskWhere(width: number, height: number, inside: (x: number, y: number) => boolean): Mask {
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = inside(i % width, Math.floor(i / width)) ? 255 : 0;
  return { width, height, data };
}

/** A repeatable 0–1 value per pixel. */
export function noiseAt(x: number, y: number, seed = 1): number {
  let h = (Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(seed, 974634721)) | 0;
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Green, grainy ground. */
export const ground = (x: number, y: number): Colour => {
  const grain = 40 * noiseAt(x, y) - 20;
  return [70 + grain, 120 + grain, 60 + grain];
};

export const inDisc =
  (cx: number, cy: number, radius: number) =>
  (x: number, y: number): boolean =>
    (x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2 <= radius ** 2;

/** Reddish disc with stripes, so that shifts and blurs show. */
export const stripes = (x: number, y: number): Colour => [
  200 + 40 * Math.sin(x * 0.9),
  60 + 40 * Math.sin(y * 0.7),
  40 + 20 * noiseAt(x, y, 2),
];

/** The striped disc on the grainy ground. */
export function discOnGround(width: number, height: number, cx: number, cy: number, radius: number): Rgb {
  const disc = inDisc(cx, cy, radius);
  return paint(width, height, (x, y) => (disc(x, y) ? stripes(x, y) : ground(x, y)));
}

/** Intersection over union of two binary masks. */
export function iou(a: Mask, b: Mask): number {
  let [both, either] = [0, 0];
  a.data.forEach((value, i) => {
    const [inA, inB] = [value > 127, (b.data[i] ?? 0) > 127];
    if (inA && inB) both++;
    if (inA || inB) either++;
  });
  return either === 0 ? 1 : both / either;
}
