/** Several pictures on one, for models that take only few. */
import type { Preview } from "../../engine/api.ts";
import { contactSheet } from "../../engine/image/contact-sheet.ts";
import { rgbFrom } from "../../engine/image/raster-io.ts";
import { encoded } from "../../engine/image/vision-view.ts";

const CELL = 560;
const COLUMNS = 2;

export async function sheetOf(previews: readonly Preview[]): Promise<Preview> {
  const pictures = await Promise.all(previews.map(({ data }) => rgbFrom(data)));
  const rows = Array.from({ length: Math.ceil(pictures.length / COLUMNS) }, (_, row) =>
    pictures.slice(row * COLUMNS, (row + 1) * COLUMNS),
  );
  return encoded(await contactSheet(rows, CELL));
}
