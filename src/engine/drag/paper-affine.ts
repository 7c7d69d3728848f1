/** The affine motions of DragFlow's code at cut size (flux.md §5.8). Pixel centres at integers, y down. */
import { centroid, cutPoint, type PixelPoint, type PixelSize, regionCut } from "./paper-regions.ts";
import type { Planes, Size2 } from "./resize.ts";

/** The words of the data set; deformation moves exactly as transformation (a translation) does. */
export const PAPER_TASKS = ["transformation", "deformation", "rotation"] as const;
export type PaperTask = (typeof PAPER_TASKS)[number];

/** An operation as `instruction.json` states it, in raw pixels. */
export interface PaperOperation {
  readonly task: PaperTask;
  readonly target: PixelPoint;
  readonly anchor: PixelPoint | null;
}

/** The same in whole cut pixels; `begin` is the centroid of the resized region, whatever the file says. */
export interface CutMotion {
  readonly task: PaperTask;
  readonly begin: PixelPoint;
  readonly target: PixelPoint;
  readonly anchor: PixelPoint | null;
}

/** Where output pixel (x, y) reads its source: (a·x + b·y + c, d·x + e·y + f). */
export type SamplingMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** `region` is the operation's mask (1, H0, W0) in the raw picture; the soft cut region comes with the motion. */
export function cutMotion(
  operation: PaperOperation,
  region: Planes,
  cut: Size2,
): { readonly region: Planes; readonly motion: CutMotion } {
  const raw: PixelSize = [region.width, region.height];
  const soft = regionCut(region, cut);
  const { task, target, anchor } = operation;
  const motion = {
    task,
    begin: centroid(soft),
    target: cutPoint(target, raw, cut),
    anchor: anchor === null ? null : cutPoint(anchor, raw, cut),
  };
  return { region: soft, motion };
}

/** Progress w of iteration k (from 0): (k + 1) / transportIterations, then 1. */
export function progressAt(iteration: number, transportIterations: number): number {
  return Math.min((iteration + 1) / transportIterations, 1);
}

/** Angle from begin to target about the anchor, in [−180, 180); positive is clockwise on the screen. */
export function rotationDegrees(begin: PixelPoint, target: PixelPoint, anchor: PixelPoint): number {
  const angle = (point: PixelPoint) => Math.atan2(point[1] - anchor[1], point[0] - anchor[0]);
  const degrees = ((angle(target) - angle(begin)) * 180) / Math.PI;
  return degrees - 360 * Math.floor((degrees + 180) / 360);
}

/** The inverse of the motion carried out to the share `progress` (0–1). Throws `TypeError` for a rotation without anchor. */
export function samplingMap(motion: CutMotion, progress: number): SamplingMap {
  const { task, begin, target, anchor } = motion;
  if (task !== "rotation") {
    return [1, 0, -progress * (target[0] - begin[0]), 0, 1, -progress * (target[1] - begin[1])];
  }
  if (anchor === null) throw new TypeError("Expected an anchor for a rotation, got none");
  const phi = (progress * rotationDegrees(begin, target, anchor) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(phi), Math.sin(phi)];
  const [x, y] = anchor;
  return [cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y];
}

/** Sampling position (x, y) of every output pixel: (rows, columns, 2). */
export function samplingPositions(map: SamplingMap, [rows, columns]: Size2): Float32Array<ArrayBuffer> {
  const positions = new Float32Array(rows * columns * 2);
  for (let y = 0, at = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, at += 2) {
      const [px, py] = sampleAt(map, x, y);
      positions[at] = px;
      positions[at + 1] = py;
    }
  }
  return positions;
}

/** The soft region at its new place; what comes from outside the picture is 0. Only where something is read is anything mixed. */
export function movedRegion(region: Planes, map: SamplingMap): Planes {
  const { channels, height, width } = region;
  const data = new Float32Array(channels * height * width);
  const [a, b, c, d, e, f] = map;
  const [left, top, right, bottom] = reachOf(region);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const sx = a * x + b * y + c;
      const sy = d * x + e * y + f;
      if (sx <= left || sx >= right || sy <= top || sy >= bottom) continue;
      for (let base = 0; base < data.length; base += height * width) {
        data[base + at] = bilinear(region, base, [sx, sy], readZero);
      }
    }
  }
  return { channels, height, width, data };
}

/** Positions strictly between these read something that is not 0. */
function reachOf({ width, height, data }: Planes): [left: number, top: number, right: number, bottom: number] {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0, row = 0; i < data.length; row++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] === 0) continue;
      const y = row % height;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = Math.max(bottom, y);
    }
  }
  return [left - 1, top - 1, right + 1, bottom + 1];
}

/** Features at their new place; positions outside are clamped to the border. */
export function warpedFeatures(features: Planes, map: SamplingMap): Planes {
  return warp(features, map, readBorder);
}

type Reader = (planes: Planes, base: number, x: number, y: number) => number;

function warp(planes: Planes, map: SamplingMap, read: Reader): Planes {
  const { channels, height, width } = planes;
  const data = new Float32Array(channels * height * width);
  for (let c = 0, out = 0; c < channels; c++) {
    const base = c * height * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, out++) data[out] = bilinear(planes, base, sampleAt(map, x, y), read);
    }
  }
  return { channels, height, width, data };
}

function sampleAt([a, b, c, d, e, f]: SamplingMap, x: number, y: number): PixelPoint {
  return [a * x + b * y + c, d * x + e * y + f];
}

function bilinear(planes: Planes, base: number, [x, y]: PixelPoint, read: Reader): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - x0, y - y0];
  const upper = (1 - u) * read(planes, base, x0, y0) + u * read(planes, base, x0 + 1, y0);
  const lower = (1 - u) * read(planes, base, x0, y0 + 1) + u * read(planes, base, x0 + 1, y0 + 1);
  return (1 - v) * upper + v * lower;
}

function readZero({ width, height, data }: Planes, base: number, x: number, y: number): number {
  return x < 0 || y < 0 || x >= width || y >= height ? 0 : (data[base + y * width + x] ?? 0);
}

/** Reading clamped pixels equals clamping the position: both taps beyond the border are the border pixel. */
function readBorder({ width, height, data }: Planes, base: number, x: number, y: number): number {
  const column = Math.min(Math.max(x, 0), width - 1);
  return data[base + Math.min(Math.max(y, 0), height - 1) * width + column] ?? 0;
}
