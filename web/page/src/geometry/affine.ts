/** Affine maps of the plane: [a, b, c, d, e, f] sends (x, y) to (a·x + b·y + c, d·x + e·y + f). y points down. */
export type Point = readonly [x: number, y: number];
export type Box = readonly [x0: number, y0: number, x1: number, y1: number];
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const IDENTITY: Affine = [1, 0, 0, 0, 1, 0];

export function apply([a, b, c, d, e, f]: Affine, [x, y]: Point): Point {
  return [a * x + b * y + c, d * x + e * y + f];
}

/** First `inner`, then `outer`. */
export function after([a, b, c, d, e, f]: Affine, [A, B, C, D, E, F]: Affine): Affine {
  return [a * A + b * D, a * B + b * E, a * C + b * F + c, d * A + e * D, d * B + e * E, d * C + e * F + f];
}

export function shift([x, y]: Point): Affine {
  return [1, 0, x, 0, 1, y];
}

/** Clockwise on the screen, about the origin. */
export function turn(degrees: number): Affine {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos, -sin, 0, sin, cos, 0];
}

export function stretch(sx: number, sy: number): Affine {
  return [sx, 0, 0, 0, sy, 0];
}

/** The map with `anchor` in the origin's place. */
export function about([x, y]: Point, map: Affine): Affine {
  return after(shift([x, y]), after(map, shift([-x, -y])));
}

export function inverse([a, b, c, d, e, f]: Affine): Affine {
  const det = a * e - b * d;
  const [A, B, D, E] = [e / det, -b / det, -d / det, a / det];
  return [A, B, -(A * c + B * f), D, E, -(D * c + E * f)];
}

export function centreOf([x0, y0, x1, y1]: Box): Point {
  return [(x0 + x1) / 2, (y0 + y1) / 2];
}

export function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(ax - bx, ay - by);
}

export function rounded([x, y]: Point, digits = 1): Point {
  const scale = 10 ** digits;
  return [Math.round(x * scale) / scale, Math.round(y * scale) / scale];
}

/** Clockwise degrees from the x axis. */
export function angleOf([x, y]: Point): number {
  return (Math.atan2(y, x) * 180) / Math.PI;
}
