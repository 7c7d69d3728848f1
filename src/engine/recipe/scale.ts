/** The same recipe for a picture of another size. */
import type { Box, Point } from "../raster.ts";
import type { Motion, Recipe, RegionSpec } from "./schema.ts";

/** Points, boxes and widths times `scale`; angles and factors stay. Mask files are not touched. */
export function scaleRecipe(recipe: Recipe, scale: number): Recipe {
  const { editable, operations } = recipe;
  return {
    ...recipe,
    operations: operations.map((operation) => ({
      ...operation,
      region: scaledRegion(operation.region, scale),
      motion: scaledMotion(operation.motion, scale),
    })),
    editable: typeof editable === "string" ? editable : scaledRegion(editable, scale),
  };
}

function scaledRegion(region: RegionSpec, by: number): RegionSpec {
  if ("mask" in region) return region;
  if ("box" in region) return { box: scaledBox(region.box, by) };
  if ("object" in region) return { object: scaledBox(region.object, by) };
  if ("polygon" in region) return { polygon: region.polygon.map((point) => scaled(point, by)) };
  if ("at" in region) return { at: scaled(region.at, by) };
  if ("stroke" in region) {
    const { points, width } = region.stroke;
    return { stroke: { points: points.map((point) => scaled(point, by)), width: width * by } };
  }
  const { center, radius } = region.ellipse;
  return { ellipse: { center: scaled(center, by), radius: scaled(radius, by) } };
}

function scaledMotion<M extends Motion>(motion: M, by: number): M {
  if (motion.type === "compose") return { ...motion, motions: motion.motions.map((part) => scaledMotion(part, by)) };
  return {
    ...motion,
    ...("by" in motion && motion.by ? { by: scaled(motion.by, by) } : {}),
    ...("to" in motion && motion.to ? { to: scaled(motion.to, by) } : {}),
    ...("about" in motion && motion.about ? { about: scaled(motion.about, by) } : {}),
  };
}

function scaledBox([x0, y0, x1, y1]: Box, by: number): [number, number, number, number] {
  return [x0 * by, y0 * by, x1 * by, y1 * by];
}

function scaled([x, y]: Point, by: number): [number, number] {
  return [x * by, y * by];
}
