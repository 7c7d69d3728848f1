/** The command line's short forms: `box:10,20,110,220`, `rotation:degrees=30;about=100,200`. */
import { EditError } from "../../errors.ts";
import {
  canonicalType,
  KNOWN_MOTIONS,
  motionFault,
  SIMPLE_MOTION_TYPES,
  type SimpleMotionType,
} from "./motion-check.ts";
import { type RegionSpec, regionSchema, type SimpleMotion, simpleMotionSchema } from "./schema.ts";

const REGION_EXAMPLES = {
  box: "box:10,20,110,220",
  polygon: "polygon:10,10;90,10;50,80",
  ellipse: "ellipse:100,80,40,25",
  stroke: "stroke:width=12;10,10;60,40",
  mask: "mask:paw.png",
  at: "at:120,80",
  object: "object:10,20,110,220",
} as const;
type RegionKind = keyof typeof REGION_EXAMPLES;

const MOTION_EXAMPLES = {
  relocation: "relocation:by=40,-12 (or to=x,y)",
  deformation: "deformation:by=40,-12 (or to=x,y)",
  rotation: "rotation:degrees=30;about=100,200 (or to=x,y)",
  scale: "scale:factor=1.3 (or factor=1.2,0.8; about=x,y)",
} as const satisfies Record<SimpleMotionType, string>;

/** @throws EditError `usage`, showing the right form. */
export function parseRegionSpec(text: string): RegionSpec {
  const [kind, body] = splitKind(text);
  if (!isRegionKind(kind)) throw usage("a region", Object.values(REGION_EXAMPLES).join(", "), text);
  const result = regionSchema.safeParse(regionOf(kind, body));
  if (!result.success) throw usage(`a ${kind} region`, REGION_EXAMPLES[kind], text);
  return result.data;
}

/** Aliases of relocation are read. @throws EditError `motion-unknown`, or `usage`, showing the right form. */
export function parseMotionSpec(text: string): SimpleMotion {
  const [name, body] = splitKind(text);
  const type = canonicalType(name);
  if (!isSimpleMotionType(type)) throw unknownMotion(type, text);
  const result = simpleMotionSchema.safeParse({ type, ...fieldsOf(body) });
  if (!result.success) throw usage(`a ${type}`, MOTION_EXAMPLES[type], text);
  const fault = motionFault(result.data);
  if (fault) throw usage(fault.expected, MOTION_EXAMPLES[type], text);
  return result.data;
}

function regionOf(kind: RegionKind, body: string): unknown {
  switch (kind) {
    case "box":
    case "at":
    case "object":
      return { [kind]: numbers(body) };
    case "polygon":
      return { polygon: points(body.split(";")) };
    case "ellipse": {
      const [cx, cy, ...radius] = numbers(body);
      return { ellipse: { center: [cx, cy], radius } };
    }
    case "stroke":
      return { stroke: strokeOf(body.split(";")) };
    case "mask":
      return { mask: body };
    default: {
      const unknown: never = kind;
      throw new TypeError(`Unknown region kind ${String(unknown)}`);
    }
  }
}

function strokeOf([width = "", ...rest]: string[]): unknown {
  const [key, value = ""] = width.split("=");
  return { width: key?.trim() === "width" ? number(value) : Number.NaN, points: points(rest) };
}

/** `factor` and `degrees` may be one number, the others are points; a repeated key is no form at all. */
function fieldsOf(body: string): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const part of body.split(";")) {
    const [key = "", value = "", ...more] = part.split("=").map((piece) => piece.trim());
    const list = numbers(value);
    const repeated = fields.has(key) || more.length > 0;
    fields.set(key, repeated ? Number.NaN : list.length === 1 ? list[0] : list);
  }
  return Object.fromEntries(fields);
}

function points(texts: readonly string[]): number[][] {
  return texts.map(numbers);
}

function numbers(text: string): number[] {
  return text.split(",").map(number);
}

/** NaN, which the schema refuses, for anything but a plain decimal number: `Number("")` would be 0. */
function number(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
}

function splitKind(text: string): [kind: string, body: string] {
  const colon = text.indexOf(":");
  return colon < 0 ? [text.trim(), ""] : [text.slice(0, colon).trim(), text.slice(colon + 1)];
}

function isRegionKind(kind: string): kind is RegionKind {
  return Object.hasOwn(REGION_EXAMPLES, kind);
}

function isSimpleMotionType(type: string): type is SimpleMotionType {
  return SIMPLE_MOTION_TYPES.some((known) => known === type);
}

/** compose is a motion, but has no short form. */
function unknownMotion(type: string, text: string): EditError {
  const forms = Object.values(MOTION_EXAMPLES).join(", ");
  if (type === "" || type === "compose") return usage("a motion", forms, text);
  return new EditError("motion-unknown", `Expected a motion type among ${KNOWN_MOTIONS}, got "${type}"`, {
    hint: `Write ${forms}`,
  });
}

function usage(what: string, example: string, got: string): EditError {
  return new EditError("usage", `Expected ${what} like ${example}, got "${got}"`);
}
