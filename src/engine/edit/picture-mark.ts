/** Which picture a recipe was resolved on, so that a replay on another one is noticed: only the same picture gives the same
 * bytes again. */
import { createHash } from "node:crypto";
import type { Warning } from "../api.ts";
import type { Picture } from "../image/native.ts";

/** SHA-256 of size, layout and oriented samples (16-bit ones as this machine orders their bytes, little-endian nearly
 * everywhere), 64 hexadecimal digits: how the file packs them does not matter. */
export function pictureMark({ width, height, channels, depth, samples }: Picture): string {
  const sum = createHash("sha256").update(`${width} ${height} ${channels} ${depth}\n`);
  return sum.update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)).digest("hex");
}

/** Where a recipe came with the mark of another picture. */
export function markWarnings(known: string | undefined, mark: string): Warning[] {
  if (known === undefined || known === mark) return [];
  const message =
    "Expected the picture that the recipe was made on, got another one: the edit is made all the same, but nothing earlier is repeated. " +
    'Leave "picture" out of the recipe to use it for any picture';
  return [{ code: "other-picture", message }];
}
