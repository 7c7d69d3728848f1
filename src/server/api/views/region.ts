import type { z } from "@hono/zod-openapi";
import type { RegionRecord } from "../../../session/index.ts";
import { tidied } from "../../../tools/places.ts";
import type { regionView as schema } from "../spec/regions.ts";
import { at } from "./urls.ts";

export function regionView({ id, imageId, label, selection }: RegionRecord): z.input<typeof schema> {
  const { box, centroid, area, confidence, warnings } = selection;
  return {
    regionId: id,
    imageId,
    ...(label === undefined ? {} : { label }),
    box: [...box],
    centroid: tidied(centroid),
    area,
    confidence,
    warnings: [...warnings],
    maskUrl: at`/regions/${id}/mask`,
  };
}
