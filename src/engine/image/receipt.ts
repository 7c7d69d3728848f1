/** Proof read back from the written file: what is outside the editable area has not changed. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { endianness } from "node:os";
import { EditError } from "../../errors.ts";
import type { Receipt } from "../api.ts";
import type { Mask } from "../raster.ts";
import { boxOfNonZero } from "./box.ts";
import { decodeBytes } from "./decode.ts";
import { inLayout, sameLayout } from "./layout.ts";
import type { NativeImage, Picture, Samples } from "./native.ts";
import { readWebp } from "./webp-chunks.ts";

interface Difference {
  /** Pixels outside with any differing sample. */
  changed: number;
  maxDiff: number;
  /** Over the samples of all outside pixels. */
  meanSquare: number;
}

/**
 * Compares the decoded `writtenPath` with the decoded input, sample by sample, alpha included, where `editable` is 0.
 * `outsideSha256` is that of the written file. `lossless` says whether its container holds every sample of the input;
 * `outsideMaxDiff` (sample units) and `outsidePsnr` (dB) are given when it does not or when anything changed.
 * @throws EditError `mask-size-mismatch`; `engine-failed` when the written file has another size.
 */
export async function makeReceipt(input: NativeImage, writtenPath: string, editable: Mask): Promise<Receipt> {
  checkSizes(input, editable, "mask-size-mismatch", "editable mask");
  const bytes = await readFile(writtenPath);
  const written = await decodeBytes(bytes, writtenPath, { maxPixels: Number.POSITIVE_INFINITY });
  checkSizes(input, written, "engine-failed", "written file");
  const difference = compareOutside(input, inLayout(written, input), editable);
  const lossless = holdsAll(input, written, bytes, difference);
  const outsidePixels = countZeros(editable.data);
  return {
    lossless,
    outsideChanged: difference.changed,
    outsideSha256: outsideSha256(written, editable),
    outsidePixels,
    ...(lossless && difference.changed === 0 ? {} : measures(difference, input.depth)),
    editedBox: boxOfNonZero(editable),
    editableArea: editable.data.length === 0 ? 0 : 1 - outsidePixels / editable.data.length,
  };
}

/** SHA-256 of the samples (row-major, interleaved, little-endian) with those of editable pixels set to 0; lower-case hex. */
export function outsideSha256(picture: Picture, editable: Mask): string {
  const hash = createHash("sha256");
  for (let start = 0; start < editable.data.length; start += HASHED_PIXELS) {
    hash.update(outsideBytes(picture, editable.data.subarray(start, start + HASHED_PIXELS), start));
  }
  return hash.digest("hex");
}

/** Pixels that are copied at a time. */
const HASHED_PIXELS = 1 << 20;

/** Little-endian samples of the pixels from `start` on, 0 where `editable` is not. */
function outsideBytes({ channels, depth, samples }: Picture, editable: Uint8Array, start: number): Buffer {
  const outside = samples.slice(start * channels, (start + editable.length) * channels);
  for (let i = 0; i < editable.length; i++) {
    if (editable[i] === 0) continue;
    const start = i;
    while (i + 1 < editable.length && editable[i + 1] !== 0) i++;
    outside.fill(0, start * channels, (i + 1) * channels);
  }
  const bytes = Buffer.from(outside.buffer, outside.byteOffset, outside.byteLength);
  return depth === 16 && endianness() === "BE" ? bytes.swap16() : bytes;
}

function compareOutside(a: Picture, b: Picture, editable: Mask): Difference {
  const { channels } = a;
  let [changed, maxDiff, squares, outside] = [0, 0, 0, 0];
  for (let pixel = 0; pixel < editable.data.length; pixel++) {
    if (editable.data[pixel] !== 0) continue;
    outside++;
    if (samePixel(a.samples, b.samples, pixel * channels, channels)) continue;
    const worst = worstDifference(a.samples, b.samples, pixel * channels, channels);
    changed++;
    if (worst.most > maxDiff) maxDiff = worst.most;
    squares += worst.squares;
  }
  return { changed, maxDiff, meanSquare: outside === 0 ? 0 : squares / (outside * channels) };
}

function samePixel(a: Samples, b: Samples, start: number, channels: number): boolean {
  for (let i = start; i < start + channels; i++) if (a[i] !== b[i]) return false;
  return true;
}

function worstDifference(a: Samples, b: Samples, start: number, channels: number): { most: number; squares: number } {
  let [most, squares] = [0, 0];
  for (let i = start; i < start + channels; i++) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    if (difference > most) most = difference;
    squares += difference * difference;
  }
  return { most, squares };
}

function measures({ maxDiff, meanSquare }: Difference, depth: 8 | 16) {
  const peak = depth === 16 ? 65535 : 255;
  // Equal samples have no finite PSNR: it is left out.
  const psnr = meanSquare === 0 ? {} : { outsidePsnr: 10 * Math.log10((peak * peak) / meanSquare) };
  return { outsideMaxDiff: maxDiff, ...psnr };
}

function holdsAll(input: NativeImage, written: NativeImage, bytes: Uint8Array, { changed }: Difference): boolean {
  switch (written.format) {
    case "png":
    case "tiff":
      return sameLayout(input, written);
    case "webp":
      return input.depth === 8 && readWebp(bytes).lossless;
    case "avif":
      return input.depth === 8 && changed === 0;
    case "jpeg":
    case "gif":
      return false;
  }
}

function countZeros(data: Uint8Array): number {
  let zeros = 0;
  for (const value of data) if (value === 0) zeros++;
  return zeros;
}

type Sized = { readonly width: number; readonly height: number };

function checkSizes(input: Sized, other: Sized, code: "mask-size-mismatch" | "engine-failed", what: string): void {
  if (input.width === other.width && input.height === other.height) return;
  const got = `${other.width}x${other.height}`;
  throw new EditError(code, `Expected ${what} of ${input.width}x${input.height} to match the image, got ${got}`);
}
