/** The editable mask as DragFlow's code builds it from the raw picture's blobs (flux.md §5.11). Pixel centres at integers. */
import { minAreaRect } from "../geometry/hull.ts";
import type { PaperOperation } from "./paper-affine.ts";
import { blobAt, fillHoles, outlineArea } from "./paper-blobs.ts";
import type { PixelPoint } from "./paper-regions.ts";
import type { Planes } from "./resize.ts";

export interface BlobOperation extends PaperOperation {
  /** A point inside the operation's blob. */
  readonly begin: PixelPoint;
}

export interface PaperMasks {
  /** The filled blob of each operation, {0, 1}. */
  readonly regions: Planes[];
  /** Union over operations of the smallest rotated rectangle around blob and moved blob. */
  readonly editable: Planes;
}

/** Blobs with less area than this take no part in the mask. */
const LEAST_AREA = 5;

/** `picture` (1, H0, W0): non-zero is foreground. Throws `TypeError` for an operation whose begin lies in no blob. */
export function paperMasks(picture: Planes, operations: readonly BlobOperation[]): PaperMasks {
  const filled = fillHoles(picture);
  const regions = operations.map(({ begin }) => blobAt(filled, begin));
  const editable = { ...picture, channels: 1, data: new Float32Array(picture.width * picture.height) };
  operations.forEach((operation, i) => {
    const region = regions[i];
    if (region && outlineArea(region) >= LEAST_AREA) fillQuad(editable, enclosingQuad(region, operation));
  });
  return { regions, editable };
}

function enclosingQuad(region: Planes, operation: PaperOperation): PixelPoint[] {
  const moved = movedBlob(region, operation);
  return minAreaRect([...rowEnds(region), ...rowEnds(moved)]).map(([x, y]) => [truncate(x), truncate(y)]);
}

/** Towards zero, as a cast to int does; what rounding noise put below an integer counts as that integer. */
function truncate(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) < 1e-6 ? nearest : Math.trunc(value);
}

/** First and last pixel of every row: all corners of the hull are among them. */
function rowEnds({ width, height, data }: Planes): PixelPoint[] {
  const ends: PixelPoint[] = [];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first >= 0) ends.push([first, y], [row.lastIndexOf(1), y]);
  }
  return ends;
}

/** The blob at its target; pixels that leave the picture are dropped. A rotation takes the mean unrounded (fits the reference). */
function movedBlob(region: Planes, { task, target, anchor }: PaperOperation): Planes {
  const mean = meanOf(region);
  if (task !== "rotation") {
    const [dx, dy] = [target[0] - Math.trunc(mean[0]), target[1] - Math.trunc(mean[1])];
    return remap(region, (x, y) => [x - dx, y - dy]);
  }
  if (anchor === null) throw new TypeError("Expected an anchor for a rotation, got none");
  const [ax, ay] = anchor;
  const arm = (point: PixelPoint) => [point[0] - ax, point[1] - ay] as const;
  const [v1, v2] = [arm(mean), arm(target)];
  const theta = Math.atan2(v1[0] * v2[1] - v1[1] * v2[0], v1[0] * v2[0] + v1[1] * v2[1]);
  const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
  return remap(region, (x, y) => [ax + cos * (x - ax) + sin * (y - ay), ay - sin * (x - ax) + cos * (y - ay)]);
}

function meanOf({ width, data }: Planes): PixelPoint {
  let [count, x, y] = [0, 0, 0];
  data.forEach((value, i) => {
    count += value;
    x += value * (i % width);
    y += value * Math.floor(i / width);
  });
  return [x / count, y / count];
}

function remap(region: Planes, source: (x: number, y: number) => PixelPoint): Planes {
  const { width, height } = region;
  const data = region.data.map((_, i) => {
    const [from, row] = source(i % width, Math.floor(i / width));
    const [x, y] = [Math.round(from), Math.round(row)];
    return x < 0 || y < 0 || x >= width || y >= height ? 0 : (region.data[y * width + x] ?? 0);
  });
  return { ...region, data };
}

/** Sets the pixels inside the convex quadrilateral and those of its outline. */
function fillQuad({ width, height, data }: Planes, corners: readonly PixelPoint[]): void {
  const edges = corners.map((from, i) => [from, corners[(i + 1) % corners.length] ?? from] as const);
  const turn = Math.sign(edges.reduce((sum, [p, q]) => sum + p[0] * q[1] - q[0] * p[1], 0));
  for (let y = 0; turn !== 0 && y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (edges.every((edge) => turn * side(edge, x, y) >= 0)) data[y * width + x] = 1;
    }
  }
  for (const [from, to] of edges) {
    for (const [x, y] of linePixels(from, to)) {
      if (x >= 0 && y >= 0 && x < width && y < height) data[y * width + x] = 1;
    }
  }
}

function side([p, q]: readonly [PixelPoint, PixelPoint], x: number, y: number): number {
  return (q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]);
}

/** One pixel per step of the longer axis. */
function linePixels([x0, y0]: PixelPoint, [x1, y1]: PixelPoint): PixelPoint[] {
  const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
  return Array.from({ length: steps + 1 }, (_, i) => [
    Math.round(x0 + ((x1 - x0) * i) / steps),
    Math.round(y0 + ((y1 - y0) * i) / steps),
  ]);
}
