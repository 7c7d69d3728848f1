/** The canvas without a pointer: arrows move the selected region or the drawing cursor, Enter is the button. */

import type { Press, Strokes } from "../canvas/gestures.ts";
import type { Point } from "../geometry/affine.ts";
import { handle, mark, selected } from "../state/operations.ts";
import { current } from "../state/picture.ts";
import { cursor, isDrawing } from "../state/tool.ts";

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const TURN: Readonly<Record<string, number>> = { "[": -1, "]": 1, "{": -15, "}": 15 };
const SCALE: Readonly<Record<string, number>> = { "<": 1 / 1.05, ">": 1.05 };
const FAR = 10;

export function canvasKeys(strokesOf: () => Strokes): (event: KeyboardEvent) => void {
  let down = false;
  return (event) => {
    if (event.ctrlKey || event.metaKey) return;
    const step = ARROWS[event.key];
    const press: Press = { pointer: "mouse", shift: event.shiftKey, alt: event.altKey };
    if (event.key === "Escape") {
      down = false;
      cursor.value = undefined;
      strokesOf().cancel();
    } else if (isDrawing.value && step) {
      cursor.value = moved(cursor.value ?? middle(), step, event.shiftKey ? FAR : 1);
      if (down) strokesOf().move(cursor.value, press);
      else strokesOf().hover?.(cursor.value, press);
    } else if (isDrawing.value && event.key === "Enter") {
      const at = cursor.value ?? middle();
      cursor.value = at;
      if (down) strokesOf().up(at, press);
      else strokesOf().down(at, press);
      down = !down;
      // A click is both: these tools have nothing to drag.
      if (down && strokesOf().click) {
        strokesOf().up(at, press);
        down = false;
      }
    } else if (!isDrawing.value && selected.value) {
      if (!transform(event.key, step, event.shiftKey)) return;
    } else return;
    event.preventDefault();
  };
}

function transform(key: string, step: Point | undefined, far: boolean): boolean {
  const one = selected.value;
  if (one === undefined) return false;
  const { by, degrees, scale } = one.handling;
  const [turn, factor] = [TURN[key], SCALE[key]];
  if (step === undefined && turn === undefined && factor === undefined) return false;
  mark();
  if (step) handle(one.key, { by: moved(by, step, far ? FAR : 1) });
  if (turn !== undefined) handle(one.key, { degrees: degrees + turn });
  if (factor !== undefined) handle(one.key, { scale: [scale[0] * factor, scale[1] * factor] });
  return true;
}

function moved([x, y]: Point, [dx, dy]: Point, by: number): Point {
  return [x + dx * by, y + dy * by];
}

function middle(): Point {
  return [Math.round((current.value?.width ?? 0) / 2), Math.round((current.value?.height ?? 0) / 2)];
}
