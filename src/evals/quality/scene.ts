/** From a case to its pictures: the object composited at A (input) and at B (truth), and where it then is. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { affineOfMotion, compose } from "../../engine/geometry/affine.ts";
import { boundingBox, dilate, emptyMask, subtract, threshold, union } from "../../engine/geometry/mask.ts";
import { decodeBytes } from "../../engine/image/decode.ts";
import { rgbFrom } from "../../engine/image/raster-io.ts";
import type { Affine, Box, Mask, Point, Rgb } from "../../engine/raster.ts";
import { type Cutout, warpCutout } from "../../engine/retouch/warp.ts";
import type { QualityCase } from "./case.ts";
import { normal } from "./random.ts";
import { shadowOf } from "./shadow.ts";

export interface Scene {
  readonly input: Rgb;
  readonly truth: Rgb;
  /** What a careful user selects: object and shadow at A, binary. */
  readonly region: Mask;
  /** Source → target. */
  readonly affine: Affine;
  /** Object and shadow at B, binary. */
  readonly target: Mask;
  /** What the move uncovers, with two pixels around it. */
  readonly vacated: Mask;
}

/** `dir` is evals/quality. */
export async function buildScene(dir: string, one: QualityCase): Promise<Scene> {
  const ground = await rgbFrom(await readFile(join(dir, "grounds", `${one.ground}.webp`)));
  const cutout = await readCutout(join(dir, "objects", one.object));
  const placement = placementOf(cutout, one.centre, one.edge);
  const affine = affineOfMotion(one.motion, one.centre);
  const before = drawn(ground, cutout, placement, one);
  const after = drawn(ground, cutout, compose(affine, placement), one);
  const target = dilate(after.covered, 1);
  return {
    input: before.picture,
    truth: after.picture,
    region: before.covered,
    affine,
    target,
    vacated: subtract(dilate(before.covered, 2), dilate(after.covered, 2)),
  };
}

async function readCutout(path: string): Promise<Cutout> {
  const rgb = await rgbFrom(await readFile(`${path}.webp`));
  const { width, height, channels, samples } = await decodeBytes(await readFile(`${path}.png`), path);
  const data = Uint8Array.from({ length: width * height }, (_, i) => samples[i * channels] ?? 0);
  return { origin: [0, 0], rgb, alpha: { width, height, data } };
}

/** Pixels of the cutout → pixels of the picture. */
function placementOf({ rgb: { width, height } }: Cutout, [x, y]: Point, edge: number): Affine {
  const s = edge / Math.max(width, height);
  return [s, 0, x - (s * width) / 2, 0, s, y - (s * height) / 2];
}

function drawn(ground: Rgb, cutout: Cutout, affine: Affine, { shadow, noise, seed }: QualityCase) {
  const whole: Box = [0, 0, ground.width, ground.height];
  const picture = { ...ground, data: new Uint8Array(ground.data) };
  const sprite = warpCutout(cutout, affine, whole);
  if (sprite === undefined) throw new TypeError("Expected an object inside its ground");
  const alpha = placed(sprite.alpha, sprite.box, ground);
  const shade = shadow ? shadowOf(alpha, boundingBox(alpha) ?? whole) : emptyMask(ground);
  shaded(picture, shade);
  laidOver(picture, sprite.rgb, alpha, sprite.box);
  if (noise > 0) noised(picture, noise, seed);
  return { picture, covered: union(threshold(alpha, 60), threshold(shade, 30)) };
}

function placed(alpha: Mask, [x0, y0]: Box, size: Rgb): Mask {
  const mask = emptyMask(size);
  for (let y = 0; y < alpha.height; y++) {
    mask.data.set(alpha.data.subarray(y * alpha.width, (y + 1) * alpha.width), (y + y0) * size.width + x0);
  }
  return mask;
}

function shaded({ data }: Rgb, shade: Mask): void {
  shade.data.forEach((value, i) => {
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.round((data[3 * i + c] ?? 0) * (1 - value / 255));
  });
}

function laidOver({ data, width }: Rgb, colours: Rgb, alpha: Mask, [x0, y0]: Box): void {
  for (let y = 0; y < colours.height; y++) {
    for (let x = 0; x < colours.width; x++) {
      const at = (y + y0) * width + x + x0;
      const a = (alpha.data[at] ?? 0) / 255;
      for (let c = 0; c < 3; c++) {
        const own = colours.data[3 * (y * colours.width + x) + c] ?? 0;
        data[3 * at + c] = Math.round(a * own + (1 - a) * (data[3 * at + c] ?? 0));
      }
    }
  }
}

function noised({ data }: Rgb, sigma: number, seed: number): void {
  const next = normal(seed);
  data.forEach((value, i) => {
    data[i] = Math.max(0, Math.min(255, Math.round(value + sigma * next())));
  });
}
