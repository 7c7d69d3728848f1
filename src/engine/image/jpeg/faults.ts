/** What is said of a JPEG whose coefficients cannot be had. */
import { EditError } from "../../../errors.ts";

export function damaged(got: string): EditError {
  return new EditError("image-unreadable", `Expected a whole JPEG, got ${got}`, {
    hint: "Open the file in a viewer to see whether it is whole, or export to PNG.",
  });
}

export function unsupported(got: string): EditError {
  return new EditError(
    "image-unsupported",
    `Expected a baseline or progressive JPEG, Huffman-coded, 8 bits, grey or three colours, got ${got}`,
    { hint: "Export to PNG, which keeps every pixel." },
  );
}

export function tooLarge(got: string): EditError {
  return new EditError("image-too-large", `Expected a JPEG whose coefficients fit in memory, got ${got}`, {
    hint: "Export to PNG, which keeps every pixel.",
  });
}
