/** Which store a text names: a folder, or s3://bucket/prefix. */
import { join, resolve } from "node:path";
import { EditError } from "../../errors.ts";
import { FolderBlobs } from "./folder-blobs.ts";
import type { SharedBlobs } from "./shared-blobs.ts";

export interface BlobsWish {
  /** The flag, or DRAGFLOW_BLOBS; a folder of the data folder without either, which serves where all share that. */
  readonly named: string | undefined;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Throws `usage` for what names no store, and `not-available` where the client for S3 is not installed. */
export async function openBlobs({ named, home, env }: BlobsWish): Promise<SharedBlobs> {
  if (!named) return new FolderBlobs(join(home, "queue-blobs"));
  if (!/^[a-z0-9+.-]{2,}:\/\//i.test(named)) return new FolderBlobs(resolve(named));
  const { protocol, hostname, pathname } = new URL(named);
  if (protocol !== "s3:" || hostname === "") {
    throw new EditError("usage", `Expected --blobs as a folder or s3://bucket/prefix, got ${protocol}//…`, {
      hint: "Endpoint and keys of S3 come by the environment: AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY",
    });
  }
  // Loaded only where it is asked for: an optional package.
  const { openS3Blobs } = await import("./s3-blobs.ts");
  return openS3Blobs({ bucket: hostname, prefix: pathname.replace(/^\/+|\/+$/g, ""), env });
}
