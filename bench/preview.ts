/** `node --import tsx bench/preview.ts`: what a preview costs, stage by stage, on the shipped photo enlarged to one megapixel,
 * and a drag on screen from a kept plate. Wall and processor time: on a busy machine the latter is the one to compare. */
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { centroidOf } from "../src/engine/geometry/mask.ts";
import { decodeImage, toRgb } from "../src/engine/image/decode.ts";
import { resizeRgb } from "../src/engine/image/resample.ts";
import type { Box, Mask, Rgb } from "../src/engine/raster.ts";
import { parseRecipe } from "../src/engine/recipe/parse.ts";
import { type ResolvedEdit, resolveRecipe } from "../src/engine/recipe/resolve.ts";
import type { Motion } from "../src/engine/recipe/schema.ts";
import { fillHoles } from "../src/engine/retouch/fill.ts";
import { holesOf } from "../src/engine/retouch/holes.ts";
import { cutoutOf, type Plate } from "../src/engine/retouch/plate.ts";
import { compositePlate, type PreviewOperation } from "../src/engine/retouch/preview.ts";
import { loadOpenCv } from "../src/engine/segment/opencv.ts";
import { selectFromHint } from "../src/engine/segment/select.ts";

const PHOTO = fileURLToPath(new URL("../examples/boat.webp", import.meta.url));
/** The boat, as shares of width and height. */
const BOAT = [0.2, 0.5, 0.731, 0.674] as const;
const MEGAPIXEL = 1e6;
const SCREEN_EDGE = 1280;
/** Neither whole pixels nor an axis: the dearest kind of resampling. */
const motionOf = (mask: Mask): Motion => ({
  type: "compose",
  motions: [
    { type: "rotation", degrees: 3, about: [...centroidOf(mask)] },
    { type: "relocation", by: [40.5, 8.25] },
  ],
});

export interface PreviewTiming {
  readonly stage: string;
  readonly wallMs: number;
  /** User time of all threads. */
  readonly cpuMs: number;
}

export async function previewBench(): Promise<PreviewTiming[]> {
  const photo = await toRgb(await decodeImage(PHOTO));
  const [large, screen] = [
    await scaled(photo, Math.sqrt(MEGAPIXEL / (photo.width * photo.height))),
    await onScreen(photo),
  ];
  const cv = await loadOpenCv();
  const rows: PreviewTiming[] = [];
  const time = async <T>(stage: string, work: () => T | Promise<T>): Promise<T> => {
    for (let k = 0; k < 3; k++) await work(); // compiled and warm
    const { result, ...timing } = await timed(work);
    rows.push({ stage, ...timing });
    return result;
  };
  const selected = await time("select, box", () => selectFromHint(large, { type: "box", box: boxIn(large) }, cv));
  const cut = await editOf(large, selected.mask, "cut");
  const cutouts = await time("matte", () => cut.operations.map(({ grown }) => cutoutOf(large, grown)));
  const patches = await time("fill", () => fillHoles(large, holesOf(cut.operations.map(({ grown }) => grown)), 1));
  await time("composite", () => drawn({ lit: [], outlines: patches, cutouts, patches }, large, cut));
  await time(
    "drag on screen, cut",
    await dragged(screen, selectFromHint(screen, { type: "box", box: boxIn(screen) }, cv).mask, "cut"),
  );
  await time(
    "drag on screen, bend",
    await dragged(screen, selectFromHint(screen, { type: "box", box: boxIn(screen) }, cv).mask, "bend"),
  );
  return rows;
}

async function dragged(rgb: Rgb, mask: Mask, regime: "cut" | "bend"): Promise<() => unknown> {
  const edit = await editOf(rgb, mask, regime);
  const masks = edit.operations.map(({ grown }) => grown);
  const patches = regime === "bend" ? [] : fillHoles(rgb, holesOf(masks), 1);
  const cutouts = regime === "bend" ? [] : masks.map((grown) => cutoutOf(rgb, grown));
  const plate = { lit: [], outlines: patches, patches, cutouts };
  return () => drawn(plate, rgb, edit);
}

function drawn(plate: Plate, rgb: Rgb, { operations, editable }: ResolvedEdit) {
  const moved: PreviewOperation[] = operations.map(({ grown, keepSource, regime, at }) => {
    return { mask: grown, keepSource, regime, at };
  });
  return compositePlate(plate, rgb, moved, editable);
}

async function editOf(rgb: Rgb, mask: Mask, regime: "cut" | "bend"): Promise<ResolvedEdit> {
  const recipe = parseRecipe({ operations: [{ region: { mask: "boat" }, motion: motionOf(mask) }] });
  const io = { readMask: async () => binary(mask), encodeMask: async () => "data:,", segmentAt: async () => mask };
  return resolveRecipe(recipe, rgb, io, { regime });
}

function binary(mask: Mask): Mask {
  return { ...mask, data: mask.data.map((value) => (value > 127 ? 255 : 0)) };
}

function boxIn({ width, height }: Rgb): Box {
  const [x0, y0, x1, y1] = BOAT;
  return [x0 * width, y0 * height, x1 * width, y1 * height];
}

function onScreen(photo: Rgb): Promise<Rgb> {
  return scaled(photo, SCREEN_EDGE / Math.max(photo.width, photo.height));
}

async function scaled(photo: Rgb, scale: number): Promise<Rgb> {
  return resizeRgb(photo, Math.round(photo.width * scale), Math.round(photo.height * scale));
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ result: T; wallMs: number; cpuMs: number }> {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  return { result, wallMs: performance.now() - wall, cpuMs: process.cpuUsage(cpu).user / 1000 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { stage, wallMs, cpuMs } of await previewBench()) {
    console.log(
      `${stage.padEnd(24)} ${wallMs.toFixed(0).padStart(6)} ms  ${cpuMs.toFixed(0).padStart(6)} ms of processor`,
    );
  }
}
