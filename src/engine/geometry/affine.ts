/** Algebra of affine maps on continuous pixels, and the path a motion takes from nothing to done. */
import { EditError } from "../../errors.ts";
import type { Affine, Point } from "../raster.ts";
import type { Motion, SimpleMotion } from "../recipe/schema.ts";

export const IDENTITY: Affine = [1, 0, 0, 0, 1, 0];

/** `outer ∘ inner`: first `inner`, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer;
  const [p, q, r, s, t, u] = inner;
  return [a * p + b * s, a * q + b * t, a * r + b * u + c, d * p + e * s, d * q + e * t, d * r + e * u + f];
}

export function apply(affine: Affine, [x, y]: Point): Point {
  const [a, b, c, d, e, f] = affine;
  return [a * x + b * y + c, d * x + e * y + f];
}

/** Area of the image of a unit square, negative for a reflection. */
export function determinant([a, b, , d, e]: Affine): number {
  return a * e - b * d;
}

/** @throws TypeError when the map is singular. */
export function invert(affine: Affine): Affine {
  const det = determinant(affine);
  if (!Number.isFinite(1 / det)) throw new TypeError(`Expected an invertible affine map, got [${affine.join(", ")}]`);
  const [a, b, c, d, e, f] = affine;
  return [e / det, -b / det, (b * f - e * c) / det, -d / det, a / det, (d * c - a * f) / det];
}

export function translation([dx, dy]: Point): Affine {
  return [1, 0, dx, 0, 1, dy];
}

/** Rotation by `degrees`, clockwise-positive on the screen, that keeps `about` in place. */
export function rotationAbout(degrees: number, [x, y]: Point): Affine {
  const angle = (degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return [cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y];
}

export function scaleAbout([sx, sy]: Point, [x, y]: Point): Affine {
  return [sx, 0, x - sx * x, 0, sy, y - sy * y];
}

/** The whole motion. `centroid` is that of the region before it moves. Errors as in `affineAt`. */
export function affineOfMotion(motion: Motion, centroid: Point): Affine {
  return affineAt(motion, centroid, 1);
}

/**
 * The part of a motion done at `progress` (0 nothing, 1 all): a translation grows linearly, a rotation by its angle
 * (DragFlow's path), a scale geometrically; `compose` multiplies its motions' parts in order. Inside `compose`, `to`
 * and a default `about` mean the region's centroid where the motions before have brought it.
 *
 * @throws EditError `rotation-without-about`; `recipe-invalid` for a rotation `to` without a direction.
 */
export function affineAt(motion: Motion, centroid: Point, progress: number): Affine {
  let whole = IDENTITY;
  let part = IDENTITY;
  for (const simple of motion.type === "compose" ? motion.motions : [motion]) {
    const step = stepOf(simple, apply(whole, centroid));
    part = compose(step(progress, apply(part, centroid)), part);
    whole = compose(step(1, apply(whole, centroid)), whole);
  }
  return part;
}

/** A motion with its amounts settled; `here` is the centroid at that progress. */
type Step = (progress: number, here: Point) => Affine;

function stepOf(motion: SimpleMotion, centroid: Point): Step {
  switch (motion.type) {
    case "relocation":
    case "deformation": {
      const [dx, dy] = offsetOf(motion, centroid);
      return (progress) => translation([dx * progress, dy * progress]);
    }
    case "rotation": {
      const about = motion.about ?? missingAbout(centroid);
      const degrees = motion.to ? degreesTowards(centroid, motion.to, about) : (motion.degrees ?? 0);
      return (progress) => rotationAbout(degrees * progress, about);
    }
    case "scale": {
      const [sx, sy] = typeof motion.factor === "number" ? [motion.factor, motion.factor] : motion.factor;
      return (progress, here) => scaleAbout([sx ** progress, sy ** progress], motion.about ?? here);
    }
    default: {
      const unknown: never = motion;
      throw new TypeError(`Unknown motion ${JSON.stringify(unknown)}`);
    }
  }
}

function offsetOf(motion: { by?: Point | undefined; to?: Point | undefined }, [x, y]: Point): Point {
  if (motion.to) return [motion.to[0] - x, motion.to[1] - y];
  return motion.by ?? [0, 0];
}

/** Angle from (from − about) to (to − about), in (−180, 180], clockwise-positive on the screen. */
export function degreesTowards(from: Point, to: Point, about: Point): number {
  const [ux, uy] = direction(from, about, "the region's centroid");
  const [vx, vy] = direction(to, about, '"to"');
  const degrees = (Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy) * 180) / Math.PI;
  return degrees <= -180 ? degrees + 360 : degrees;
}

function direction(point: Point, about: Point, name: string): Point {
  const v: Point = [point[0] - about[0], point[1] - about[1]];
  if (Math.hypot(...v) > 1e-6) return v;
  throw new EditError(
    "recipe-invalid",
    `Expected "about" of a rotation to differ from ${name}, got both at ${at(about)}`,
    {
      hint: 'Give the angle as "degrees" instead of "to".',
    },
  );
}

function missingAbout(centroid: Point): never {
  throw new EditError(
    "rotation-without-about",
    `Expected a rotation with "about": [x, y], got none; the region's centroid is ${at(centroid)}`,
    { hint: `Add "about": ${at(centroid)} to turn the region in place, or the joint it hangs on.` },
  );
}

function at([x, y]: Point): string {
  return `[${x.toFixed(1)}, ${y.toFixed(1)}]`;
}
