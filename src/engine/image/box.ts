import type { Box, Mask } from "../raster.ts";

/** Smallest box around non-zero pixels; [0, 0, 0, 0] when there are none. */
export function boxOfNonZero({ width, data }: Mask): Box {
  let [x0, y0, x1, y1] = [width, Number.POSITIVE_INFINITY, 0, 0];
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0) continue;
    const x = i % width;
    const y = (i - x) / width;
    x0 = Math.min(x0, x);
    y0 = Math.min(y0, y);
    x1 = Math.max(x1, x + 1);
    y1 = y + 1;
  }
  return y1 === 0 ? [0, 0, 0, 0] : [x0, y0, x1, y1];
}
