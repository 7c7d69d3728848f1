/** "A bit further", "the other way": the last motion of the conversation once more. */
import type { SimpleMotion } from "../../engine/recipe/schema.ts";
import { type Amount, notUnderstood, type SpokenMotion, type Toward } from "./spoken.ts";

type Again = Extract<SpokenMotion, { type: "again" }>;

/** Turns "again" into a motion of the kind of `last`: its direction, and the amount just said or else the same one. */
export function repeat(again: Again, last: SimpleMotion | undefined): SpokenMotion {
  if (last === undefined) throw notUnderstood('Nothing has been moved yet that could go "further"');
  const kind = { relocation: "move", deformation: "move", rotation: "turn", scale: "scale" }[last.type];
  if (again.of !== undefined && again.of !== kind)
    throw notUnderstood(`The last motion was no ${again.of} that could go on`);
  switch (last.type) {
    case "relocation":
    case "deformation":
      return repeatMove(again, last.by, last.type === "deformation");
    case "rotation": {
      const degrees = last.degrees ?? 0;
      const amount: Amount = again.amount ?? { type: "degrees", value: Math.abs(degrees) * (again.times ?? 1) };
      return { type: "turn", clockwise: degrees > 0 !== again.reverse, amount };
    }
    case "scale":
      return repeatScale(again, last.factor);
    default: {
      const never: never = last;
      throw new TypeError(`Unknown motion: ${String(never)}`);
    }
  }
}

function repeatMove(again: Again, by: readonly [number, number] | undefined, stretch: boolean): SpokenMotion {
  const [x, y] = by ?? [0, 0];
  const flip = again.reverse ? -1 : 1;
  const toward: Toward = [sign(flip * x, y), sign(flip * y, x)];
  const amount: Amount = again.amount ?? { type: "px", value: Math.hypot(x, y) * (again.times ?? 1) };
  return { type: "move", toward, amount, stretch };
}

/** -1, 0 or 1; a component well below the other one counts as 0 (eight directions are enough for words). */
function sign(value: number, other: number): -1 | 0 | 1 {
  if (Math.abs(value) < 0.4142 * Math.abs(other) || value === 0) return 0;
  return value > 0 ? 1 : -1;
}

function repeatScale(again: Again, factor: number | readonly [number, number]): SpokenMotion {
  const [sx, sy] = typeof factor === "number" ? [factor, factor] : factor;
  const axis = sx === sy ? "both" : sx === 1 ? "height" : "width";
  const last = axis === "height" ? sy : sx;
  const grow = last > 1 !== again.reverse;
  const value = (last > 1 ? last : 1 / last) ** (again.times ?? 1);
  const amount: Amount = again.amount ?? { type: "times", value, of: axis };
  return { type: "scale", axis, grow, amount };
}
