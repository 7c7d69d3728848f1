/** A soft contact shadow: what makes a pasted object stand on its ground. */
import type { Size } from "../../engine/geometry/mask.ts";
import type { Box, Mask } from "../../engine/raster.ts";

/** Darkest value, of 255. */
const DEPTH = 130;

/** Darkness 0–130 in a flat ellipse under the object, deepest in its middle. `box` is the object's. */
export function shadowOf(size: Size, [x0, y0, x1, y1]: Box): Mask {
  const [cx, cy] = [(x0 + x1) / 2, y1 - 0.03 * (y1 - y0)];
  const [rx, ry] = [0.52 * (x1 - x0), Math.max(5, 0.09 * (y1 - y0))];
  const data = new Uint8Array(size.width * size.height);
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i++) {
      const far = Math.hypot((x + 0.5 - cx) / rx, (y + 0.5 - cy) / ry);
      const t = Math.max(0, 1 - far);
      data[i] = Math.round(DEPTH * t * t * (3 - 2 * t));
    }
  }
  return { width: size.width, height: size.height, data };
}
