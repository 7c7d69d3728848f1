/** Samples of DragBench-DR and DragBench-SR: `meta_data.pkl` beside `original_image.png` (flux.md §7.7). */
import { readFile } from "node:fs/promises";
import { EditError } from "../../errors.ts";
import type { Mask, Point } from "../raster.ts";
import { readPickle } from "../weights/pickle.ts";
import { pickleRefused } from "../weights/pickle-bytes.ts";
import { NumpyArray, numpyClasses } from "./numpy-pickle.ts";

export interface DragBenchSample {
  readonly prompt: string;
  /** Where each point is and where it goes, in pixels (x right, y down), pixel centres at integers. */
  readonly points: readonly { readonly handle: Point; readonly target: Point }[];
  /** 255 where pixels may change, 0 elsewhere. */
  readonly editable: Mask;
}

/** A mask of more pixels than any sample has would only exhaust memory. */
const MAX_BYTES = 64 * 2 ** 20;

/** Throws `not-found` for a missing file and `pickle-refused` for one that holds anything but a sample. */
export async function readDragBench(path: string): Promise<DragBenchSample> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new EditError("not-found", `Expected a DragBench sample at ${path}, it cannot be read`, { cause });
  });
  if (bytes.length > MAX_BYTES) throw pickleRefused(path, `expected at most ${MAX_BYTES} bytes, found ${bytes.length}`);
  const value = readPickle(bytes, { path, classes: numpyClasses(path) });
  const refuse = (problem: string) => pickleRefused(path, problem);
  if (!(value instanceof Map)) throw refuse("expected a dict with prompt, points and mask");
  const prompt: unknown = value.get("prompt");
  if (typeof prompt !== "string") throw refuse(`expected text as prompt, found a ${typeof prompt}`);
  return { prompt, points: pairsOf(value.get("points"), refuse), editable: maskOf(value.get("mask"), refuse) };
}

type Refuse = (problem: string) => EditError;

/** The file has one flat list: a handle, its target, the next handle, … */
function pairsOf(value: unknown, refuse: Refuse): DragBenchSample["points"] {
  if (!Array.isArray(value) || value.length % 2 !== 0) throw refuse("expected points in pairs");
  const points = value.map((entry) => pointOf(entry, refuse));
  return Array.from({ length: points.length / 2 }, (_, i) => {
    return { handle: points[2 * i] as Point, target: points[2 * i + 1] as Point }; // the length is even
  });
}

function pointOf(value: unknown, refuse: Refuse): Point {
  const list = value instanceof NumpyArray ? [...value.data] : value;
  if (!Array.isArray(list) || list.length !== 2 || !list.every((n) => typeof n === "number" && Number.isFinite(n))) {
    throw refuse("expected points of two numbers");
  }
  return [list[0], list[1]];
}

function maskOf(value: unknown, refuse: Refuse): Mask {
  if (!(value instanceof NumpyArray)) throw refuse("expected a numpy array as mask");
  const [height, width, ...rest] = value.shape;
  if (height === undefined || width === undefined || rest.length > 0) {
    throw refuse(`expected a mask of height and width, found shape [${value.shape.join(", ")}]`);
  }
  return { width, height, data: Uint8Array.from(value.data, (editable) => (editable > 0 ? 255 : 0)) };
}
