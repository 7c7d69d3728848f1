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
  fillEllipse(mask, center, radius);
  return mask;
}

/** A brush of a round tip of `width` pixels drawn along the points: round caps and joins. */
export function strokeMask(points: readonly Point[], width: number, size: Size): Mask {
  const mask = emptyMask(size);
  for (const [i, point] of points.entries()) {
    fillEllipse(mask, point, [width / 2, width / 2]);
    const next = points[i + 1];
    if (next) fillPolygon(mask, segmentOutline(point, next, width / 2));
  }
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

function fillEllipse(mask: Mask, [cx, cy]: Point, [rx, ry]: Point): void {
  const end = firstCentre(cy + ry, mask.height);
  for (let y = firstCentre(cy - ry, mask.height); y < end; y++) {
    const half = rx * Math.sqrt(Math.max(0, 1 - ((y + 0.5 - cy) / ry) ** 2));
    fillSpan(mask, y, cx - half, cx + half);
  }
}

interface Crossing {
  x: number;
  /** +1 where the outline runs down, −1 where it runs up. */
  turn: number;
}

function fillPolygon(mask: Mask, points: readonly Point[]): void {
  for (const [y, row] of crossingsByRow(points, mask.height)) {
    row.sort((p, q) => p.x - q.x);
    let winding = 0;
    for (const [i, { x, turn }] of row.entries()) {
      winding += turn;
      const next = row[i + 1];
      if (winding !== 0 && next) fillSpan(mask, y, x, next.x);
    }
  }
}

function crossingsByRow(points: readonly Point[], height: number): Map<number, Crossing[]> {
  const rows = new Map<number, Crossing[]>();
  for (const [i, a] of points.entries()) {
    const b = points[(i + 1) % points.length] ?? a;
    const [[ax, ay], [bx, by], turn] = a[1] <= b[1] ? ([a, b, 1] as const) : ([b, a, -1] as const);
    const end = firstCentre(by, height);
    for (let y = firstCentre(ay, height); y < end; y++) {
      const x = ax + ((y + 0.5 - ay) / (by - ay)) * (bx - ax);
      const row = rows.get(y);
      if (row) row.push({ x, turn });
      else rows.set(y, [{ x, turn }]);
    }
  }
  return rows;
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
