/** What the schema cannot say about motions: known types, their aliases, and exactly one of two keys. */
import type { Motion, SimpleMotion } from "./schema.ts";

export const SIMPLE_MOTION_TYPES = ["relocation", "deformation", "rotation", "scale"] as const;
export const MOTION_TYPES = [...SIMPLE_MOTION_TYPES, "compose"] as const;
export type SimpleMotionType = (typeof SIMPLE_MOTION_TYPES)[number];

/** Names of DragFlow's and others' files, read as relocation. */
const ALIASES: ReadonlyMap<string, SimpleMotionType> = new Map([
  ["translation", "relocation"],
  ["transformation", "relocation"],
]);

export function canonicalType(type: string): string {
  return ALIASES.get(type) ?? type;
}

export function isMotionType(type: string): boolean {
  return MOTION_TYPES.some((known) => known === type);
}

export const KNOWN_MOTIONS = `${MOTION_TYPES.join(", ")} (translation and transformation are read as relocation)`;

const EITHER = {
  relocation: ["by", "to"],
  deformation: ["by", "to"],
  rotation: ["degrees", "to"],
  scale: [],
} as const satisfies Record<SimpleMotionType, readonly string[]>;

export interface MotionFault {
  /** Path from the motion to the faulty one, as JSON keys. */
  path: PropertyKey[];
  expected: string;
  got: string;
}

/** The first motion that has both or neither of its two alternatives, or undefined. */
export function motionFault(motion: Motion): MotionFault | undefined {
  if (motion.type !== "compose") return eitherFault(motion, []);
  for (const [i, part] of motion.motions.entries()) {
    const fault = eitherFault(part, ["motions", i]);
    if (fault) return fault;
  }
  return undefined;
}

function eitherFault(motion: SimpleMotion, path: PropertyKey[]): MotionFault | undefined {
  const keys: readonly string[] = EITHER[motion.type];
  const present = keys.filter((key) => Reflect.get(motion, key) !== undefined);
  if (keys.length === 0 || present.length === 1) return undefined;
  const names = keys.map((key) => `"${key}"`).join(" and ");
  return {
    path,
    expected: `exactly one of ${names} in a ${motion.type}`,
    got: present.length === 0 ? "neither" : "both",
  };
}
