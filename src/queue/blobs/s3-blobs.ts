/** Blobs in a bucket of anything that speaks S3. Its lifecycle rules remove what is old; nothing else does. */
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { EditError } from "../../errors.ts";
import { type BlobRef, hashFile, holds } from "../../session/hash-file.ts";
import { blobKey, type SharedBlobs } from "./shared-blobs.ts";
import { blobDamaged, blobMissing, storeUnavailable } from "./store-errors.ts";

type Sdk = typeof import("@aws-sdk/client-s3");

export interface S3Wish {
  readonly bucket: string;
  readonly prefix: string;
  /** The SDK reads keys and region from the process's environment; AWS_ENDPOINT_URL names another service than Amazon's. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is there already is sent again when it is older: a lifecycle rule of 7 days must not meet an edit under way. */
const FRESH_MS = 24 * 3_600_000;

/** Throws `not-available` where the client is not installed. */
export async function openS3Blobs({ bucket, prefix, env }: S3Wish): Promise<SharedBlobs> {
  const sdk = await import("@aws-sdk/client-s3").catch((cause: unknown) => {
    throw new EditError(
      "not-available",
      "Expected the package @aws-sdk/client-s3 for a blob store on S3, it is not installed",
      {
        hint: "npm install @aws-sdk/client-s3",
        cause,
      },
    );
  });
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  const client = new sdk.S3Client({
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? "us-east-1",
    // Services other than Amazon's seldom have a host name for each bucket, nor the newer checksums.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...keysOf(env),
  });
  return new S3Blobs(sdk, client, bucket, prefix);
}

/** From the environment that the program was given; else the SDK looks for itself (profiles, roles of the machine). */
function keysOf(env: S3Wish["env"]) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
  if (!accessKeyId || !secretAccessKey) return {};
  return { credentials: { accessKeyId, secretAccessKey, ...(token ? { sessionToken: token } : {}) } };
}

class S3Blobs implements SharedBlobs {
  readonly place: string;
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(sdk: Sdk, client: S3Client, bucket: string, prefix: string) {
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix === "" ? "" : `${prefix}/`;
    this.place = `s3://${bucket}/${prefix}`;
  }

  async put(path: string): Promise<BlobRef> {
    const ref = await hashFile(path);
    return this.#tried(async () => {
      if (!(await this.#isFresh(ref))) await this.#send(blobKey(ref), path);
      return ref;
    });
  }

  async get(ref: BlobRef, path: string): Promise<void> {
    const part = `${path}.part`;
    try {
      await this.#tried(async () => {
        const { Body } = await this.#client.send(new this.#sdk.GetObjectCommand(this.#object(blobKey(ref))));
        if (!(Body instanceof Readable)) throw new Error("an answer without a body");
        await pipeline(Body, createWriteStream(part, { mode: 0o600 }));
      }, ref);
      if (!(await holds(part, ref))) throw blobDamaged(this.place, ref);
      await rename(part, path);
    } finally {
      await rm(part, { force: true });
    }
  }

  async probe(): Promise<void> {
    const object = this.#object(`probe-${process.pid}-${Date.now()}`);
    await this.#tried(async () => {
      await this.#client.send(new this.#sdk.PutObjectCommand({ ...object, Body: "probe" }));
      await this.#client.send(new this.#sdk.HeadObjectCommand(object));
      await this.#client.send(new this.#sdk.DeleteObjectCommand(object));
    });
  }

  async sweep(): Promise<number> {
    return 0;
  }

  close(): void {
    this.#client.destroy();
  }

  #object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: `${this.#prefix}${key}` };
  }

  async #isFresh(ref: BlobRef): Promise<boolean> {
    try {
      const found = await this.#client.send(new this.#sdk.HeadObjectCommand(this.#object(blobKey(ref))));
      const age = Date.now() - (found.LastModified?.getTime() ?? 0);
      return found.ContentLength === ref.bytes && age < FRESH_MS;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async #send(key: string, path: string): Promise<void> {
    const { size } = await stat(path);
    const Body = createReadStream(path);
    await this.#client.send(new this.#sdk.PutObjectCommand({ ...this.#object(key), Body, ContentLength: size }));
  }

  async #tried<Result>(work: () => Promise<Result>, ref?: BlobRef): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      throw ref !== undefined && isMissing(cause) ? blobMissing(this.place, ref) : storeUnavailable(this.place, cause);
    }
  }
}

/** 404 also stands for a bucket that is not there, which the SDK names otherwise. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && ["NotFound", "NoSuchKey"].includes(error.name);
}
