/** A JPEG between reading and writing: its quantised coefficients and the segments around them. Source: ITU-T T.81. */

export const MARKER = {
  sequential: 0xc0,
  extended: 0xc1,
  progressive: 0xc2,
  huffman: 0xc4,
  restart: 0xd0,
  start: 0xd8,
  end: 0xd9,
  scan: 0xda,
  quantisation: 0xdb,
  interval: 0xdd,
  app0: 0xe0,
  app15: 0xef,
  comment: 0xfe,
} as const;

export interface Component {
  readonly id: number;
  /** Blocks per MCU, across and down; 1 and 1 where it is the only component. */
  readonly h: number;
  readonly v: number;
  /** Pixels per sample, across and down. */
  readonly cell: readonly [width: number, height: number];
  /** Blocks that show picture. */
  readonly blocksWide: number;
  readonly blocksHigh: number;
  /** Blocks in a row of `coefficients`, which is filled up to whole MCUs. */
  readonly stride: number;
  /** Quantised, in zigzag order: [mcusHigh · v, stride, 64]. */
  readonly coefficients: Int16Array;
  /** Steps in zigzag order, 1–65535: [64]. */
  readonly steps: Uint16Array;
}

export interface Frame {
  /** Pixels, as stored: before EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly mcusWide: number;
  readonly mcusHigh: number;
  /** Pixels of one MCU. */
  readonly mcu: readonly [width: number, height: number];
  readonly components: readonly Component[];
}

export interface Segment {
  readonly marker: number;
  /** Without marker and length. */
  readonly payload: Uint8Array;
}

export interface Jpeg extends Frame {
  /** APPn and comments, in the file's order. */
  readonly segments: readonly Segment[];
  /** MCUs between restart markers; 0 for none. */
  readonly restartInterval: number;
  /** Bytes of the file behind its end marker: a phone's film, further pictures. */
  readonly trailing: number;
}

/** In raster order of a block: where the k-th coefficient of the zigzag lies (T.81 figure 5). */
export const ZIGZAG: Uint8Array = zigzag();

function zigzag(): Uint8Array {
  const order = Array.from({ length: 64 }, (_, at) => at);
  const diagonal = (at: number) => (at >> 3) + (at & 7);
  // Odd diagonals run downwards, even ones upwards.
  const along = (at: number) => (diagonal(at) % 2 === 1 ? at >> 3 : at & 7);
  return Uint8Array.from(order.sort((a, b) => diagonal(a) - diagonal(b) || along(a) - along(b)));
}
