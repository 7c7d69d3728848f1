/** Which container the result is written in. */
import { extname } from "node:path";
import { EditError } from "../../errors.ts";
import type { Format, NativeImage } from "./native.ts";

export type OutputFormat = Exclude<Format, "gif">;

const BY_EXTENSION: Readonly<Record<string, OutputFormat>> = {
  ".png": "png",
  ".jpg": "jpeg",
  ".jpeg": "jpeg",
  ".webp": "webp",
  ".tif": "tiff",
  ".tiff": "tiff",
  ".avif": "avif",
};

/**
 * Named by the extension; without a name the input's container if it is one we write losslessly at a bearable speed, else
 * PNG. JPEG and AVIF inputs become PNG.
 * @throws EditError `usage` for any other extension.
 */
export function outputFormat(outPath: string | undefined, input: Pick<NativeImage, "format">): OutputFormat {
  if (outPath === undefined) return input.format === "webp" || input.format === "tiff" ? input.format : "png";
  const extension = extname(outPath).toLowerCase();
  const format = BY_EXTENSION[extension];
  if (format) return format;
  const known = Object.keys(BY_EXTENSION).join(", ");
  throw new EditError("usage", `Expected an output name ending in ${known}, got "${extension}" of ${outPath}`);
}
