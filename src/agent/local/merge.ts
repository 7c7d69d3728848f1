/** Many small motions as the shortest one that says the same. */
import type { Motion, SimpleMotion } from "../../engine/recipe/schema.ts";
import { isIdentity } from "./follow.ts";
import { notUnderstood } from "./spoken.ts";

/** The recipe's own bound on a composition. */
const MOST = 8;

/** Neighbours of one kind add up, so that "a bit further" stays one relocation; what leaves all in place is dropped. */
export function asMotion(motions: readonly SimpleMotion[]): Motion {
  const kept = motions.reduce<SimpleMotion[]>(append, []);
  const [first, ...rest] = kept;
  if (first === undefined) return { type: "relocation", by: [0, 0] };
  if (kept.length > MOST)
    throw notUnderstood(`Expected at most ${MOST} motions of one thing, got ${kept.length}: select it again`);
  return rest.length === 0 ? first : { type: "compose", motions: kept };
}

function append(kept: SimpleMotion[], motion: SimpleMotion): SimpleMotion[] {
  const last = kept.at(-1);
  const sum = last === undefined ? undefined : added(last, motion);
  const next = sum === undefined ? [...kept, motion] : [...kept.slice(0, -1), sum];
  return next.filter((one) => !isIdentity(one));
}

function added(a: SimpleMotion, b: SimpleMotion): SimpleMotion | undefined {
  if (a.type === "rotation" && b.type === "rotation") return sameAbout(a, b) ? turned(a, b) : undefined;
  if (a.type === "scale" || b.type === "scale" || a.type === "rotation" || b.type === "rotation") return undefined;
  if (a.type !== b.type || a.by === undefined || b.by === undefined) return undefined;
  return { type: a.type, by: [a.by[0] + b.by[0], a.by[1] + b.by[1]] };
}

type Rotation = Extract<SimpleMotion, { type: "rotation" }>;

function turned(a: Rotation, b: Rotation): SimpleMotion {
  return { ...a, degrees: (a.degrees ?? 0) + (b.degrees ?? 0) };
}

function sameAbout(a: Rotation, b: Rotation): boolean {
  if (a.about === undefined || b.about === undefined || a.to !== undefined || b.to !== undefined) return false;
  return a.about[0] === b.about[0] && a.about[1] === b.about[1];
}
