/** Several previews as one picture: clients show one, and one is cheaper to send. */
import type { Preview } from "../engine/api.ts";
import { contactSheet } from "../engine/image/contact-sheet.ts";
import { numberedPicture } from "../engine/image/marks.ts";
import { rgbFrom } from "../engine/image/raster-io.ts";
import { previewOf } from "../engine/image/views.ts";
import type { Rgb } from "../engine/raster.ts";
import { PREVIEW_BYTES } from "./views.ts";

const EDGE = 1024;

/** Row by row, `columns` beside each other; `numbered` writes 1, 2, 3 … into their corners. Within the preview budget. */
export async function sheetOf(tiles: readonly Preview[], columns: number, numbered: boolean): Promise<Preview> {
  const pictures: Rgb[] = [];
  for (const [i, { data }] of tiles.entries()) {
    const picture = await rgbFrom(data);
    pictures.push(numbered ? numberedPicture(picture, i + 1) : picture);
  }
  const rows: Rgb[][] = [];
  for (let i = 0; i < pictures.length; i += columns) rows.push(pictures.slice(i, i + columns));
  const across = Math.max(columns, rows.length);
  const sheet = await contactSheet(rows, Math.floor(EDGE / across) - 8);
  return previewOf(sheet, { maxEdge: EDGE, maxBytes: PREVIEW_BYTES });
}
