/** Where the other picture stands beside the shown one, and how both fit into the canvas. */
import { computed, effect, untracked } from "@preact/signals";
import type { Point } from "../geometry/affine.ts";
import { current } from "../state/picture.ts";
import { comparing, resultView } from "../state/result.ts";
import { canvasSize, fitToCanvas, type Size, view } from "./view.ts";

/** Between the two, as a share of the picture's width. */
const GAP = 0.02;

export const isBeside = computed(() => resultView.value === "side" && comparing.value);

/** The other picture's corner, in pixels of the shown one: at its left, or above it where that shows both larger. */
export function besideAt({ width, height }: Size): Point {
  const { width: across, height: down } = canvasSize.value;
  const gap = GAP * width;
  const left = Math.min(across / (2 * width + gap), down / height);
  const above = Math.min(across / width, down / (2 * height + gap));
  return left >= above ? [-width - gap, 0] : [0, -height - gap];
}

/** All that is shown, in the middle. */
export function fitShown(): void {
  const node = current.value;
  if (node === undefined) return;
  const [dx, dy] = isBeside.value ? besideAt(node) : [0, 0];
  fitToCanvas({ width: node.width - dx, height: node.height - dy });
  const { scale, x, y } = view.value;
  view.value = { scale, x: x - dx * scale, y: y - dy * scale };
}

/** Fits anew when the second picture comes and goes. */
export function followBeside(): () => void {
  let was = isBeside.value;
  return effect(() => {
    if (isBeside.value === was) return;
    was = isBeside.value;
    untracked(fitShown);
  });
}
