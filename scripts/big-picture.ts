/** Memory and time of edits on large pictures: synthesises them (a mosaic of textures plus noise), runs a preview edit of
 * each in a fresh engine process, prints that process's peak memory. `node --import tsx scripts/big-picture.ts [MP…]` */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import sharp from "sharp";
import { createEngine } from "../src/engine/process/engine.ts";
import { parseRecipe } from "../src/engine/recipe/parse.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

const FORMATS = ["png", "jpeg"] as const;
type Format = (typeof FORMATS)[number];

/** MiB that an edit of so many megapixels may take at most. */
const TARGETS = [
  { megapixels: 12, mebibytes: 1536 },
  { megapixels: 48, mebibytes: 2560 },
] as const;

/** Edge of a tile of the mosaic in pixels. */
const TILE = 250;

const sizes = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), "dragflow-big-"));
try {
  let missed = false;
  for (const { megapixels, mebibytes } of TARGETS) {
    if (sizes.length > 0 && !sizes.includes(megapixels)) continue;
    for (const format of FORMATS) missed = (await measured(megapixels, format)) > mebibytes || missed;
  }
  process.exitCode = missed ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Prints one line; returns the peak in MiB. */
async function measured(megapixels: number, format: Format): Promise<number> {
  const size = sizeOf(megapixels);
  const image = join(folder, `${megapixels}.${format}`);
  await writeMosaic(image, size, format);
  const engine = createEngine({ home: folder });
  const started = performance.now();
  try {
    const request = { image, recipe: recipeFor(size), baseDir: folder, dir: join(folder, `${megapixels}-${format}`) };
    const { peakMemoryBytes, receipt, seconds } = await engine.edit(request);
    const peak = Math.round(peakMemoryBytes / 2 ** 20);
    const wall = ((performance.now() - started) / 1000).toFixed(1);
    const edit = `${seconds.total.toFixed(1)} s (${wall} s with start-up)`;
    const outside = `outsideChanged ${receipt.outsideChanged}`;
    process.stdout.write(
      `${megapixels} MP ${format}, ${size.width}x${size.height}: ${peak} MiB, ${edit}, ${outside}\n`,
    );
    return peak;
  } finally {
    await engine.close();
  }
}

/** 4:3. */
function sizeOf(megapixels: number): Size {
  const unit = Math.round(Math.sqrt((megapixels * 1e6) / 12));
  return { width: 4 * unit, height: 3 * unit };
}

/** A thing of an eighth of the picture's width goes by as much to the right. */
function recipeFor({ width, height }: Size) {
  const radius = Math.round(width / 16);
  const region = { ellipse: { center: [Math.round(width * 0.4), Math.round(height / 2)], radius: [radius, radius] } };
  const motion = { type: "relocation", by: [2 * radius, Math.round(radius / 4)] };
  return parseRecipe({ operations: [{ region, motion }], quality: "preview" });
}

/** Tiles of waves in their own colours and directions, noise of ±8 levels over all. */
async function writeMosaic(path: string, { width, height }: Size, format: Format): Promise<void> {
  const data = new Uint8Array(width * height * 3);
  const ripple = Float32Array.from({ length: 1024 }, (_, i) => 40 * Math.sin((i * Math.PI) / 512));
  let state = 1;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const tile = Math.floor(y / TILE) * 31 + Math.floor(x / TILE) * 17;
      const wave = ripple[(x * (5 + (tile % 13)) + y * (3 + (tile % 7))) & 1023] ?? 0;
      for (let c = 0; c < 3; c++, at++) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        data[at] = 60 + ((tile * (37 + 20 * c)) % 120) + wave + (state >>> 28);
      }
    }
  }
  const picture = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  await (format === "png" ? picture.png({ compressionLevel: 1 }) : picture.jpeg({ quality: 92 })).toFile(path);
}
