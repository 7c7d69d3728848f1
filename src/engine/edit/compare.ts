/** How any two pictures of one size differ. */
import { EditError } from "../../errors.ts";
import type { CompareRequest, Comparison } from "../api.ts";
import { type DecodeOptions, decodeImage, toRgb } from "../image/decode.ts";
import { diffView, previewOf } from "../image/views.ts";
import type { Rgb } from "../raster.ts";

export async function comparePictures({ a, b }: CompareRequest, limits: DecodeOptions = {}): Promise<Comparison> {
  const one = await toRgb(await decodeImage(a, limits));
  const other = await toRgb(await decodeImage(b, limits));
  const { width, height } = one;
  if (other.width !== width || other.height !== height) {
    const message = `Expected two pictures of ${width}x${height}, the other has ${other.width}x${other.height}`;
    throw new EditError("mask-size-mismatch", message, { hint: "Compare pictures of one tree of edits" });
  }
  return { width, height, ...differences(one, other), heat: await previewOf(diffView(one, other)) };
}

function differences(one: Rgb, other: Rgb): Omit<Comparison, "width" | "height" | "heat"> {
  let [changedPixels, maxDiff, squares] = [0, 0, 0];
  let [x0, y0, x1, y1] = [one.width, one.height, 0, 0];
  for (let pixel = 0; pixel < one.width * one.height; pixel++) {
    let most = 0;
    for (let at = 3 * pixel; at < 3 * pixel + 3; at++) {
      const difference = Math.abs((one.data[at] ?? 0) - (other.data[at] ?? 0));
      most = Math.max(most, difference);
      squares += difference * difference;
    }
    if (most === 0) continue;
    const [x, y] = [pixel % one.width, Math.floor(pixel / one.width)];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
    changedPixels++;
    maxDiff = Math.max(maxDiff, most);
  }
  if (changedPixels === 0) return { changedPixels, maxDiff };
  const psnr = 10 * Math.log10(255 ** 2 / (squares / one.data.length));
  return { changedPixels, maxDiff, psnr, changedBox: [x0, y0, x1, y1] };
}
