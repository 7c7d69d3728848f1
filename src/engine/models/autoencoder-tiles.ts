/** Large planes through a network made for any size, piece by piece, so that memory stays that of one piece. Pieces overlap,
 * and where they do the result passes from one to the other in a straight line. Not exact for networks whose attention
 * sees the whole plane. Networks with group norms have shared-pieces.ts. */
import type { Tensor } from "../onnx/session.ts";

export interface Tiling {
  /** Largest side of a piece and what two neighbours share, in latents. */
  readonly side: number;
  readonly overlap: number;
  /** Most times that shared statistics are measured (shared-pieces.ts). */
  readonly rounds?: number;
}

/** Pieces of 768 pixels. A place of FLUX's autoencoder sees 12 latents around itself, its middle left out. */
export const TILING: Tiling = { side: 96, overlap: 24 };

export interface Span {
  readonly from: number;
  readonly size: number;
}

/** What a piece reads along one axis, and the part of it that is its own: own parts meet without overlap. */
export interface PieceSpan extends Span {
  readonly own: Span;
}

export interface Piece {
  readonly rows: PieceSpan;
  readonly columns: PieceSpan;
}

/** Pieces of a plane of so many latents, none larger than a tile, each reading half the overlap beyond its own part. */
export function piecesOf(height: number, width: number, tiling: Tiling): Piece[] {
  const [down, across] = [pieceSpans(height, tiling), pieceSpans(width, tiling)];
  return down.flatMap((rows) => across.map((columns) => ({ rows, columns })));
}

function pieceSpans(length: number, { side, overlap }: Tiling): PieceSpan[] {
  const beyond = overlap / 2;
  const count = length <= side ? 1 : Math.ceil(length / (side - overlap));
  const at = (i: number) => Math.floor((i * length) / count);
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [Math.max(0, at(i) - beyond), Math.min(length, at(i + 1) + beyond)];
    return { from, size: to - from, own: { from: at(i), size: at(i + 1) - at(i) } };
  });
}

/** What a piece reads of a plane with `unit` places per latent. */
export function cropPlane(x: Tensor, { rows, columns }: Piece, unit: number): Tensor {
  return crop(x, times(rows, unit), times(columns, unit));
}

/** Writes a piece's own part into the plane; `scale`: places per latent of both. */
export function pastePlane(plane: Tensor, part: Tensor, { rows, columns }: Piece, scale: number): void {
  const [, channels = 0, height = 0, width = 0] = plane.shape;
  const [, , partHeight = 0, partWidth = 0] = part.shape;
  const [own, wide] = [times(rows.own, scale), times(columns.own, scale)];
  const [top, left] = [rows.from * scale, columns.from * scale];
  for (let c = 0; c < channels; c++) {
    for (let y = own.from; y < own.from + own.size; y++) {
      const at = (c * partHeight + y - top) * partWidth + wide.from - left;
      plane.data.set(part.data.subarray(at, at + wide.size), (c * height + y) * width + wide.from);
    }
  }
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
