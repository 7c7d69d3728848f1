/** Latents and masks as transformer tokens (flux.md §1.2, §1.10). All arrays row-major, batch 1, the batch axis left out. */

/** Packed grid: h rows and w columns of tokens; the latent is 2h × 2w, the picture 16h × 16w. */
export interface TokenGrid {
  readonly h: number;
  readonly w: number;
}

/** Pixels per latent side. */
const LATENT_STRIDE = 8;

/** (C, 2h, 2w) → (L, 4C), L = h·w: channel 4·c + 2·dy + dx of token (r, q) is the latent at (c, 2r + dy, 2q + dx). */
export function packLatents(latents: Float32Array, grid: TokenGrid): Float32Array<ArrayBuffer> {
  const tokens = new Float32Array(latents.length);
  eachPair(grid, latents.length, (packed, plain) => {
    tokens[packed] = latents[plain] ?? 0;
  });
  return tokens;
}

/** (L, 4C) → (C, 2h, 2w): the inverse of `packLatents`; also how features of the transformer become planes (§5.6). */
export function unpackLatents(tokens: Float32Array, grid: TokenGrid): Float32Array<ArrayBuffer> {
  const latents = new Float32Array(tokens.length);
  eachPair(grid, tokens.length, (packed, plain) => {
    latents[plain] = tokens[packed] ?? 0;
  });
  return latents;
}

/** (H, W) mask of pixels → (L, 256): 8 × 8 pixels per latent position become 64 channels, which are packed as latents are. */
export function packMask(mask: Float32Array, { h, w }: TokenGrid): Float32Array<ArrayBuffer> {
  const [height, width] = [2 * h, 2 * w];
  if (mask.length !== height * width * LATENT_STRIDE ** 2) throw sizeError("mask", mask.length, { h, w });
  const planes = new Float32Array(mask.length); // [8·py + px, 2h, 2w]
  for (let y = 0, from = 0; y < height * LATENT_STRIDE; y++) {
    for (let x = 0; x < width * LATENT_STRIDE; x++, from++) {
      const channel = LATENT_STRIDE * (y % LATENT_STRIDE) + (x % LATENT_STRIDE);
      const at = Math.floor(y / LATENT_STRIDE) * width + Math.floor(x / LATENT_STRIDE);
      planes[channel * height * width + at] = mask[from] ?? 0;
    }
  }
  return packLatents(planes, { h, w });
}

/** 1 from `threshold` up, 0 below; 1 means repaint. */
export function binarise(mask: Float32Array, threshold = 0.5): Float32Array<ArrayBuffer> {
  return new Float32Array(mask).map((value) => (value >= threshold ? 1 : 0));
}

/** (C, H, W) picture in [−1, 1] whose masked pixels are 0 (mid grey); `mask` is (H, W). */
export function maskImage(image: Float32Array, mask: Float32Array): Float32Array<ArrayBuffer> {
  if (image.length % mask.length !== 0) {
    throw new TypeError(`Expected an image of ${mask.length} pixels per channel, got ${image.length} values`);
  }
  return image.map((value, i) => value * (1 - (mask[i % mask.length] ?? 0)));
}

/** What a Fill model reads beside the noisy latents: (L, 320) = packed scaled latents of the masked picture, packed mask. */
export function fillCondition(
  maskedLatents: Float32Array,
  mask: Float32Array,
  grid: TokenGrid,
): Float32Array<ArrayBuffer> {
  return concatChannels([packLatents(maskedLatents, grid), packMask(mask, grid)], grid.h * grid.w);
}

/** Token arrays (rows, C_i) side by side: (rows, ΣC_i). */
export function concatChannels(arrays: readonly Float32Array[], rows: number): Float32Array<ArrayBuffer> {
  const width = arrays.reduce((sum, array) => sum + array.length / rows, 0);
  if (!Number.isInteger(width))
    throw new TypeError(`Expected arrays of ${rows} rows, got ${arrays.map((a) => a.length)}`);
  const out = new Float32Array(rows * width);
  let column = 0;
  for (const array of arrays) {
    const own = array.length / rows;
    for (let row = 0; row < rows; row++) out.set(array.subarray(row * own, (row + 1) * own), row * width + column);
    column += own;
  }
  return out;
}

function eachPair({ h, w }: TokenGrid, size: number, visit: (packed: number, plain: number) => void): void {
  const channels = size / (4 * h * w);
  if (!Number.isInteger(channels)) throw sizeError("latents", size, { h, w });
  let plain = 0;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < 2 * h; y++) {
      for (let x = 0; x < 2 * w; x++, plain++) {
        visit(((y >> 1) * w + (x >> 1)) * 4 * channels + 4 * c + 2 * (y & 1) + (x & 1), plain);
      }
    }
  }
}

function sizeError(what: string, size: number, { h, w }: TokenGrid): TypeError {
  return new TypeError(`Expected ${what} of a ${h}x${w} token grid, got ${size} values`);
}
