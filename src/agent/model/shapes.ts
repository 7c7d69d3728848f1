/** Five shapes whose boxes are known, for finding out how well a model says where things are. */
import type { Preview } from "../../engine/api.ts";
import { encoded, type Size } from "../../engine/image/vision-view.ts";
import type { Box } from "../../engine/raster.ts";

type Colour = readonly [r: number, g: number, b: number];

export interface Shape {
  readonly name: string;
  readonly box: Box;
  readonly colour: Colour;
  /** Whether a point is inside, both coordinates −1 to 1 within the box. */
  readonly inside: (u: number, v: number) => boolean;
}

export const SHAPES_SIZE: Size = { width: 896, height: 672 };
const GROUND: Colour = [238, 234, 226];

const everywhere = () => true;
const disc = (u: number, v: number) => u * u + v * v <= 1;

/** Of different sizes, none in the middle, none beside another of its colour. */
export const SHAPES: readonly Shape[] = [
  { name: "red circle", box: [64, 72, 224, 232], colour: [214, 40, 40], inside: disc },
  { name: "blue square", box: [600, 56, 816, 272], colour: [38, 84, 196], inside: everywhere },
  {
    name: "green triangle",
    box: [300, 396, 516, 596],
    colour: [36, 150, 66],
    inside: (u, v) => Math.abs(u) <= (v + 1) / 2,
  },
  {
    name: "yellow diamond",
    box: [664, 432, 792, 624],
    colour: [240, 196, 20],
    inside: (u, v) => Math.abs(u) + Math.abs(v) <= 1,
  },
  {
    name: "purple ring",
    box: [72, 424, 216, 568],
    colour: [126, 44, 160],
    inside: (u, v) => disc(u, v) && u * u + v * v >= 0.36,
  },
];

export async function shapesPicture(): Promise<Preview> {
  const { width, height } = SHAPES_SIZE;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(colourAt((i % width) + 0.5, Math.floor(i / width) + 0.5), i * 3);
  return encoded({ width, height, data });
}

function colourAt(x: number, y: number): Colour {
  const found = SHAPES.find(({ box: [x0, y0, x1, y1], inside }) => {
    const [u, v] = [(2 * (x - x0)) / (x1 - x0) - 1, (2 * (y - y0)) / (y1 - y0) - 1];
    return Math.abs(u) <= 1 && Math.abs(v) <= 1 && inside(u, v);
  });
  return found?.colour ?? GROUND;
}

/** Intersection over union, 0–1. */
export function iouOf(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const both = Math.max(0, width) * Math.max(0, height);
  const union = areaOf(a) + areaOf(b) - both;
  return union > 0 ? both / union : 0;
}

function areaOf([x0, y0, x1, y1]: Box): number {
  return Math.max(0, x1 - x0) * Math.max(0, y1 - y0);
}
