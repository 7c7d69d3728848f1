/** Large planes through a network made for any size, piece by piece, so that memory stays that of one piece. Pieces overlap,
 * and where they do the result passes from one to the other in a straight line. Not exact for networks whose normalisation
 * or attention sees the whole plane; there the pieces' statistics differ a little from the whole's. */
import type { Tensor } from "../onnx/session.ts";

export interface Tiling {
  /** Largest side of a piece and what two neighbours share, in latents. */
  readonly side: number;
  readonly overlap: number;
}

/** Pieces of 768 pixels: the mid attention of AutoencoderKL then takes a third of a gigabyte instead of one at 1024. */
export const TILING: Tiling = { side: 96, overlap: 16 };

interface Span {
  readonly from: number;
  readonly size: number;
}

/** Equal spans that cover 0…length, neighbours sharing at least the overlap. */
export function spansOf(length: number, { side, overlap }: Tiling): Span[] {
  if (length <= side) return [{ from: 0, size: length }];
  const count = Math.ceil((length - overlap) / (side - overlap));
  return Array.from({ length: count }, (_, i) => {
    return { from: Math.round((i * (length - side)) / (count - 1)), size: side };
  });
}

/** `run` on pieces of [1, C, H, W], blended into [1, C', H·grow, W·grow]. `unit`: input places per latent, so that pieces
 * begin and end at whole latents. */
export async function inTiles(
  x: Tensor,
  unit: number,
  grow: number,
  run: (piece: Tensor) => Promise<Tensor>,
  tiling = TILING,
): Promise<Tensor> {
  const [, , height = 0, width = 0] = x.shape;
  const [rows, columns] = [spansOf(height / unit, tiling), spansOf(width / unit, tiling)];
  if (rows.length === 1 && columns.length === 1) return run(x);
  const scale = unit * grow; // output places per latent
  const sum = new Blend(height * grow, width * grow, scale);
  for (const row of rows) {
    for (const column of columns) {
      sum.add(await run(crop(x, times(row, unit), times(column, unit))), row, column, tiling.overlap);
    }
  }
  return sum.done();
}

function times({ from, size }: Span, unit: number): Span {
  return { from: from * unit, size: size * unit };
}

function crop({ shape, data }: Tensor, rows: Span, columns: Span): Tensor {
  const [, channels = 0, height = 0, width = 0] = shape;
  const out = new Float32Array(channels * rows.size * columns.size);
  for (let c = 0, at = 0; c < channels; c++) {
    for (let y = rows.from; y < rows.from + rows.size; y++, at += columns.size) {
      const row = (c * height + y) * width + columns.from;
      out.set(data.subarray(row, row + columns.size), at);
    }
  }
  return { shape: [1, channels, rows.size, columns.size], data: out };
}

/** A weighted mean of pieces; weights fall to the pieces' edges. */
class Blend {
  readonly #height: number;
  readonly #width: number;
  readonly #scale: number;
  readonly #weight: Float32Array;
  #data = new Float32Array(0);
  #channels = 0;

  constructor(height: number, width: number, scale: number) {
    [this.#height, this.#width, this.#scale] = [height, width, scale];
    this.#weight = new Float32Array(height * width);
  }

  add({ shape, data }: Tensor, row: Span, column: Span, overlap: number): void {
    const [, channels = 0, height = 0, width = 0] = shape;
    if (this.#channels === 0) {
      this.#channels = channels;
      this.#data = new Float32Array(channels * this.#height * this.#width);
    }
    const plane = this.#height * this.#width;
    const [top, left] = [Math.round(row.from * this.#scale), Math.round(column.from * this.#scale)];
    const ramp = overlap * this.#scale;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const weight = edge(y, height, ramp) * edge(x, width, ramp);
        const at = (top + y) * this.#width + left + x;
        this.#weight[at] = (this.#weight[at] ?? 0) + weight;
        for (let c = 0; c < channels; c++) {
          const i = c * plane + at;
          this.#data[i] = (this.#data[i] ?? 0) + weight * (data[(c * height + y) * width + x] ?? 0);
        }
      }
    }
  }

  done(): Tensor {
    const plane = this.#weight.length;
    this.#data.forEach((value, i) => {
      this.#data[i] = value / (this.#weight[i % plane] ?? 1);
    });
    return { shape: [1, this.#channels, this.#height, this.#width], data: this.#data };
  }
}

/** Rises over `ramp` places from either end; never 0, so that the picture's own edges divide out. */
function edge(i: number, size: number, ramp: number): number {
  return Math.min(1, (Math.min(i, size - 1 - i) + 0.5) / Math.max(ramp, 1));
}
