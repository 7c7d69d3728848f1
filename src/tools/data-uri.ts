/** Small pictures that arrive inside the call. */
import { EditError } from "../errors.ts";

/** 20 MB: what is larger belongs into a file. */
const MAX_BYTES = 20_000_000;
const PATTERN = /^data:image\/([a-z0-9.+-]+);base64,/i;

/** Throws `image-unreadable` and `image-too-large`. */
export function dataUriBytes(uri: string): { bytes: Uint8Array; extension: string } {
  const head = PATTERN.exec(uri);
  const body = head ? uri.slice(head[0].length) : "";
  if (!head?.[1] || !/^[A-Za-z0-9+/]+={0,2}$/.test(body)) {
    throw new EditError("image-unreadable", `Expected data:image/…;base64,… , got ${JSON.stringify(uri.slice(0, 40))}`);
  }
  if ((body.length * 3) / 4 > MAX_BYTES) {
    throw new EditError("image-too-large", `Expected a data URI of at most ${MAX_BYTES} bytes, got ${body.length}`, {
      hint: "Save the picture as a file and open its path",
    });
  }
  return { bytes: Buffer.from(body, "base64"), extension: head[1].toLowerCase() };
}
