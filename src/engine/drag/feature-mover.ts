/** The features of one region moved again and again: the numbers of `warpBox`, in 32 bits and by a kernel. What a region's motion
 * reads of them is kept in blocks of channels, each pixel's side by side. */
import { Arena } from "../kernels/arena.ts";
import type { SamplingMap } from "./paper-affine.ts";
import type { Planes } from "./resize.ts";
import { borderTaps, type CutBox, type Taps } from "./warp-box.ts";

/** Numbers of a sample, as `mixSamples` reads them. */
const SAMPLE = 7;
/** Channels of a block, as `mixSamples` reads them: those of a pixel fill one line of the cache. */
const BLOCK = 16;
/** Pixels beyond what is read now that are kept with it: the next motion reads a little elsewhere. */
const SPARE = 2;

/** So many bytes are kept at most: features of a large model would be there a second time. */
const MOST = 256 * 2 ** 20;

/** The part that is kept, and room for samples of it. */
interface Kept {
  readonly part: CutBox;
  readonly arena: Arena;
  readonly features: Float32Array;
  readonly samples: Int32Array;
  readonly planes: Float32Array;
}

export class FeatureMover {
  readonly #features: Planes;
  readonly #blocks: number;
  readonly #most: number;
  #kept: Kept | undefined;

  constructor(features: Planes, most = MOST) {
    this.#features = features;
    this.#most = most;
    this.#blocks = Math.ceil(features.channels / BLOCK);
  }

  /** [channels, box.height, box.width], bilinear, positions outside clamped to the border; where `mask` is 0, anything. It is
   * overwritten by the next move. Undefined where more would have to be kept than may be. */
  move(map: SamplingMap, box: CutBox, mask: Float32Array): Float32Array<ArrayBuffer> | undefined {
    const { channels, width } = this.#features;
    const { to, at, mix } = borderTaps(map, box, this.#features, mask);
    const size = box.width * box.height;
    const kept = this.#keep(readBy(at, width), size);
    if (kept === undefined) return undefined;
    const { part, arena, features, samples, planes } = kept;
    this.#write(samples, { to, at, mix }, part);
    const [from, rows, out] = [features.byteOffset, samples.byteOffset, planes.byteOffset];
    const block = 4 * BLOCK * part.width * part.height;
    arena.kernels.mixSamples(from, block, this.#blocks, rows, to.length, out, 4 * size);
    return new Float32Array(arena.buffer, out, channels * size);
  }

  /** Four places in bytes from the beginning of a block, two fractions and where it goes for each sample. */
  #write(samples: Int32Array, { to, at, mix }: Omit<Taps, "plane">, part: CutBox): void {
    const fractions = new Float32Array(samples.buffer, samples.byteOffset, samples.length);
    const { width } = this.#features;
    const start = part.y * part.width + part.x;
    for (let i = 0, begin = 0; i < to.length; i++, begin += SAMPLE) {
      for (let k = 0; k < 4; k++) {
        const pixel = at[4 * i + k] as number;
        const row = Math.floor(pixel / width);
        samples[begin + k] = 4 * BLOCK * (row * part.width + pixel - row * width - start);
      }
      fractions[begin + 4] = mix[2 * i] as number;
      fractions[begin + 5] = mix[2 * i + 1] as number;
      samples[begin + 6] = 4 * (to[i] as number);
    }
  }

  #keep(read: CutBox, size: number): Kept | undefined {
    const kept = this.#kept;
    if (kept && holds(kept.part, read) && kept.planes.length >= this.#blocks * BLOCK * size) return kept;
    const part = within(kept ? union(kept.part, read) : read, this.#features);
    const most = Math.ceil(1.1 * size); // turned regions' boxes grow
    const [pixels, channels] = [part.width * part.height, this.#blocks * BLOCK];
    const bytes = 4 * (pixels * channels + SAMPLE * most + channels * most) + 64;
    if (bytes > this.#most) return undefined;
    const arena = new Arena(bytes, 0);
    const features = arena.floats(pixels * channels);
    gather(this.#features, part, features);
    const rest = { samples: arena.integers(SAMPLE * most), planes: arena.floats(channels * most) };
    this.#kept = { part, arena, features, ...rest };
    return this.#kept;
  }
}

/** The box of some pixels; one pixel for none. */
function readBy(pixels: Int32Array, width: number): CutBox {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const pixel of pixels) {
    const y = Math.floor(pixel / width);
    const x = pixel - y * width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  if (left > right) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function holds(part: CutBox, { x, y, width, height }: CutBox): boolean {
  return x >= part.x && y >= part.y && x + width <= part.x + part.width && y + height <= part.y + part.height;
}

function union(a: CutBox, b: CutBox): CutBox {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  const width = Math.max(a.x + a.width, b.x + b.width) - x;
  return { x, y, width, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/** With the spare pixels that there are. */
function within({ x, y, width, height }: CutBox, all: Planes): CutBox {
  const [left, top] = [Math.max(0, x - SPARE), Math.max(0, y - SPARE)];
  const [right, bottom] = [Math.min(all.width, x + width + SPARE), Math.min(all.height, y + height + SPARE)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Planes → blocks of pixels with their channels side by side. */
function gather({ channels, width, height, data }: Planes, part: CutBox, to: Float32Array): void {
  const plane = width * height;
  let block = 0;
  for (let first = 0; first < channels; first += BLOCK, block += BLOCK * part.width * part.height) {
    const end = Math.min(first + BLOCK, channels);
    for (let y = 0, at = block; y < part.height; y++) {
      const row = (part.y + y) * width + part.x;
      for (let from = row; from < row + part.width; from++, at += BLOCK) {
        for (let c = first; c < end; c++) to[at + c - first] = data[c * plane + from] as number;
      }
    }
  }
}
