/** Scan-conversion of drawn shapes: a pixel is inside when its centre is. Edges are half-open (left and top inclusive),
 * so that shapes that share an edge share no pixel. */
import type { Box, Mask, Point } from "../raster.ts";
import { emptyMask, type Size } from "./coverage.ts";

/** Non-zero winding: a hand-drawn outline that crosses itself leaves no holes. */
export function polygonMask(points: readonly Point[], size: Size): Mask {
  const mask = emptyMask(size);
  fillPolygon(mask, points);
  return mask;
}

export function boxMask([x0, y0, x1, y1]: Box, size: Size): Mask {
  const mask = emptyMask(size);
  for (let y = firstCentre(y0, size.height); y < firstCentre(y1, size.height); y++) fillSpan(mask, y, x0, x1);
  return mask;
}

export function ellipseMask(center: Point, radius: Point, size: Size): Mask {
  const mask = emptyMask(size);
  fillParts(mask, [ellipsePart(center, radius, size.height)]);
  return mask;
}

/** A brush of a round tip of `width` pixels drawn along the points: round caps and joins. */
export function strokeMask(points: readonly Point[], width: number, size: Size): Mask {
  const mask = emptyMask(size);
  const radius: Point = [width / 2, width / 2];
  const parts = points.flatMap((point, i) => {
    const next = points[i + 1];
    const tip = ellipsePart(point, radius, size.height);
    return next ? [tip, ...segmentPart(point, next, width / 2, size.height)] : [tip];
  });
  fillParts(mask, parts);
  return mask;
}

/** The rectangle of half-width `r` around a segment, without its caps. */
function segmentOutline([ax, ay]: Point, [bx, by]: Point, r: number): Point[] {
  const length = Math.hypot(bx - ax, by - ay);
  if (length === 0) return [];
  const [nx, ny] = [(-(by - ay) / length) * r, ((bx - ax) / length) * r];
  return [
    [ax + nx, ay + ny],
    [bx + nx, by + ny],
    [bx - nx, by - ny],
    [ax - nx, ay - ny],
  ];
}

/** A piece of a shape: what it adds to the winding along each of its rows. */
interface Part {
  /** First row, and the row after the last. */
  readonly first: number;
  readonly end: number;
  mark(y: number, turn: (x: number, by: number) => void): void;
}

function ellipsePart([cx, cy]: Point, [rx, ry]: Point, height: number): Part {
  return {
    first: firstCentre(cy - ry, height),
    end: firstCentre(cy + ry, height),
    mark(y, turn) {
      const half = rx * Math.sqrt(Math.max(0, 1 - ((y + 0.5 - cy) / ry) ** 2));
      turn(cx - half, 1);
      turn(cx + half, -1);
    },
  };
}

/** Marked from left to right whichever way the segment runs, so that no other segment can undo it. */
function segmentPart(a: Point, b: Point, r: number, height: number): Part[] {
  const edges = edgesOf(segmentOutline(a, b, r), height);
  if (edges.length === 0) return [];
  return [
    {
      first: Math.min(...edges.map(({ first }) => first)),
      end: Math.max(...edges.map(({ end }) => end)),
      mark(y, turn) {
        let [left, right] = [Infinity, -Infinity];
        for (const edge of edges) {
          if (y < edge.first || y >= edge.end) continue;
          const x = edge.at(y);
          left = Math.min(left, x);
          right = Math.max(right, x);
        }
        if (left > right) return;
        turn(left, 1);
        turn(right, -1);
      },
    },
  ];
}

interface Edge extends Part {
  at(y: number): number;
}

function fillPolygon(mask: Mask, points: readonly Point[]): void {
  fillParts(mask, edgesOf(points, mask.height));
}

/** Of a closed outline; those that cross no row's centre are left out. */
function edgesOf(points: readonly Point[], height: number): Edge[] {
  return points.flatMap((a, i) => {
    const b = points[(i + 1) % points.length] ?? a;
    // +1 where the outline runs down, -1 where it runs up.
    const [[ax, ay], [bx, by], way] = a[1] <= b[1] ? ([a, b, 1] as const) : ([b, a, -1] as const);
    const [first, end] = [firstCentre(ay, height), firstCentre(by, height)];
    const at = (y: number) => {
      const x = ax + ((y + 0.5 - ay) / (by - ay)) * (bx - ax);
      return Number.isNaN(x) ? between(ax, bx, (y / 2 - ay / 2) / (by / 2 - ay / 2)) : x;
    };
    return first < end ? [{ first, end, at, mark: (y: number, turn: TurnAt) => turn(at(y), way) }] : [];
  });
}

type TurnAt = (x: number, by: number) => void;

/** Where differences are larger than numbers can be. */
function between(a: number, b: number, t: number): number {
  return a * (1 - t) + b * t;
}

/** Row by row, with the parts that reach it: time and memory grow with parts and rows, whatever they cover. */
function fillParts(mask: Mask, parts: readonly Part[]): void {
  const waiting = parts.toSorted((p, q) => q.first - p.first); // the next one last
  const turns = new Int32Array(mask.width + 1);
  const turn = (x: number, by: number) => {
    const column = firstCentre(x, mask.width);
    turns[column] = (turns[column] ?? 0) + by;
  };
  let active: Part[] = [];
  let count = 0;
  let soonest = Infinity; // row at which the first of the active ones ends
  for (let y = waiting.at(-1)?.first ?? mask.height; y < mask.height; y++) {
    if (soonest <= y) active = active.filter(({ end }) => end > y);
    for (let next = waiting.at(-1); next && next.first <= y; next = waiting.at(-1)) active.push(...waiting.splice(-1));
    if (soonest <= y || active.length > count)
      soonest = active.reduce((least, { end }) => Math.min(least, end), Infinity);
    count = active.length;
    if (active.length === 0 && waiting.length === 0) return;
    for (const part of active) part.mark(y, turn);
    fillRow(mask, y, turns);
  }
}

/** 255 where the winding is not 0; leaves `turns` empty. */
function fillRow(mask: Mask, y: number, turns: Int32Array): void {
  const row = y * mask.width;
  let [winding, from] = [0, 0];
  for (let x = 0; x <= mask.width; x++) {
    const by = turns[x] ?? 0;
    if (by === 0) continue;
    if (winding !== 0) mask.data.fill(255, row + from, row + x);
    winding += by;
    from = x;
    turns[x] = 0;
  }
}

/** Index of the first pixel whose centre is at or beyond `edge`, within 0…limit. */
function firstCentre(edge: number, limit: number): number {
  return Math.min(limit, Math.max(0, Math.ceil(edge - 0.5)));
}

function fillSpan(mask: Mask, y: number, from: number, to: number): void {
  const row = y * mask.width;
  const [start, end] = [firstCentre(from, mask.width), firstCentre(to, mask.width)];
  if (end > start) mask.data.fill(255, row + start, row + end);
}
