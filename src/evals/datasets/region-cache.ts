/** The regions that points became, remembered by what they were made from: seconds of segmenting per point. */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { maskDataUri, readMask } from "../../engine/image/raster-io.ts";
import type { Mask, Rgb } from "../../engine/raster.ts";
import { pointSchema } from "../../engine/recipe/schema.ts";
import { type Cv, loadOpenCv } from "../../engine/segment/opencv.ts";
import { writeWhole } from "../../engine/write-whole.ts";
import { packageVersion } from "../../tools/version.ts";
import type { DragPoint } from "../points.ts";
import { POINT_RULE, type PointRegion, regionsOfPoints } from "./points-to-regions.ts";

const stored = z.array(z.object({ mask: z.string(), by: pointSchema, type: z.enum(["relocation", "deformation"]) }));

export class RegionCache {
  readonly #dir: string | undefined;
  #cv: Promise<Cv> | undefined;

  /** Without a folder nothing is remembered. */
  constructor(dir: string | undefined) {
    this.#dir = dir;
  }

  async regions(rgb: Rgb, points: readonly DragPoint[], editable: Mask): Promise<readonly PointRegion[]> {
    const path = this.#dir && join(this.#dir, `${keyOf(rgb, points, editable)}.json`);
    const known = path && (await readStored(path));
    if (known) return known;
    this.#cv ??= loadOpenCv();
    const regions = regionsOfPoints(rgb, points, editable, await this.#cv);
    if (path) await this.#store(path, regions);
    return regions;
  }

  async #store(path: string, regions: readonly PointRegion[]): Promise<void> {
    await mkdir(join(path, ".."), { recursive: true });
    const plain = regions.map(async (region) => ({ ...region, mask: await maskDataUri(region.mask) }));
    await writeWhole(path, JSON.stringify(await Promise.all(plain)));
  }
}

/** The version stands for the segmenter, the rule for what is done with its answers. */
function keyOf(rgb: Rgb, points: readonly DragPoint[], editable: Mask): string {
  const hash = createHash("sha256").update(
    JSON.stringify([packageVersion(), POINT_RULE, rgb.width, rgb.height, points]),
  );
  return hash.update(rgb.data).update(editable.data).digest("hex");
}

/** Undefined for what is not there or damaged: it is made again. */
async function readStored(path: string): Promise<PointRegion[] | undefined> {
  try {
    const regions = stored.parse(JSON.parse(await readFile(path, "utf8")));
    return await Promise.all(regions.map(async (region) => ({ ...region, mask: await readMask(region.mask, "") })));
  } catch {
    return undefined;
  }
}
