/** The one place where a model's coordinates become pixels of the picture, and the other way round. */
import type { Size } from "../../engine/image/vision-view.ts";
import type { CoordinateSpace } from "./profiles/profile.ts";

/** What the numbers of one conversation refer to. */
export interface Frame {
  readonly space: CoordinateSpace;
  /** Of the picture itself. */
  readonly full: Size;
  /** Of the picture as it was sent. */
  readonly shown: Size;
  /** The model's own word for `box`. */
  readonly boxKey: string;
}

type Kind = "box" | "point" | "vector" | "points" | "length";

/** What holds coordinates in tool arguments and answers, whatever it is nested in. */
const KINDS: Readonly<Record<string, Kind>> = {
  box: "box",
  crop: "box",
  editedBox: "box",
  targetBox: "box",
  to: "point",
  about: "point",
  at: "point",
  center: "point",
  centroid: "point",
  target: "point",
  by: "vector",
  radius: "vector",
  polygon: "points",
  points: "points",
};

/** Factors from the model's numbers to pixels of the picture. */
function factors({ space, full, shown }: Frame): readonly [x: number, y: number] {
  switch (space.unit) {
    case "pixel":
      return [full.width / shown.width, full.height / shown.height];
    case "norm1000":
      return [full.width / 1000, full.height / 1000];
    case "norm1":
      return [full.width, full.height];
  }
}

/** Whether the model's numbers are pixels of the picture as they stand. */
export function isPixels(frame: Frame): boolean {
  const [x, y] = factors(frame);
  return x === 1 && y === 1 && frame.space.order === "xy";
}

/** Tool arguments as the model wrote them → in pixels of the picture. `grow` and `feather` are pixels already. */
export function toPixels(frame: Frame, args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const [x, y] = factors(frame);
  // A model's own coordSpace would be applied a second time by the tool.
  const { coordSpace: _, ...rest } = args;
  return mapped(rest, { x, y, swap: frame.space.order === "yx", into: "xy", digits: 2, boxKey: frame.boxKey });
}

/** A tool's answer → the numbers in it that are coordinates, as the model writes them. */
export function toModel(frame: Frame, structured: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const [x, y] = factors(frame);
  const digits = frame.space.unit === "norm1" ? 4 : 0;
  const swap = frame.space.order === "yx";
  return mapped(structured, { x: 1 / x, y: 1 / y, swap, into: "model", digits, boxKey: "box" });
}

interface Scaling {
  readonly x: number;
  readonly y: number;
  readonly swap: boolean;
  readonly into: "xy" | "model";
  readonly digits: number;
  readonly boxKey: string;
}

function mapped(value: Readonly<Record<string, unknown>>, scaling: Scaling): Record<string, unknown> {
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const name = key === scaling.boxKey ? "box" : key;
    return [name, ofKind(kindOf(name, value), inner, scaling)];
  });
  return Object.fromEntries(entries);
}

/** A brush is `points` and a `width`; every other width is a size and no coordinate. */
function kindOf(key: string, siblings: Readonly<Record<string, unknown>>): Kind | undefined {
  if (key === "width" && "points" in siblings) return "length";
  return Object.hasOwn(KINDS, key) ? KINDS[key] : undefined;
}

function ofKind(kind: Kind | undefined, value: unknown, scaling: Scaling): unknown {
  if (kind === "length") return typeof value === "number" ? rounded(value * mean(scaling), scaling) : value;
  if (kind === "points" && Array.isArray(value)) return value.map((one) => ofKind("point", one, scaling));
  if (kind !== undefined && isNumbers(value)) return pairs(value, scaling);
  return nested(value, scaling, kind === "point");
}

function nested(value: unknown, scaling: Scaling, isPoint: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => nested(one, scaling, false));
  if (typeof value !== "object" || value === null) return value;
  // Object.entries needs no more than that it is an object.
  const record = value as Readonly<Record<string, unknown>>;
  return isPoint ? namedPoint(record, scaling) : mapped(record, scaling);
}

/** { x, y, … }: named, so their order cannot be mistaken. */
function namedPoint(point: Readonly<Record<string, unknown>>, scaling: Scaling): Record<string, unknown> {
  const { x, y, ...rest } = point;
  return {
    ...rest,
    ...(typeof x === "number" ? { x: rounded(x * scaling.x, scaling) } : {}),
    ...(typeof y === "number" ? { y: rounded(y * scaling.y, scaling) } : {}),
  };
}

/** [x, y, x, y, …] or [y, x, y, x, …]: scaled pair by pair, in the other order where the two orders differ. */
function pairs(numbers: readonly number[], scaling: Scaling): number[] {
  const { swap, into, x, y } = scaling;
  return numbers.map((_, i) => {
    const from = swap ? i ^ 1 : i;
    const isX = (into === "xy" ? i : from) % 2 === 0;
    return rounded((numbers[from] ?? Number.NaN) * (isX ? x : y), scaling);
  });
}

function isNumbers(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.length % 2 === 0 && value.every((one) => typeof one === "number")
  );
}

function rounded(value: number, { digits, x, y }: Scaling): number {
  if (x === 1 && y === 1) return value;
  return Number(value.toFixed(digits));
}

function mean({ x, y }: Scaling): number {
  return Math.sqrt(x * y);
}
