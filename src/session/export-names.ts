/** Names inside an exported session. */

export const JOURNAL_NAME = "journal.jsonl";

const BLOB_NAME = /^blobs\/([0-9a-f]{64})$/;

/** "blobs/" and the SHA-256 in hexadecimal; `hash` is a subresource-integrity string. */
export function blobName(hash: string): string {
  return `blobs/${Buffer.from(hash.slice("sha256-".length), "base64").toString("hex")}`;
}

/** The hash that a name stands for; undefined for any other name. */
export function blobHash(name: string): string | undefined {
  const hex = BLOB_NAME.exec(name)?.[1];
  return hex === undefined ? undefined : `sha256-${Buffer.from(hex, "hex").toString("base64")}`;
}
