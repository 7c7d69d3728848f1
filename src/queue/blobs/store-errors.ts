import { EditError } from "../../errors.ts";
import type { BlobRef } from "../../session/hash-file.ts";

export function storeUnavailable(place: string, cause: unknown): EditError {
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new EditError(
    "store-unavailable",
    `Expected a blob store at ${place} that can be read and written, got: ${reason}`,
    {
      hint: "Every server and worker needs the same DRAGFLOW_BLOBS (--blobs): a shared folder, or s3://bucket/prefix",
      cause,
    },
  );
}

export function blobMissing(place: string, { hash }: BlobRef): EditError {
  return new EditError("store-unavailable", `Expected the blob ${hash} in ${place}, it is not there`, {
    hint: "Server and worker must be given the same DRAGFLOW_BLOBS (--blobs); blobs are kept for 7 days",
  });
}

export function blobDamaged(place: string, { hash }: BlobRef): EditError {
  return new EditError("store-unavailable", `Expected the blob ${hash} in ${place} to have that hash, it has another`, {
    hint: "Remove it there; it is put again with the next edit",
  });
}
