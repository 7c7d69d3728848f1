/** Where a point of a region goes under motions, one after the other. */
import type { Box, Point } from "../../engine/raster.ts";
import type { Motion, SimpleMotion } from "../../engine/recipe/schema.ts";

export function simpleMotions(motion: Motion): readonly SimpleMotion[] {
  return motion.type === "compose" ? motion.motions : [motion];
}

/** `to` names where the centroid goes, so only the centroid may be followed through motions that have one. */
export function followPoint(point: Point, motions: readonly SimpleMotion[]): Point {
  return motions.reduce(follow, point);
}

/** A turned box is the box around it. */
export function followedBox([x0, y0, x1, y1]: Box, motions: readonly SimpleMotion[]): Box {
  const corners: Point[] = [
    [x0, y0],
    [x1, y0],
    [x0, y1],
    [x1, y1],
  ];
  const moved = corners.map((corner) => followPoint(corner, motions));
  const [xs, ys] = [moved.map(([x]) => x), moved.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

function follow(at: Point, motion: SimpleMotion): Point {
  switch (motion.type) {
    case "relocation":
    case "deformation":
      return motion.to ?? [at[0] + (motion.by?.[0] ?? 0), at[1] + (motion.by?.[1] ?? 0)];
    case "rotation":
      return motion.to ?? turned(at, motion.about ?? at, motion.degrees ?? 0);
    case "scale":
      return scaled(at, motion.about ?? at, motion.factor);
    default: {
      const never: never = motion;
      throw new TypeError(`Unknown motion: ${String(never)}`);
    }
  }
}

function turned(at: Point, about: Point, degrees: number): Point {
  const [x, y] = [at[0] - about[0], at[1] - about[1]];
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [about[0] + c * x - s * y, about[1] + s * x + c * y];
}

function scaled(at: Point, about: Point, factor: number | readonly [number, number]): Point {
  const [sx, sy] = typeof factor === "number" ? [factor, factor] : factor;
  return [about[0] + sx * (at[0] - about[0]), about[1] + sy * (at[1] - about[1])];
}

/** True where the motion leaves everything in place. */
export function isIdentity(motion: SimpleMotion): boolean {
  switch (motion.type) {
    case "relocation":
    case "deformation":
      return motion.to === undefined && (motion.by?.[0] ?? 0) === 0 && (motion.by?.[1] ?? 0) === 0;
    case "rotation":
      return motion.to === undefined && (motion.degrees ?? 0) % 360 === 0;
    case "scale":
      return [motion.factor].flat().every((factor) => factor === 1);
    default: {
      const never: never = motion;
      throw new TypeError(`Unknown motion: ${String(never)}`);
    }
  }
}
