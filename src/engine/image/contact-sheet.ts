/** Many results on one picture, for looking at them side by side. */
import type { Rgb } from "../raster.ts";
import { resizeRgb } from "./resample.ts";

const GUTTER = 4;
const BACKGROUND = 60;

/** Each picture scaled to fit a `cell` × `cell` square, centred, rows below each other, 4 pixels apart on dark grey. */
export async function contactSheet(rows: readonly (readonly Rgb[])[], cell: number): Promise<Rgb> {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (columns === 0) throw new TypeError("Expected at least one picture for a contact sheet, got none");
  const pitch = cell + GUTTER;
  const [width, height] = [columns * pitch + GUTTER, rows.length * pitch + GUTTER];
  const sheet: Rgb = { width, height, data: new Uint8Array(width * height * 3).fill(BACKGROUND) };
  for (const [r, row] of rows.entries()) {
    for (const [c, picture] of row.entries()) {
      const small = await scaledInto(picture, cell);
      const left = GUTTER + c * pitch + Math.trunc((cell - small.width) / 2);
      paste(sheet, small, left, GUTTER + r * pitch + Math.trunc((cell - small.height) / 2));
    }
  }
  return sheet;
}

function scaledInto(picture: Rgb, cell: number): Promise<Rgb> {
  const scale = cell / Math.max(picture.width, picture.height);
  const size = (edge: number) => Math.max(1, Math.round(edge * scale));
  return resizeRgb(picture, size(picture.width), size(picture.height));
}

function paste(sheet: Rgb, picture: Rgb, left: number, top: number): void {
  const row = picture.width * 3;
  for (let y = 0; y < picture.height; y++) {
    sheet.data.set(picture.data.subarray(y * row, (y + 1) * row), ((top + y) * sheet.width + left) * 3);
  }
}
