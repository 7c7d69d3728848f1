/** Files that servers and workers on several machines hand to each other, by their content. */
import type { BlobRef } from "../../session/hash-file.ts";

export interface SharedBlobs {
  /** For people: where it is, without keys. */
  readonly place: string;
  /** Takes the file in; what is there already is not sent again. Throws `store-unavailable`. */
  put(path: string): Promise<BlobRef>;
  /** Writes the blob to the path, whole and with exactly its bytes, or not at all. Throws `store-unavailable`, also where
   * it is not there. */
  get(ref: BlobRef, path: string): Promise<void>;
  /** Writes, reads and removes a small blob. Throws `store-unavailable`. */
  probe(): Promise<void>;
  /** Removes what nobody has put for that long; a store that does so by itself does nothing. Resolves to how many. */
  sweep(olderThanMs: number): Promise<number>;
  close(): void;
}

/** Name of a blob in any store: 64 hexadecimal digits of its SHA-256. */
export function blobKey({ hash }: Pick<BlobRef, "hash">): string {
  return Buffer.from(hash.slice("sha256-".length), "base64").toString("hex");
}
