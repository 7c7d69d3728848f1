/** The white blobs of `operation.png` (flux.md §5.7): parts of touching pixels, diagonals included, with what they enclose. */
import type { PixelPoint } from "./paper-regions.ts";
import type { Planes } from "./resize.ts";

type Steps = readonly (readonly [dx: number, dy: number])[];
const STRAIGHT: Steps = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
];
const ALL: Steps = [...STRAIGHT, [1, 1], [1, -1], [-1, 1], [-1, -1]];

/** Non-zero pixels and their holes as {0, 1}; a hole is what the outside does not reach by straight steps. */
export function fillHoles({ width, height, data }: Planes): Planes {
  // A margin of one pixel joins all of the outside.
  const padded = width + 2;
  const open = (x: number, y: number): boolean =>
    x === 0 || y === 0 || x > width || y > height || (data[(y - 1) * width + x - 1] ?? 0) <= 0;
  const outside = flood([0, 0], padded, height + 2, STRAIGHT, open);
  const filled = Float32Array.from({ length: width * height }, (_, i) => {
    return 1 - (outside[(Math.floor(i / width) + 1) * padded + (i % width) + 1] ?? 0);
  });
  return { channels: 1, width, height, data: filled };
}

/**
 * The blob of a picture without holes that has the point inside or on its outline, as large as the picture.
 * Throws `TypeError` when there is none.
 */
export function blobAt({ width, height, data }: Planes, [px, py]: PixelPoint): Planes {
  const open = (x: number, y: number): boolean => data[y * width + x] === 1;
  const [x, y] = [Math.round(px), Math.round(py)];
  if (x < 0 || y < 0 || x >= width || y >= height || !open(x, y)) {
    throw new TypeError(`Expected a blob at (${px}, ${py}), got none there`);
  }
  return { channels: 1, width, height, data: Float32Array.from(flood([x, y], width, height, ALL, open)) };
}

/** Area of the polygon through the outline's pixel centres: cells of four pixels count 1, of three ½. */
export function outlineArea({ width, height, data }: Planes): number {
  let area = 0;
  for (let y = 0; y + 1 < height; y++) {
    for (let x = 0; x + 1 < width; x++) {
      const i = y * width + x;
      const corners = (data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + width] ?? 0) + (data[i + width + 1] ?? 0);
      area += corners === 4 ? 1 : corners === 3 ? 0.5 : 0;
    }
  }
  return area;
}

/** 1 for every pixel that `open` pixels connect with the seed. */
function flood(
  [seedX, seedY]: PixelPoint,
  width: number,
  height: number,
  steps: Steps,
  open: (x: number, y: number) => boolean,
): Uint8Array {
  const reached = new Uint8Array(width * height);
  const stack = [seedY * width + seedX];
  reached[seedY * width + seedX] = 1;
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    for (const [dx, dy] of steps) {
      const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
      const next = y * width + x;
      if (x < 0 || y < 0 || x >= width || y >= height || reached[next] || !open(x, y)) continue;
      reached[next] = 1;
      stack.push(next);
    }
  }
  return reached;
}
