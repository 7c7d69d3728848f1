/** A finished picture into a file the caller names, in the format its name asks for, proved against its input. */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { EditError } from "../../errors.ts";
import type { ExportOutcome, ExportRequest, Warning } from "../api.ts";
import { emptyMask } from "../geometry/mask.ts";
import { type DecodeOptions, decodeImage } from "../image/decode.ts";
import { outputFormat, writeImage } from "../image/encode.ts";
import { readMask } from "../image/raster-io.ts";
import { makeReceipt } from "../image/receipt.ts";

export async function exportPicture(request: ExportRequest, limits: DecodeOptions = {}): Promise<ExportOutcome> {
  const picture = await decodeImage(request.image, limits);
  const format = outputFormat(request.out, picture);
  await refuseExisting(request.out, request.overwrite);
  const { icc, exif, xmp, display } = picture;
  const embed = request.embed ?? true;
  const options = {
    format,
    icc,
    exif,
    xmp,
    display,
    recipe: request.recipe,
    embed: embed && request.recipe !== undefined,
  };
  const warnings: Warning[] = await writeImage(request.out, picture, options);
  const original = request.original === undefined ? picture : await decodeImage(request.original, limits);
  const editable = request.editable === undefined ? emptyMask(original) : await readMask(request.editable, "");
  const receipt = await makeReceipt(original, request.out, editable);
  if (!receipt.lossless) warnings.push(lossyWarning(request.out, receipt.outsideChanged, receipt.outsidePixels));
  const { size } = await stat(request.out);
  return { path: request.out, format, bytes: size, receipt, warnings };
}

async function refuseExisting(out: string, overwrite: boolean): Promise<void> {
  const found = await stat(out).catch(() => undefined);
  if (found?.isDirectory()) throw new EditError("usage", `Expected a file name for the output, ${out} is a folder`);
  if (found !== undefined && !overwrite) {
    throw new EditError("out-exists", `Expected a new file, ${out} exists`, {
      hint: "Name another file, or overwrite it: overwrite: true of export_image, --force of a command.",
    });
  }
  if (!(await stat(dirname(out)).catch(() => undefined))?.isDirectory()) {
    throw new EditError("usage", `Expected an existing folder for the output, ${dirname(out)} is none`);
  }
}

function lossyWarning(out: string, changed: number, outside: number): Warning {
  const message = `${out} is in a lossy format: ${changed} of ${outside} pixels outside the edit differ from the input`;
  return { code: "lossy-output", message };
}
