/** Doubts that only the picture can raise: warnings, never refusals. */
import type { Warning } from "../api.ts";
import { apply } from "../geometry/affine.ts";
import { boundingBox } from "../geometry/mask.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import type { ResolvedOperation } from "../recipe/resolve.ts";
import { cropMask, cropRgb, fitWithin, growBox, resizeMask, resizeRgb } from "../retouch/resample.ts";
import { labOf } from "../segment/lab.ts";
import { bestMirror, type Surroundings, shadowShare } from "./left-behind.ts";
import { outlineOf, reflectionArea, shadowArea } from "./left-behind-area.ts";
import { looseShare } from "./loose-outline.ts";

const VIEW_EDGE = 200;
/** Share of the region's lower border that a shadow must touch. */
const SHADED = 0.35;
/** Correlation with the mirrored region that counts as its reflection. */
const MIRRORED = 0.6;
/** Shares of the region's height: shorter ways leave a shadow about where it belongs. */
const STILL = 0.05;

/** Share of the outline that must run through one ground before a region counts as drawn loosely. */
const LOOSE = 0.6;

/** What stays behind is offered as a region of its own: `polygon` of the warning. */
export function lintPicture(rgb: Rgb, operations: readonly ResolvedOperation[]): Warning[] {
  const seen = operations.map((operation) => ({ operation, view: viewOf(rgb, operation) }));
  return [...seen.flatMap(looseness), ...seen.flatMap(stayingBehind)];
}

interface Seen {
  readonly operation: ResolvedOperation;
  readonly view: View;
}

/** Ground that travels with its thing shows its edges at the target. What bends keeps its surroundings. */
function looseness({ operation, view }: Seen): Warning[] {
  const box = boundingBox(operation.region);
  if (box === null || operation.regime === "bend") return [];
  if (looseShare(view.lab, view.region) < LOOSE) return [];
  const [x0, y0, x1, y1] = box;
  const message =
    `The outline of region "${operation.label}" runs through ground that looks the same on both sides; that ground ` +
    "moves along, and its edges may show. To move only the thing in it, name its box " +
    `(--region object:${x0},${y0},${x1},${y1}), a point on it, or its mask: region {"object":[${x0},${y0},${x1},${y1}]}`;
  return [{ code: "region-loose", message }];
}

function stayingBehind({ operation, view }: Seen): Warning[] {
  if (!leavesItsGround(operation)) return [];
  const warning = (kind: string, area: Mask) => [warningOf(operation.label, kind, outlineOf(area, view.box))];
  const mirror = bestMirror(view);
  if (mirror.likeness > MIRRORED) return warning("reflection", reflectionArea(view, mirror));
  return shadowShare(view) > SHADED ? warning("shadow", shadowArea(view)) : [];
}

/** Copies have no shadow of their own to lose, and what is bent stays where it stands. */
function leavesItsGround({ keepSource, regime, region, centroid, affine }: ResolvedOperation): boolean {
  const box = boundingBox(region);
  if (box === null || keepSource || regime === "bend") return false;
  const foot = [centroid[0], box[3]] as const;
  const [x, y] = apply(affine, foot);
  return Math.hypot(x - foot[0], y - foot[1]) > STILL * (box[3] - box[1]);
}

type View = Surroundings & { readonly box: Box };

/** Room for a reflection below and for the ground on the sides. */
function viewOf(rgb: Rgb, { region }: ResolvedOperation): View {
  const [x0, y0, x1, y1] = boundingBox(region) ?? [0, 0, 1, 1];
  const [pad, room] = [0.5 * Math.max(x1 - x0, y1 - y0), y1 - y0];
  const box = growBox([x0, y0, x1, y1 + Math.max(0, room - pad)], pad, rgb);
  const { width, height } = fitWithin(box[2] - box[0], box[3] - box[1], VIEW_EDGE);
  return {
    box,
    lab: labOf(resizeRgb(cropRgb(rgb, box), width, height)),
    region: resizeMask(cropMask(region, box), width, height),
  };
}

function warningOf(label: string, kind: string, polygon: [number, number][] | undefined): Warning {
  const offer = polygon
    ? `move it too with a further operation of the same motion, listed before it: region {"polygon":${JSON.stringify(polygon)}}`
    : "select it together with the region, or move it along as an operation of its own";
  const message = `The ${kind} of region "${label}" seems to stay behind: the ground below it looks like one. If it is, ${offer}`;
  return { code: "shadow-stays", message, ...(polygon && { polygon }) };
}
