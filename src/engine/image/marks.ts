/** Numbered boxes on a picture: what one may mean by "the second one". */
import type { Box, Rgb } from "../raster.ts";
import { BLACK, type Colour, copyOf, fill, number, WHITE } from "./draw.ts";

/** Each box outlined in white on black, its number (from 1) in its top-left corner. */
export function numberedBoxes(rgb: Rgb, boxes: readonly Box[]): Rgb {
  const out = copyOf(rgb);
  const longer = Math.max(rgb.width, rgb.height);
  const thick = Math.max(1, Math.round(longer / 400));
  const scale = Math.max(2, Math.round(longer / 120));
  for (const box of boxes) {
    outline(out, box, 3 * thick, BLACK);
    outline(out, inset(box, thick), thick, WHITE);
  }
  boxes.forEach(([x0, y0], i) => {
    number(out, i + 1, Math.max(0, Math.round(x0)), Math.max(0, Math.round(y0)), scale);
  });
  return out;
}

/** The picture with its number in its top-left corner, for sheets. */
export function numberedPicture(rgb: Rgb, value: number): Rgb {
  const out = copyOf(rgb);
  number(out, value, 0, 0, Math.max(2, Math.round(Math.max(rgb.width, rgb.height) / 90)));
  return out;
}

function inset([x0, y0, x1, y1]: Box, by: number): Box {
  return [x0 + by, y0 + by, x1 - by, y1 - by];
}

function outline(rgb: Rgb, box: Box, thick: number, colour: Colour): void {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = box.map(Math.round);
  fill(rgb, x0, y0, x1 - x0, thick, colour, 1);
  fill(rgb, x0, y1 - thick, x1 - x0, thick, colour, 1);
  fill(rgb, x0, y0, thick, y1 - y0, colour, 1);
  fill(rgb, x1 - thick, y0, thick, y1 - y0, colour, 1);
}
