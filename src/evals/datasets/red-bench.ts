/** ReD Bench (DragFlow, ICLR 2026): a folder per sample with `original_image.png`, `operation.png` (a white blob per
 * operation), `instruction.json` and, in the published set, `mask.png` (editable) (flux.md §7.6). */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { PAPER_TASKS } from "../../engine/drag/paper-affine.ts";
import { blobAt, fillHoles } from "../../engine/drag/paper-blobs.ts";
import type { Planes } from "../../engine/drag/resize.ts";
import { maskDataUri } from "../../engine/image/raster-io.ts";
import type { Mask } from "../../engine/raster.ts";
import { describeIssues } from "../../engine/recipe/issues.ts";
import type { Motion, RecipeInput } from "../../engine/recipe/schema.ts";
import type { DatasetFormat, LoadOptions } from "../dataset.ts";
import {
  type CaseParts,
  continuous,
  dragPoints,
  readJsonFile,
  readMaskFile,
  readPicture,
  readSamples,
  sampleFolders,
  unusable,
} from "./samples.ts";

const point = z.tuple([z.number(), z.number()]);
const operation = z.object({
  task: z.enum(PAPER_TASKS),
  centroids: z.tuple([point, point]),
  anchors: point.nullable(),
});
const instruction = z.object({
  region_operations: z.record(z.string().regex(/^\d+$/), operation).refine((all) => Object.keys(all).length > 0),
  point_operations: z.object({ begin_points: z.array(point), target_points: z.array(point) }).optional(),
  background_prompt: z.string(),
  editing_prompt: z.string(),
});
export type RedInstruction = z.infer<typeof instruction>;
type RedOperation = z.infer<typeof operation>;

export const redBench = {
  name: "red-bench",
  recognises: async (path: string) => (await sampleFolders(path, ["instruction.json"])).length > 0,
  async load(path: string, options: LoadOptions = {}) {
    const folders = await sampleFolders(path, ["original_image.png", "instruction.json", "operation.png"]);
    const samples = await readSamples({
      dataset: "ReD Bench",
      root: path,
      folders: folders.sort(byNumber),
      wanted: options.wanted,
      limit: options.limit,
      read,
    });
    return { ...samples, notes: [] };
  },
} satisfies DatasetFormat;

async function read(dir: string): Promise<CaseParts> {
  const image = join(dir, "original_image.png");
  const rgb = await readPicture(image);
  const told = readInstruction(await readJsonFile(dir, "instruction.json"));
  const blobs = fillHoles(planeOf(await readMaskFile(dir, "operation.png", rgb)));
  const operations = inOrder(told);
  const editable = await editableOf(dir, rgb);
  const recipe: RecipeInput = {
    sourcePrompt: told.background_prompt,
    prompt: `${told.background_prompt}${told.editing_prompt}`, // as the published code joins them (flux.md §5.3)
    operations: await Promise.all(operations.map((one, i) => operationOf(one, i, blobs))),
    ...(editable === undefined ? {} : { editable: { mask: await maskDataUri(editable) } }),
  };
  const points = operations.map(({ centroids: [handle, target] }) => ({ handle, target }));
  return { image, recipe, points: dragPoints(points, rgb), tags: [...new Set(operations.map(({ task }) => task))] };
}

function readInstruction(json: unknown): RedInstruction {
  const parsed = instruction.safeParse(json);
  if (parsed.success) return parsed.data;
  throw unusable(`instruction.json: ${describeIssues(parsed.error.issues, json)}`, parsed.error);
}

function inOrder({ region_operations: all }: RedInstruction): RedOperation[] {
  return Object.entries(all)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, one]) => one);
}

async function operationOf(one: RedOperation, index: number, blobs: Planes) {
  return { region: { mask: await maskDataUri(blobOf(one, index, blobs)) }, motion: motionOf(one, index) };
}

function blobOf({ centroids: [begin] }: RedOperation, index: number, blobs: Planes): Mask {
  try {
    const { width, height, data } = blobAt(blobs, begin);
    return { width, height, data: Uint8Array.from(data, (value) => (value > 0 ? 255 : 0)) };
  } catch (cause) {
    throw unusable(`Expected a white blob of operation.png at operation ${index}'s begin (${begin.join(", ")})`, cause);
  }
}

function motionOf({ task, centroids: [, target], anchors }: RedOperation, index: number): Motion {
  const to = continuous(target);
  switch (task) {
    case "transformation":
      return { type: "relocation", to };
    case "deformation":
      return { type: "deformation", to };
    case "rotation":
      if (anchors === null) throw unusable(`Expected anchors of operation ${index}, a rotation, got null`);
      return { type: "rotation", to, about: continuous(anchors) };
    default: {
      const unknown: never = task;
      throw new TypeError(`Expected a known task, got ${String(unknown)}`);
    }
  }
}

/** The demo folders have none: then the edit's own area counts. */
async function editableOf(dir: string, size: { width: number; height: number }): Promise<Mask | undefined> {
  const there = await stat(join(dir, "mask.png")).then(
    () => true,
    () => false,
  );
  return there ? readMaskFile(dir, "mask.png", size) : undefined;
}

function planeOf({ width, height, data }: Mask): Planes {
  return { channels: 1, width, height, data: Float32Array.from(data, (value) => (value > 0 ? 1 : 0)) };
}

/** I2 before I10, as the published code sorts. */
function byNumber(a: string, b: string): number {
  const numberOf = (name: string) => Number(/\d+$/.exec(name)?.[0] ?? Number.NaN);
  return numberOf(a) - numberOf(b) || (a < b ? -1 : 1);
}
