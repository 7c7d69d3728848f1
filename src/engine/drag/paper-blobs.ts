/** The white blobs of `operation.png` (flux.md §5.7): parts of touching pixels, diagonals included, with what they enclose. */
import type { PixelPoint } from "./paper-regions.ts";
import type { Planes } from "./resize.ts";

/** One blob, filled: 1 inside, as large as the picture. Blobs that lie in a hole of another belong to that one. */
export function filledBlobs(picture: Planes): Planes[] {
  const { width, height, data } = picture;
  const taken = new Uint8Array(data.length);
  const blobs: Planes[] = [];
  for (let seed = 0; seed < data.length; seed++) {
    if (taken[seed] || (data[seed] ?? 0) <= 0) continue;
    const part = flood(seed, width, height, EIGHT, (i) => (data[i] ?? 0) > 0);
    const filled = fillHoles(part, width, height);
    filled.forEach((inside, i) => {
      if (inside) taken[i] = 1;
    });
    blobs.push({ channels: 1, width, height, data: Float32Array.from(filled) });
  }
  // A blob met before the one around it is inside that: only outermost outlines count.
  return blobs.filter((blob, i) => !blobs.some((other, k) => k > i && covers(other, blob)));
}

/** The blob with the point inside or on its outline; throws `TypeError` when there is none. */
export function blobAt(blobs: readonly Planes[], [x, y]: PixelPoint): Planes {
  const found = blobs.find(({ width, height, data }) => {
    const [column, row] = [Math.round(x), Math.round(y)];
    return column >= 0 && row >= 0 && column < width && row < height && data[row * width + column] === 1;
  });
  if (!found) throw new TypeError(`Expected a blob at (${x}, ${y}), got none there among ${blobs.length}`);
  return found;
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

const FOUR = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;
const EIGHT = [...FOUR, [1, 1], [1, -1], [-1, 1], [-1, -1]] as const;

/** 1 for every pixel that `open` pixels connect with the seed. */
function flood(
  seed: number,
  width: number,
  height: number,
  neighbours: readonly (readonly [number, number])[],
  open: (i: number) => boolean,
): Uint8Array {
  const reached = new Uint8Array(width * height);
  const stack = [seed];
  reached[seed] = 1;
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    for (const [dx, dy] of neighbours) {
      const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
      const next = y * width + x;
      if (x < 0 || y < 0 || x >= width || y >= height || reached[next] || !open(next)) continue;
      reached[next] = 1;
      stack.push(next);
    }
  }
  return reached;
}

/** A hole is what the outside does not reach by straight steps; a margin of one pixel joins all of the outside. */
function fillHoles(part: Uint8Array, width: number, height: number): Uint8Array {
  const padded = width + 2;
  const inside = (i: number): boolean => {
    const [x, y] = [(i % padded) - 1, Math.floor(i / padded) - 1];
    return x >= 0 && y >= 0 && x < width && y < height && part[y * width + x] === 1;
  };
  const outside = flood(0, padded, height + 2, FOUR, (i) => !inside(i));
  return part.map((_, i) => 1 - (outside[(Math.floor(i / width) + 1) * padded + (i % width) + 1] ?? 0));
}

function covers(outer: Planes, inner: Planes): boolean {
  return inner.data.every((value, i) => value === 0 || outer.data[i] === 1);
}
