/** Regions: from a drawn hint, joined with the selected one, grown, shrunk, softened. */
import { addressOf, api } from "../api.ts";
import type { Hint, Joining } from "../canvas/drawing-tools.ts";
import { maskFrom } from "../canvas/mask-canvas.ts";
import { isStill, untouched } from "../geometry/motion.ts";
import { say } from "../state/notices.ts";
import { addBefore, addOperation, change, mark, type Operation, operations, selected } from "../state/operations.ts";
import { current, history, pixels } from "../state/picture.ts";
import { masks, type Region, rememberMask } from "../state/region.ts";
import { compareWith } from "../state/result.ts";
import { combine, takeTool, tool } from "../state/tool.ts";
import { selecting } from "../state/work.ts";
import { t } from "../words.ts";
import { attempt } from "./attempt.ts";

/** A drawn shape becomes a region, or a part of the selected one. */
export async function drawn(hint: Hint | { readonly salient: true }, joining?: Joining): Promise<void> {
  const imageId = history.value.current;
  if (imageId === null) return;
  const with_ = selected.value;
  const op = joining ?? combine.value;
  const joined = with_ !== undefined && op !== "new";
  const body = {
    imageId,
    ...hint,
    // What is taken away is what was drawn, not the thing inside.
    ...(joined && op === "subtract" && "box" in hint ? { refine: false } : {}),
    ...(joined
      ? { combine: { with: with_.region.regionId, op: op === "add" ? ("union" as const) : ("subtract" as const) } }
      : {}),
  };
  await selectedAs(() => api.select(body), joined ? with_ : undefined);
}

/** Pixels outwards (negative: inwards), and over how many the outline is softened. */
export type Adjustment = { readonly grow: number } | { readonly feather: number };

export async function adjust(operation: Operation, wanted: Adjustment): Promise<void> {
  await selectedAs(() => api.adjust(operation.region.regionId, { ...wanted }), operation);
}

/** Of what the region encloses only the thing that stands out. */
export async function tighten(operation: Operation): Promise<void> {
  const { imageId, box } = operation.region;
  await selectedAs(() => api.select({ imageId, box: [...box], refine: true }), operation);
}

/** What belongs to the region, e.g. its shadow, moves as it does and before it. */
export async function moveAlong(operation: Operation, polygon: readonly (readonly number[])[]): Promise<void> {
  const { imageId } = operation.region;
  selecting.value++;
  await attempt(async () => {
    const points = polygon.map(([x = 0, y = 0]) => [x, y]);
    const region = await api.select({ imageId, polygon: points, refine: false });
    await loadMask(region.regionId);
    if (imageId === history.value.current) addBefore(operation, region, t("belongsTo", { name: operation.label }));
  });
  selecting.value--;
}

async function selectedAs(ask: () => Promise<Region>, into: Operation | undefined): Promise<void> {
  selecting.value++;
  await attempt(async () => {
    const region = await ask();
    await loadMask(region.regionId);
    if (region.imageId !== history.value.current) return;
    compareWith.value = undefined;
    if (into === undefined) addOperation(region, t("regionNumber", { n: operations.value.length + 1 }));
    else replaceRegion(into, region);
    if (tool.value !== "brush") takeTool("move");
    // Strokes of one brush are one region, until another tool is taken in hand.
    else if (combine.value === "new") combine.value = "add";
    say(
      t("regionSelected", {
        width: Math.round(region.box[2] - region.box[0]),
        height: Math.round(region.box[3] - region.box[1]),
      }),
    );
  });
  selecting.value--;
}

/** The anchor follows the centroid as long as nothing was moved yet. */
function replaceRegion({ key, handling }: Operation, region: Region): void {
  mark();
  change(key, { region, ...(isStill(handling) ? { handling: untouched(region.centroid) } : {}) });
}

export async function loadMask(regionId: string): Promise<void> {
  const size = pixels.value?.bitmap;
  if (masks.value.has(regionId) || size === undefined) return;
  const response = await fetch(addressOf.mask(regionId));
  if (!response.ok) throw new TypeError(`Region ${regionId} is not there`);
  rememberMask(regionId, maskFrom(await createImageBitmap(await response.blob()), size));
}

/** A box said in numbers, for those who do not draw; the middle third of the picture. */
export function middleBox(): readonly number[] {
  const { width = 0, height = 0 } = current.value ?? {};
  return [width / 3, height / 3, (2 * width) / 3, (2 * height) / 3].map(Math.round);
}
