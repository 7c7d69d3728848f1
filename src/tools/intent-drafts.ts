/** What a drag may mean, from geometry alone: the thing moves, turns about its far end, stretches away from it, or gives
 * way. */
import { degreesTowards } from "../engine/geometry/affine.ts";
import type { Point } from "../engine/raster.ts";
import type { Motion } from "../engine/recipe/schema.ts";
import { tidy } from "./places.ts";

/** A region that is to go somewhere; pixels. */
export interface DraggedItem {
  readonly regionId: string;
  readonly label: string;
  readonly centroid: Point;
  /** Of the region, seen from the target. */
  readonly farEnd: Point;
  readonly target: Point;
}

/** One reading of all items together. */
export interface IntentDraft {
  readonly operations: readonly { readonly regionId: string; readonly motion: Motion }[];
  readonly prompt: string;
  readonly reason: string;
  /** 0–1, where a model said so. */
  readonly confidence?: number;
}

/** How one item may move, with words; undefined where the geometry does not allow it. */
type Reading = (item: DraggedItem) => Phrase | undefined;

interface Phrase {
  readonly motion: Motion;
  /** "the paw moves 40 pixels right": becomes the reason. */
  readonly reason: string;
  /** "the paw, moved right": becomes the intent prompt where the caller gave no words. */
  readonly result: string;
}

/** Smaller turns are moves; larger ones are no stretch. Degrees. */
const LEAST_TURN = 4;
const STRAIGHT = 25;
/** Stretches beyond these tear what they stretch. */
const STRETCH = { least: 0.4, most: 2.5, visible: 0.05 } as const;

export const moves = ({ label, centroid, target }: DraggedItem): Phrase => {
  const by = between(centroid, target);
  return {
    motion: { type: "relocation", to: [...target] },
    reason: `${label} moves as it is, by [${by.map(tidy).join(", ")}]`,
    result: `${label}, moved ${directionOf(by)}`,
  };
};

export const turns: Reading = ({ label, centroid, farEnd, target }) => {
  const degrees = angleOf({ centroid, farEnd, target });
  if (degrees === undefined || Math.abs(degrees) < LEAST_TURN) return undefined;
  const about: Point = [tidy(farEnd[0]), tidy(farEnd[1])];
  const way = degrees > 0 ? "clockwise" : "counterclockwise";
  return {
    motion: { type: "rotation", degrees: tidy(degrees), about: [...about] },
    reason: `${label} turns ${Math.abs(Math.round(degrees))} degrees ${way} about its far end [${about.join(", ")}], as a limb does`,
    result: `${label}, turned ${way}`,
  };
};

const stretches: Reading = ({ label, centroid, farEnd, target }) => {
  const degrees = angleOf({ centroid, farEnd, target });
  if (degrees === undefined || Math.abs(degrees) > STRAIGHT) return undefined;
  const reach = between(farEnd, centroid);
  const ratio = tidy(Math.hypot(...between(farEnd, target)) / Math.hypot(...reach));
  if (ratio < STRETCH.least || ratio > STRETCH.most || Math.abs(ratio - 1) < STRETCH.visible) return undefined;
  const about: Point = [tidy(farEnd[0]), tidy(farEnd[1])];
  const verb = ratio > 1 ? "stretched" : "shortened";
  return {
    motion: { type: "scale", factor: alongAxis(reach, ratio), about: [...about] },
    reason: `${label} is ${verb} ${ratio} times; its far end [${about.join(", ")}] stays`,
    result: `${label}, ${verb} ${directionOf(between(centroid, target))}`,
  };
};

export const givesWay = ({ label, centroid, target }: DraggedItem): Phrase => ({
  motion: { type: "deformation", to: [...target] },
  reason: `${label} gives way towards the target; what it hangs on follows`,
  result: `${label}, reaching ${directionOf(between(centroid, target))}`,
});

const READINGS: readonly Reading[] = [moves, turns, givesWay, stretches];

/** The readings that suit at least one item; an item that a reading does not suit moves. `request` becomes the prompt. */
export function geometricDrafts(items: readonly DraggedItem[], request: string | undefined): IntentDraft[] {
  return READINGS.filter((reading) => items.some((item) => reading(item) !== undefined)).map((reading) => {
    return draftOf(items, (item) => reading(item) ?? moves(item), { prompt: request });
  });
}

/** One phrase per item, joined. */
export function draftOf(
  items: readonly DraggedItem[],
  phraseOf: (item: DraggedItem, index: number) => Phrase,
  { prompt, reason }: { prompt?: string | undefined; reason?: string | undefined },
): IntentDraft {
  const phrases = items.map(phraseOf);
  return {
    operations: items.map(({ regionId }, i) => ({
      regionId,
      motion: phrases[i]?.motion ?? moves(itemAt(items, i)).motion,
    })),
    prompt: prompt ?? phrases.map(({ result }) => result).join("; "),
    reason: reason ?? phrases.map((phrase) => phrase.reason).join("; "),
  };
}

function itemAt(items: readonly DraggedItem[], i: number): DraggedItem {
  const item = items[i];
  if (item === undefined) throw new TypeError(`Expected an item at ${i}, got none of ${items.length}`);
  return item;
}

/** From the centroid to the target as seen from the far end; undefined where either coincides with it. */
function angleOf({
  centroid,
  farEnd,
  target,
}: Pick<DraggedItem, "centroid" | "farEnd" | "target">): number | undefined {
  const apart = (point: Point) => Math.hypot(...between(farEnd, point));
  return apart(centroid) < 1 || apart(target) < 1 ? undefined : degreesTowards(centroid, target, farEnd);
}

/** Along x or y alone where the thing lies so, else both ways. */
function alongAxis([dx, dy]: Point, ratio: number): number | [number, number] {
  if (Math.abs(dx) >= 2 * Math.abs(dy)) return [ratio, 1];
  return Math.abs(dy) >= 2 * Math.abs(dx) ? [1, ratio] : ratio;
}

function between([ax, ay]: Point, [bx, by]: Point): [number, number] {
  return [bx - ax, by - ay];
}

/** Clockwise from the right, as y points down. */
const DIRECTIONS = ["right", "down right", "down", "down left", "left", "up left", "up", "up right"] as const;

function directionOf([dx, dy]: Point): string {
  const eighth = Math.round(Math.atan2(dy, dx) / (Math.PI / 4));
  return DIRECTIONS[(eighth + 8) % 8] ?? "right";
}
