/** How costs grow: with the picture, the tokens, the regions, the history. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { RecipeInput } from "../src/engine/recipe/schema.ts";
import type { BenchContext } from "./context.ts";
import { dragCase } from "./drag-case.ts";
import { type EditWish, inChild, OPERATIONS, PHOTO } from "./edits.ts";
import { type PowerLaw, powerLaw } from "./fit.ts";
import { measureHistory } from "./history.ts";
import { boatIn, type Photo, writePhoto } from "./photo.ts";

export interface Curve {
  readonly name: string;
  readonly of: "megapixels" | "tokens" | "regions" | "edits";
  readonly unit: "s" | "MiB";
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly fit: PowerLaw;
}

type Point = [x: number, y: number];
type Points = Record<string, Point[]>;

export async function growthCurves(context: BenchContext): Promise<Curve[]> {
  return [
    ...(await pictureCurves(context)),
    ...(await tokenCurves(context)),
    ...(await regionCurves(context)),
    ...(await historyCurves(context)),
  ];
}

/** The first edit of a picture in a warm engine, and what the process took at its peak. */
async function pictureCurves({ home, threads, quick, say }: BenchContext): Promise<Curve[]> {
  const points: Record<"preview" | "full", { seconds: Point[]; memory: Point[] }> = {
    preview: { seconds: [], memory: [] },
    full: { seconds: [], memory: [] },
  };
  for (const megapixels of quick ? [1, 6] : [1, 3, 12, 48]) {
    const photo = await writePhoto(join(home, "photo.jpg"), megapixels);
    // The model's own part does not grow with the picture: both ends say enough.
    for (const quality of megapixels === 1 || megapixels === 48 ? QUALITY : QUALITY.slice(0, 1)) {
      const { runs } = await inChild({ home, threads, quality, edits: pictureEdits(photo), gemm: false });
      const { seconds, peakMemoryBytes } = runs.at(-1) ?? {
        seconds: { total: Number.NaN },
        peakMemoryBytes: Number.NaN,
      };
      points[quality].seconds.push([megapixels, seconds.total]);
      points[quality].memory.push([megapixels, peakMemoryBytes / 2 ** 20]);
      say(`  ${megapixels} megapixels, ${quality}: ${seconds.total.toFixed(1)} s, ${mebibytes(peakMemoryBytes)} MiB`);
    }
    await rm(photo.path);
  }
  return QUALITY.flatMap((quality) => {
    const { seconds, memory } = points[quality];
    // One point is no curve.
    if (seconds.length < 2) return [];
    return [
      curve(`${quality} edit of a picture`, "megapixels", "s", seconds),
      curve(`peak memory of a ${quality} edit`, "megapixels", "MiB", memory),
    ];
  });
}

const QUALITY = ["preview", "full"] as const;

/** A small one first, so that the second finds the engine warm. */
function pictureEdits(photo: Photo): EditWish["edits"] {
  const [x0, y0, x1, y1] = boatIn(photo);
  const motion = { type: "relocation" as const, by: [Math.round(photo.width / 5), 0] as [number, number] };
  return [
    { image: PHOTO, operations: OPERATIONS, seed: 0 },
    { image: photo.path, operations: [{ region: { box: [x0, y0, x1, y1] }, motion }], seed: 0 },
  ];
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

async function tokenCurves({ bundle, quick, say }: BenchContext): Promise<Curve[]> {
  const points: Points = { "drag iteration": [], velocity: [] };
  for (const size of quick ? [256, 384] : [256, 384, 512, 768, 1024]) {
    const built = await dragCase(bundle, { workingSize: size, replay: false, iterations: 1 });
    const tokens = (size / 16) ** 2;
    const iteration = () => built.drag.drag(built.inversion, built.anchors, built.start);
    points["drag iteration"]?.push([tokens, await fastest(iteration)]);
    points.velocity?.push([tokens, await fastest(() => bundle.flux.velocity(built.call))]);
    say(`  ${tokens} tokens`);
  }
  return curvesOf(points, "tokens");
}

async function regionCurves({ bundle, home, threads, quick, say }: BenchContext): Promise<Curve[]> {
  const points: Points = { "drag iteration of regions": [], "preview of regions": [] };
  for (const count of quick ? [1, 2] : [1, 2, 4, 8]) {
    const wish = { workingSize: 384, replay: false, iterations: 1, regions: count };
    const built = await dragCase(bundle, wish);
    const iteration = () => built.drag.drag(built.inversion, built.anchors, built.start);
    points["drag iteration of regions"]?.push([count, await fastest(iteration)]);
    const edits = [0, 1].map((seed) => ({ image: PHOTO, operations: boxes(count), seed }));
    const { runs } = await inChild({ home, threads, quality: "preview", edits, gemm: false });
    points["preview of regions"]?.push([count, runs.at(-1)?.seconds.total ?? Number.NaN]);
    say(`  ${count} regions`);
  }
  return curvesOf(points, "regions");
}

/** Squares of 40 pixels in two rows, each moved down by 30. */
function boxes(count: number): RecipeInput["operations"] {
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = [20 + 100 * (i % 4), 60 + 220 * Math.floor(i / 4)];
    return { region: { box: [x, y, x + 40, y + 40] }, motion: { type: "relocation", by: [0, 30] } };
  });
}

async function historyCurves({ home, quick, say }: BenchContext): Promise<Curve[]> {
  const points: Points = { "open a session": [], "append to its journal": [], undo: [] };
  for (const edits of quick ? [10, 100] : [10, 100, 1000, 10_000]) {
    const { open, append, undo } = await measureHistory(join(home, `history-${edits}`), edits);
    points["open a session"]?.push([edits, open]);
    points["append to its journal"]?.push([edits, append]);
    points.undo?.push([edits, undo]);
    say(`  ${edits} edits in the history`);
  }
  return curvesOf(points, "edits");
}

function curvesOf(points: Points, of: Curve["of"]): Curve[] {
  return Object.entries(points).map(([name, list]) => curve(name, of, "s", list));
}

function curve(name: string, of: Curve["of"], unit: Curve["unit"], points: Point[]): Curve {
  return { name, of, unit, points, fit: powerLaw(points) };
}

/** Seconds of the fastest of three runs after a first one that compiles. */
async function fastest(work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 4; i++) {
    const begun = performance.now();
    await work();
    if (i > 0) best = Math.min(best, (performance.now() - begun) / 1000);
  }
  return best;
}
