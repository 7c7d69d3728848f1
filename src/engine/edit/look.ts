/** A small encoded view of a picture: whole or cropped, with a grid or tinted masks. */
import { EditError } from "../../errors.ts";
import type { LookRequest, Preview } from "../api.ts";
import { type DecodeOptions, decodeImage, toRgb } from "../image/decode.ts";
import { numberedBoxes } from "../image/marks.ts";
import { readMask } from "../image/raster-io.ts";
import { gridView, previewOf, tintMasks } from "../image/views.ts";
import type { Box, Mask, Rgb } from "../raster.ts";
import { cropRgb } from "../retouch/resample.ts";

export async function lookAt(request: LookRequest, limits: DecodeOptions = {}): Promise<Preview> {
  const rgb = await toRgb(await decodeImage(request.image, limits));
  const masks = await Promise.all((request.masks ?? []).map((path) => fittingMask(path, rgb)));
  const marked = masks.length === 0 ? rgb : tintMasks(rgb, masks);
  const boxed = request.boxes === undefined ? marked : numberedBoxes(marked, request.boxes);
  const gridded = request.overlay === "grid" ? gridView(boxed) : boxed;
  const shown = request.crop === undefined ? gridded : cropRgb(gridded, insideBox(request.crop, rgb));
  const { maxEdge, maxBytes } = request;
  return previewOf(shown, {
    ...(maxEdge === undefined ? {} : { maxEdge }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
}

async function fittingMask(path: string, { width, height }: Rgb): Promise<Mask> {
  const mask = await readMask(path, "");
  if (mask.width === width && mask.height === height) return mask;
  const message = `Expected mask of ${width}x${height} to match the image, got ${mask.width}x${mask.height}`;
  throw new EditError("mask-size-mismatch", message);
}

function insideBox([x0, y0, x1, y1]: Box, { width, height }: Rgb): Box {
  const box: Box = [
    Math.max(Math.floor(x0), 0),
    Math.max(Math.floor(y0), 0),
    Math.min(Math.ceil(x1), width),
    Math.min(Math.ceil(y1), height),
  ];
  if (box[2] > box[0] && box[3] > box[1]) return box;
  throw new EditError(
    "region-outside",
    `Expected a crop inside ${width}x${height}, got [${[x0, y0, x1, y1].join(", ")}]`,
  );
}
