/** The model's own picture of an edit, whatever the preview scored. */
import type { EditOutcome } from "../../engine/api.ts";
import { decodeImage, toRgb } from "../../engine/image/decode.ts";
import { resizeRgb } from "../../engine/image/resample.ts";
import { EditError } from "../../errors.ts";
import type { Shot, Zones } from "../sample.ts";
import { bake } from "./bake.ts";

/**
 * Path of a file in `dir`: of the input's size, outside the editable area the input's.
 * @throws EditError `engine-failed` where the model's numbers ran out of range: there is nothing to show.
 */
export async function modelPicture(
  { files }: Pick<EditOutcome, "files">,
  dir: string,
  original: Shot,
  { editable }: Zones,
): Promise<string> {
  const path = files.tiers.full;
  if (path === undefined)
    throw new EditError("engine-failed", "Expected the model's picture, its numbers ran out of range");
  const own = await toRgb(await decodeImage(path));
  const { width, height } = original.rgb;
  const after = own.width === width && own.height === height ? own : await resizeRgb(own, width, height);
  return bake(dir, original, after, editable);
}
