/** The XMP of a written JPEG: its segment ends at 64 KiB, and a recipe with drawn masks may not fit. */
import { JPEG_MAX_XMP } from "./jpeg-segments.ts";
import { mergeXmp, type XmpChange } from "./xmp.ts";

/** As `mergeXmp`; what does not fit is left out, the recipe first, and told to `drop`. */
export function xmpForJpeg(
  existing: Uint8Array | undefined,
  change: XmpChange,
  drop: (what: string, why: string) => void,
): Uint8Array | undefined {
  const { recipe: _, ...plain } = change;
  const xmp = mergeXmp(existing, change);
  if (!tooLong(xmp)) return xmp;
  drop("recipe", `XMP of ${xmp?.length} bytes is more than the ${JPEG_MAX_XMP} a JPEG holds`);
  const without = mergeXmp(existing, plain);
  return tooLong(without) ? mergeXmp(undefined, plain) : without;
}

function tooLong(xmp: Uint8Array | undefined): boolean {
  return xmp !== undefined && xmp.length > JPEG_MAX_XMP;
}
