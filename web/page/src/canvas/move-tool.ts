/** Takes hold of the selected region: its body, its handles, its anchor. */

import { signal } from "@preact/signals";
import type { Point } from "../geometry/affine.ts";
import type { Handling } from "../geometry/motion.ts";
import { handle, mark, type Operation, operations, selected, selectedKey } from "../state/operations.ts";
import { compareWith } from "../state/result.ts";
import type { Strokes } from "./gestures.ts";
import { type HandleName, handleAt, pulled } from "./handles.ts";
import { view } from "./view.ts";

/** The handle under the pointer, for its shape. */
export const hovered = signal<HandleName | undefined>(undefined);
/** A region is being pulled right now. */
export const pulling = signal(false);

interface Taken {
  readonly operation: Operation;
  readonly name: HandleName;
  readonly from: Point;
  readonly start: Handling;
  marked: boolean;
}

export function moveTool(): Strokes {
  let taken: Taken | undefined;
  return {
    down(at, { pointer }) {
      const found = foundAt(at, pointer);
      if (found === undefined) return;
      selectedKey.value = found.operation.key;
      compareWith.value = undefined;
      taken = { ...found, from: at, start: found.operation.handling, marked: false };
      pulling.value = true;
    },
    move(at, { shift }) {
      if (taken === undefined) return;
      if (!taken.marked) mark();
      taken.marked = true;
      const { operation, name, from, start } = taken;
      handle(operation.key, pulled({ name, from, to: at, box: operation.region.box, start, strict: shift }));
    },
    up() {
      taken = undefined;
      pulling.value = false;
    },
    cancel() {
      if (taken !== undefined) handle(taken.operation.key, taken.start);
      taken = undefined;
      pulling.value = false;
    },
    hover(at, { pointer }) {
      hovered.value = foundAt(at, pointer)?.name;
    },
  };
}

/** The selected one's handles first, then the bodies, the last drawn first. */
function foundAt(at: Point, pointer: string): { operation: Operation; name: HandleName } | undefined {
  const order = [selected.value, ...operations.value.toReversed()].filter((one) => one !== undefined);
  for (const operation of order) {
    const { region, handling } = operation;
    const name = handleAt(at, { box: region.box, handling, scale: view.value.scale, pointer });
    if (name !== undefined && (operation === selected.value || name === "body")) return { operation, name };
  }
  return undefined;
}
