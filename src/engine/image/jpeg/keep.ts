/** A JPEG's edit as a JPEG: blocks that the edit did not meet keep their coefficients, the others get new ones. */
import type { Warning } from "../../api.ts";
import type { NativeImage, Picture } from "../native.ts";
import { sharp } from "../sharp.ts";
import type { XmpChange } from "../xmp.ts";
import { type Change, touchedMcus } from "./change.ts";
import { unsupported } from "./faults.ts";
import { keptSegments } from "./kept-segments.ts";
import { placementOf } from "./placement.ts";
import { readJpeg } from "./read.ts";
import { replaceBlocks } from "./replace.ts";
import { writeJpeg } from "./write.ts";

export interface KeptJpeg {
  readonly bytes: Buffer;
  /** 1 for every MCU that the edit met: [mcusHigh, mcusWide]. */
  readonly touched: Uint8Array;
  readonly warnings: readonly Warning[];
}

/**
 * `before` is the decoded `original`, `after` the same with an edit, both turned as its orientation says; the tag stays and
 * the written picture is stored as the original is.
 * @throws EditError `image-unsupported`, `image-unreadable`, `image-too-large`: such a file can only be encoded anew.
 */
export async function keepCoefficients(
  original: Uint8Array,
  { before, after, xmp }: { before: NativeImage; after: Picture; xmp: XmpChange },
): Promise<KeptJpeg> {
  const jpeg = readJpeg(original);
  const { orientation = 1 } = await sharp(original, { failOn: "none", limitInputPixels: false }).metadata();
  checkLayout(before, after, jpeg.components.length);
  const change: Change = { before, after, placement: placementOf(orientation, jpeg) };
  const touched = touchedMcus(jpeg, change);
  replaceBlocks(jpeg, change, touched);
  const { segments, warnings } = keptSegments(jpeg.segments, { ...xmp, orientation });
  const cut = jpeg.trailing > PADDING ? [trailingWarning(jpeg.trailing)] : [];
  return { bytes: writeJpeg({ ...jpeg, segments }), touched, warnings: [...warnings, ...cut] };
}

/** Bytes behind the picture that are taken for filling. */
const PADDING = 1024;

function trailingWarning(bytes: number): Warning {
  const message = `What lies behind the picture in its file was left out: ${bytes} bytes that show what was not edited`;
  return { code: "metadata-dropped", message };
}

function checkLayout(before: Picture, after: Picture, components: number): void {
  const sizes = [before, after].map(
    ({ width, height, channels, depth }) => `${width}x${height}x${channels}, ${depth} bits`,
  );
  if (sizes[0] !== sizes[1] || before.channels !== components || before.depth !== 8) {
    throw unsupported(`an edit of ${sizes[1]} to a picture of ${sizes[0]} in ${components} components`);
  }
}
