/** A finished picture into a file the caller names, in the format its name asks for, proved against its input. */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { EditError } from "../../errors.ts";
import type { ExportOutcome, ExportRequest, Receipt, Warning } from "../api.ts";
import { emptyMask } from "../geometry/mask.ts";
import { type DecodeOptions, decodeImage } from "../image/decode.ts";
import { type OutputFormat, outputFormat, writeImage, writePicture } from "../image/encode.ts";
import { keepCoefficients } from "../image/jpeg/keep.ts";
import { keptCoefficients } from "../image/jpeg/kept.ts";
import type { NativeImage } from "../image/native.ts";
import { readMask } from "../image/raster-io.ts";
import { makeReceipt } from "../image/receipt.ts";

/** What was written: its warnings, and where it holds an original's coefficients, what to prove that with. */
interface Written {
  readonly warnings: readonly Warning[];
  readonly touched?: Uint8Array;
}

export async function exportPicture(request: ExportRequest, limits: DecodeOptions = {}): Promise<ExportOutcome> {
  const { format, written } = await write(request, limits);
  const receipt = await proof(request, limits, written.touched);
  const lossy = receipt.lossless ? [] : [lossyWarning(request.out, receipt.outsideChanged, receipt.outsidePixels)];
  const { size } = await stat(request.out);
  return { path: request.out, format, bytes: size, receipt, warnings: [...written.warnings, ...lossy] };
}

/** On its own, so that the samples are free before the written ones are read back. */
async function write(
  request: ExportRequest,
  limits: DecodeOptions,
): Promise<{ format: OutputFormat; written: Written }> {
  const picture = await decodeImage(request.image, limits);
  const format = outputFormat(request.out, picture);
  await refuseExisting(request.out, request.overwrite);
  const kept = format === "jpeg" ? await writeKept(request, picture, limits) : { warnings: [] };
  if (kept.touched !== undefined) return { format, written: kept };
  const { icc, exif, xmp, display } = picture;
  const options = { format, icc, exif, xmp, display, ...embedded(request) };
  const warnings = await writeImage(request.out, picture, options);
  return { format, written: { warnings: [...kept.warnings, ...warnings] } };
}

function embedded({ recipe, embed = true }: ExportRequest) {
  return { recipe, embed: embed && recipe !== undefined };
}

/** A JPEG of a JPEG; without `touched` nothing was written, and the warning says why. */
async function writeKept(
  { out, source, ...request }: ExportRequest,
  picture: NativeImage,
  limits: DecodeOptions,
): Promise<Written> {
  if (source === undefined) return { warnings: [] };
  try {
    const before = source === request.image ? picture : await decodeImage(source, limits);
    if (before.format !== "jpeg") return { warnings: [] };
    const xmp = embedded({ ...request, out });
    const { bytes, touched, warnings } = await keepCoefficients(await readFile(source), {
      before,
      after: picture,
      xmp,
    });
    await writePicture(out, bytes);
    return { warnings, touched };
  } catch (error) {
    if (!(error instanceof EditError) || !NOT_KEPT.includes(error.code)) throw error;
    return { warnings: [encodedAnew(error.message.replaceAll(source, "the opened picture"))] };
  }
}

const NOT_KEPT: readonly string[] = ["not-found", "image-unreadable", "image-unsupported", "image-too-large"];

function encodedAnew(why: string): Warning {
  return { code: "jpeg-encoded-anew", message: `The whole picture was encoded anew, not only the edit: ${why}` };
}

/** Read back from the written file. */
async function proof(request: ExportRequest, limits: DecodeOptions, touched: Uint8Array | undefined): Promise<Receipt> {
  const { out, source = request.image } = request;
  const original = await decodeImage(request.original ?? request.image, limits);
  const editable = request.editable === undefined ? emptyMask(original) : await readMask(request.editable, "");
  const receipt = await makeReceipt(original, out, editable);
  if (touched === undefined) return receipt;
  return { ...receipt, jpeg: keptCoefficients(await readFile(source), await readFile(out), touched) };
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
  // Paths of this machine are not for every caller.
  const message = `${basename(out)} is in a lossy format: ${changed} of ${outside} pixels outside the edit differ from the input`;
  return { code: "lossy-output", message };
}
