import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** Bytes by their content. `hash` is a subresource-integrity string: "sha256-" and base64. */
export interface BlobRef {
  readonly hash: string;
  readonly bytes: number;
}

/** Reads the file once. */
export async function hashFile(path: string): Promise<BlobRef> {
  const sum = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    sum.update(chunk);
    bytes += chunk.length;
  }
  return { hash: `sha256-${sum.digest("base64")}`, bytes };
}

/** Whether the file is there and holds exactly these bytes. */
export async function holds(path: string, ref: BlobRef): Promise<boolean> {
  const found = await hashFile(path).catch(() => undefined);
  return found !== undefined && found.hash === ref.hash && found.bytes === ref.bytes;
}
