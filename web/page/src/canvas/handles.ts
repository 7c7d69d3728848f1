/** The frame around the selected region and what can be taken hold of: pure geometry, in pixels of the picture. */
import { type Affine, angleOf, apply, type Box, centreOf, distance, inverse, type Point } from "../geometry/affine.ts";
import { affineOf, angleBetween, type Handling } from "../geometry/motion.ts";

export type HandleName = "nw" | "n" | "ne" | "e" | "se" | "s" | "sw" | "w" | "rotate" | "anchor" | "body";

export interface Handle {
  readonly name: HandleName;
  readonly at: Point;
}

const SIDES = {
  nw: [0, 0],
  n: [0.5, 0],
  ne: [1, 0],
  e: [1, 0.5],
  se: [1, 1],
  s: [0.5, 1],
  sw: [0, 1],
  w: [0, 0.5],
} as const;

/** Screen pixels from the frame to the knob that turns it. */
const STEM = 30;
const REACH = { mouse: 9, pen: 12, touch: 22 } as const;
/** Shares of the region's shorter side beyond which no handle reaches: of a small region most is still its body. */
const MOST_REACH = 0.28;
/** The anchor lies where people take hold of the region itself. */
const ANCHOR_REACH = 0.12;

/** Handles in the order in which they are tried; `scale` is screen pixels per picture pixel. */
export function handlesOf(box: Box, handling: Handling, scale: number): readonly Handle[] {
  const map = affineOf(handling);
  const sides = (Object.keys(SIDES) as (keyof typeof SIDES)[]).map((name) => ({
    name,
    at: apply(map, onBox(box, SIDES[name])),
  }));
  const anchor: Handle = { name: "anchor", at: apply(map, handling.anchor) };
  return [{ name: "rotate", at: knob(box, map, scale) }, anchor, ...sides];
}

export function cornersOf(box: Box, handling: Handling): readonly Point[] {
  const map = affineOf(handling);
  return [SIDES.nw, SIDES.ne, SIDES.se, SIDES.sw].map((side) => apply(map, onBox(box, side)));
}

/** Above the frame's top, along its own upward direction. */
function knob(box: Box, map: Affine, scale: number): Point {
  const top = apply(map, onBox(box, SIDES.n));
  const centre = apply(map, centreOf(box));
  const length = distance(top, centre);
  const up: Point = length < 1e-6 ? [0, -1] : [(top[0] - centre[0]) / length, (top[1] - centre[1]) / length];
  return [top[0] + (up[0] * STEM) / scale, top[1] + (up[1] * STEM) / scale];
}

function onBox([x0, y0, x1, y1]: Box, [u, v]: Point): Point {
  return [x0 + u * (x1 - x0), y0 + v * (y1 - y0)];
}

export interface Grip {
  readonly box: Box;
  readonly handling: Handling;
  readonly scale: number;
  readonly pointer: string;
}

/** What lies under the point; the body is the frame's inside. */
export function handleAt(at: Point, { box, handling, scale, pointer }: Grip): HandleName | undefined {
  const reach = (pointer === "touch" ? REACH.touch : pointer === "pen" ? REACH.pen : REACH.mouse) / scale;
  const [x, y] = apply(inverse(affineOf(handling)), at);
  const [x0, y0, x1, y1] = box;
  const inside = x >= x0 && x <= x1 && y >= y0 && y <= y1;
  const side = Math.min(x1 - x0, y1 - y0);
  const within = (name: HandleName) =>
    name === "anchor" ? Math.min(reach, ANCHOR_REACH * side) : inside ? Math.min(reach, MOST_REACH * side) : reach;
  const near = handlesOf(box, handling, scale).find((handle) => distance(handle.at, at) <= within(handle.name));
  return near?.name ?? (inside ? "body" : undefined);
}

export interface Pull {
  readonly name: HandleName;
  readonly from: Point;
  readonly to: Point;
  readonly box: Box;
  /** As it was when the handle was taken. */
  readonly start: Handling;
  /** Shift: moves along one axis, turns in steps, pulls corners freely. */
  readonly strict: boolean;
}

/** What the handling becomes when the handle taken at `from` is pulled to `to`. */
export function pulled(pull: Pull): Partial<Handling> {
  switch (pull.name) {
    case "body":
      return { by: moved(pull) };
    case "rotate":
      return { degrees: turned(pull) };
    case "anchor":
      return anchored(pull);
    default:
      return { scale: stretched(pull) };
  }
}

function moved({ from, to, start, strict }: Pull): Point {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const [x, y] = !strict ? [dx, dy] : Math.abs(dx) > Math.abs(dy) ? [dx, 0] : [0, dy];
  return [start.by[0] + x, start.by[1] + y];
}

const TURN_STEP = 15;

function turned({ from, to, start, strict }: Pull): number {
  const pole: Point = [start.anchor[0] + start.by[0], start.anchor[1] + start.by[1]];
  const degrees = start.degrees + angleBetween(pole, from, to);
  const within = ((((degrees + 180) % 360) + 360) % 360) - 180;
  return strict ? Math.round(within / TURN_STEP) * TURN_STEP : within;
}

/** The anchor moves, the region does not: the shift takes up what the new anchor changes. */
function anchored({ to, start }: Pull): Partial<Handling> {
  const anchor = apply(inverse(affineOf(start)), to);
  const moved = affineOf({ ...start, anchor });
  const [x, y] = apply(moved, anchor);
  return { anchor, by: [start.by[0] + to[0] - x, start.by[1] + to[1] - y] };
}

const [LEAST, MOST] = [0.05, 20];

/** In the region's own axes: how much further the handle is from the anchor than it was. */
function stretched({ name, to, box, start, strict }: Pull): Point {
  const side = SIDES[name as keyof typeof SIDES];
  const unscaled = inverse(affineOf({ ...start, scale: [1, 1] }));
  const [px, py] = apply(unscaled, to);
  const [hx, hy] = onBox(box, side);
  const [ax, ay] = start.anchor;
  const ratio = (now: number, was: number) => Math.min(MOST, Math.max(LEAST, Math.abs(was) < 1 ? 1 : now / was));
  const sx = side[0] === 0.5 ? start.scale[0] : ratio(px - ax, hx - ax);
  const sy = side[1] === 0.5 ? start.scale[1] : ratio(py - ay, hy - ay);
  const corner = side[0] !== 0.5 && side[1] !== 0.5;
  if (!corner || strict) return [sx, sy];
  const both = Math.max(sx / start.scale[0], sy / start.scale[1]);
  return [start.scale[0] * both, start.scale[1] * both];
}

/** For the pointer's shape over a handle, as the frame lies now. */
export function resizeAngle(name: HandleName, handling: Handling): number {
  const side = SIDES[name as keyof typeof SIDES];
  return angleOf([side[0] - 0.5, side[1] - 0.5]) + handling.degrees;
}
