/** Small fields under a large picture: cells of equal size, read bilinearly between their centres. */

export interface Cells {
  /** Interleaved [height, width, channels]. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Of every column (or row) of a picture: the cell that it lies in. */
export function cellsAlong(length: number, cells: number): Int32Array {
  const cell = new Int32Array(length);
  for (let x = 0; x < length; x++) cell[x] = Math.floor(((x + 0.5) * cells) / length);
  return cell;
}

/** Of every column (or row): the cell whose centre lies before it, the next one, and how far it is on the way; beyond the outer
 * centres all of the outer cell. */
export interface Between {
  readonly cell: Int32Array;
  readonly next: Int32Array;
  readonly share: Float64Array;
}

export function betweenCells(length: number, cells: number): Between {
  const [cell, next, share] = [new Int32Array(length), new Int32Array(length), new Float64Array(length)];
  for (let x = 0; x < length; x++) {
    const u = Math.max(0, Math.min(cells - 1, ((x + 0.5) * cells) / length - 0.5));
    const before = Math.floor(u);
    cell[x] = before;
    next[x] = Math.min(cells - 1, before + 1);
    share[x] = u - before;
  }
  return { cell, next, share };
}
