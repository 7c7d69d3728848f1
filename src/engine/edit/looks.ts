/** At which scales the model looks at an edit: once at the whole of it, at a size that shows its regions large enough, and
 * where no size does, once more closely at what the moves uncover. */
import { boundingBox, emptyMask, subtract, union } from "../geometry/mask.ts";
import type { EditSettings } from "../models/settings.ts";
import type { Box } from "../raster.ts";
import type { ResolvedEdit } from "../recipe/resolve.ts";
import { type ModelView, modelView } from "./model-view.ts";

export interface Look {
  readonly view: ModelView;
  readonly settings: EditSettings;
}

/** A region with fewer model pixels from side to side is a few latents: too little to have a shape. */
const ACROSS = 64;
/** A second look must show this much more than the first. */
const GAIN = 1.5;
/** It begins with the first look's picture, and goes over what it filled. */
const CLOSER: Partial<EditSettings> = {
  init: "warp",
  condition: "vacated",
  change: "vacated",
  transportIterations: 0,
  intensifyIterations: 0,
};

type Edit = Pick<ResolvedEdit, "box" | "size" | "operations">;

/** One or two looks, in order; each starts from the picture that the one before has made. */
export function looksAt(edit: Edit, settings: EditSettings): Look[] {
  const first = { settings, view: modelView(edit.box, edit.size, settings.workingSize) };
  const hole = settings.scales === "auto" ? uncoveredBox(edit) : null;
  if (hole === null || smallestAcross(edit) * scaleOf(first.view) >= ACROSS) return [first];
  const closer = modelView(hole, edit.size, settings.workingSize);
  const gains = scaleOf(closer) >= GAIN * scaleOf(first.view);
  return gains ? [first, { view: closer, settings: closerSettings(settings) }] : [first];
}

/** Of a second look. */
export function closerSettings(settings: EditSettings): EditSettings {
  const { numSteps, skip, fastSkip = skip } = settings;
  return { ...settings, ...CLOSER, skip: fastSkip < numSteps ? fastSkip : skip };
}

/** The settings with the working size that gives the smallest region 64 model pixels, as far as `largestSize` allows. */
export function sizedFor(edit: Edit, settings: EditSettings): EditSettings {
  const { workingSize, largestSize = workingSize } = settings;
  const across = smallestAcross(edit) * scaleOf(modelView(edit.box, edit.size, workingSize));
  const wanted = 16 * Math.ceil((workingSize * ACROSS) / Math.max(across, 1) / 16);
  return { ...settings, workingSize: Math.max(workingSize, Math.min(wanted, largestSize)) };
}

/** Model pixels per pixel of the picture. */
function scaleOf({ box, width, height }: ModelView): number {
  return Math.max(width, height) / Math.max(box[2] - box[0], box[3] - box[1]);
}

/** Of all regions, in pixels of the picture: the side of a square as large as the region's box. */
function smallestAcross({ operations }: Edit): number {
  const sides = operations.map(({ region }) => boundingBox(region)).filter((box) => box !== null);
  return Math.min(...sides.map(([x0, y0, x1, y1]) => Math.sqrt((x1 - x0) * (y1 - y0))));
}

/** What the moves leave and do not cover again; null where there is nothing of it. */
function uncoveredBox({ operations, size }: Edit): Box | null {
  const cut = operations.filter(({ regime, keepSource }) => regime === "cut" && !keepSource);
  const left = cut.reduce((all, { grown }) => union(all, grown), emptyMask(size));
  return boundingBox(operations.reduce((rest, { target }) => subtract(rest, target), left));
}
