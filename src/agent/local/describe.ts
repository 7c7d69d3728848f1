/** A motion in words, for answers and transcripts. */
import type { Motion, SimpleMotion } from "../../engine/recipe/schema.ts";
import { isIdentity, simpleMotions } from "./follow.ts";

/** "move 40 px left and 20 px up, then rotate 30° clockwise"; "stay" where nothing moves. */
export function describeMotion(motion: Motion): string {
  const parts = simpleMotions(motion).filter((one) => !isIdentity(one));
  return parts.length === 0 ? "stay" : parts.map(describeOne).join(", then ");
}

function describeOne(motion: SimpleMotion): string {
  switch (motion.type) {
    case "relocation":
      return `move ${offsetWords(motion.by, motion.to)}`;
    case "deformation":
      return `stretch ${offsetWords(motion.by, motion.to)}`;
    case "rotation": {
      if (motion.to !== undefined) return `rotate towards (${motion.to.map(short).join(", ")})`;
      const degrees = motion.degrees ?? 0;
      return `rotate ${short(Math.abs(degrees))}° ${degrees < 0 ? "counter-clockwise" : "clockwise"}`;
    }
    case "scale":
      return describeScale(motion.factor);
    default: {
      const never: never = motion;
      throw new TypeError(`Unknown motion: ${String(never)}`);
    }
  }
}

function describeScale(factor: number | readonly [number, number]): string {
  if (typeof factor === "number") return `scale ${short(factor)} times`;
  if (factor[1] === 1) return `scale ${short(factor[0])} times in width`;
  if (factor[0] === 1) return `scale ${short(factor[1])} times in height`;
  return `scale ${short(factor[0])} times in width and ${short(factor[1])} in height`;
}

function offsetWords(by: readonly [number, number] | undefined, to: readonly [number, number] | undefined): string {
  if (to !== undefined) return `to (${to.map(short).join(", ")})`;
  const [x, y] = by ?? [0, 0];
  const across = x === 0 ? [] : [`${short(Math.abs(x))} px ${x < 0 ? "left" : "right"}`];
  const along = y === 0 ? [] : [`${short(Math.abs(y))} px ${y < 0 ? "up" : "down"}`];
  return [...across, ...along].join(" and ");
}

/** At most one decimal for lengths and angles of 10 and more, two below. */
function short(value: number): string {
  return String(Math.abs(value) >= 10 ? Math.round(value * 10) / 10 : Math.round(value * 100) / 100);
}
