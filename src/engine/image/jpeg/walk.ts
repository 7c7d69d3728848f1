/** The order of a scan's blocks (T.81 A.2): by MCU where components are interleaved, else by rows of the blocks that show
 * picture. */
import type { Component, Frame } from "./jpeg.ts";

/** `visit` gets the component's place in the list and where the block's coefficients begin; `next` runs before each MCU. */
export function walkBlocks(
  frame: Frame,
  components: readonly Component[],
  next: (mcu: number) => void,
  visit: (component: number, at: number) => void,
): void {
  const [only, ...others] = components;
  if (only !== undefined && others.length === 0) walkOne(only, next, visit);
  else walkMcus(frame, components, next, visit);
}

type Visit = (component: number, at: number) => void;

function walkOne({ blocksWide, blocksHigh, stride }: Component, next: (mcu: number) => void, visit: Visit): void {
  for (let y = 0, mcu = 0; y < blocksHigh; y++) {
    for (let x = 0; x < blocksWide; x++, mcu++) {
      next(mcu);
      visit(0, (y * stride + x) * 64);
    }
  }
}

function walkMcus(
  { mcusWide, mcusHigh }: Frame,
  components: readonly Component[],
  next: (mcu: number) => void,
  visit: Visit,
): void {
  for (let y = 0, mcu = 0; y < mcusHigh; y++) {
    for (let x = 0; x < mcusWide; x++, mcu++) {
      next(mcu);
      for (let i = 0; i < components.length; i++) {
        const component = components[i];
        if (component !== undefined) walkMcu(component, x, y, (at) => visit(i, at));
      }
    }
  }
}

/** Where the coefficients of a component's blocks in one MCU begin. */
export function walkMcu({ h, v, stride }: Component, mcuX: number, mcuY: number, visit: (at: number) => void): void {
  for (let y = mcuY * v; y < (mcuY + 1) * v; y++) {
    for (let x = mcuX * h; x < (mcuX + 1) * h; x++) visit((y * stride + x) * 64);
  }
}
