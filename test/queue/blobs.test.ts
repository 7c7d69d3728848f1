/** Both blob stores. S3 is a small server of this test's own; another one is tried where DRAGFLOW_TEST_S3 names it, e.g.
 * `moto_server -p 5000` with DRAGFLOW_TEST_S3=http://127.0.0.1:5000 (its bucket is made first). */
import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { blobKey } from "../../src/queue/blobs/shared-blobs.ts";
import { openBlobs, type SharedBlobs } from "../../src/queue/index.ts";
import { pictureBytes } from "../helpers/byte-engine.ts";
import { S3_KEYS, type S3Server, startS3 } from "../helpers/s3-server.ts";

const BUCKET = "dragflow-test";
const NAMED = `s3://${BUCKET}/some/where`;
const ELSEWHERE = process.env.DRAGFLOW_TEST_S3;

let dir: string;
let s3: S3Server;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-blobs-"));
  s3 = await startS3(BUCKET);
});
afterAll(async () => {
  await s3.close();
  await rm(dir, { recursive: true, force: true });
});

/** A file with bytes of its own. */
async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, bytes);
  return path;
}

const env = (endpoint: string) => ({ ...S3_KEYS, AWS_ENDPOINT_URL: endpoint });

const STORES: [string, () => Promise<SharedBlobs>][] = [
  ["a folder", () => openBlobs({ named: join(dir, "blobs"), home: dir, env: {} })],
  ["S3", () => openBlobs({ named: NAMED, home: dir, env: env(s3.endpoint) })],
  ...(ELSEWHERE === undefined
    ? []
    : [["another S3", () => another(ELSEWHERE)] as [string, () => Promise<SharedBlobs>]]),
];

async function another(endpoint: string): Promise<SharedBlobs> {
  const credentials = { accessKeyId: S3_KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: S3_KEYS.AWS_SECRET_ACCESS_KEY };
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET })).catch(() => {}); // from an earlier run
  return openBlobs({ named: NAMED, home: dir, env: { ...env(endpoint), AWS_REGION: "us-east-1" } });
}

describe.each(STORES)("blobs in %s", (_, open) => {
  it("come back as they were put, empty ones and large ones too", async () => {
    const blobs = await open();
    await blobs.probe();
    for (const bytes of [Buffer.alloc(0), pictureBytes(1), Buffer.alloc(3_000_000, 7)]) {
      const ref = await blobs.put(await file("in.bin", bytes));
      expect(ref.bytes).toBe(bytes.length);
      const out = join(dir, "out.bin");
      await blobs.get(ref, out);
      expect((await readFile(out)).equals(bytes)).toBe(true);
    }
    blobs.close();
  });

  it("that are not there are said so, and leave no file", async () => {
    const blobs = await open();
    const ref = await blobs.put(await file("gone.bin", pictureBytes(2)));
    const out = join(dir, "none.bin");
    await expect(
      blobs.get({ ...ref, hash: `sha256-${Buffer.alloc(32).toString("base64")}` }, out),
    ).rejects.toMatchObject({
      code: "store-unavailable",
      message: expect.stringContaining("is not there"),
    });
    await expect(stat(out)).rejects.toThrow();
    blobs.close();
  });
});

describe("a folder", () => {
  it("finds a blob that was damaged, and mends it with the next put", async () => {
    const blobs = await openBlobs({ named: join(dir, "damaged"), home: dir, env: {} });
    const path = await file("whole.bin", pictureBytes(3));
    const ref = await blobs.put(path);
    const key = blobKey(ref);
    await truncate(join(dir, "damaged", key.slice(0, 2), key), 10);
    await expect(blobs.get(ref, join(dir, "x.bin"))).rejects.toMatchObject({ code: "store-unavailable" });
    await blobs.put(path);
    await blobs.get(ref, join(dir, "x.bin"));
  });

  it("forgets what nobody has put for long, and nothing else", async () => {
    const blobs = await openBlobs({ named: join(dir, "swept"), home: dir, env: {} });
    const old = blobKey(await blobs.put(await file("old.bin", pictureBytes(4))));
    const again = await file("again.bin", pictureBytes(5));
    const kept = blobKey(await blobs.put(again));
    const long = new Date(Date.now() - 3_600_000);
    for (const key of [old, kept]) await utimes(join(dir, "swept", key.slice(0, 2), key), long, long);
    await blobs.put(again);
    expect(await blobs.sweep(60_000)).toBe(1);
    expect(await readdir(join(dir, "swept", kept.slice(0, 2)))).toEqual([kept]);
  });
});

describe("S3", () => {
  it("is sent each blob once, and again when it is old", async () => {
    const blobs = await openBlobs({ named: NAMED, home: dir, env: env(s3.endpoint) });
    const path = await file("once.bin", pictureBytes(6));
    const key = `some/where/${blobKey(await blobs.put(path))}`;
    await blobs.put(path);
    expect(s3.requests.filter((one) => one === `PUT ${key}`)).toHaveLength(1);
    const there = s3.objects.get(key);
    if (there) there.time = new Date(Date.now() - 2 * 24 * 3_600_000);
    await blobs.put(path);
    expect(s3.requests.filter((one) => one === `PUT ${key}`)).toHaveLength(2);
    blobs.close();
  });

  it.each([
    ["another's keys", NAMED, { AWS_ACCESS_KEY_ID: "stranger" }, /InvalidAccessKeyId/],
    ["no such bucket", "s3://elsewhere/x", {}, /NoSuchBucket|NotFound/],
  ])("refuses %s with a code", async (_, named, wrong, words) => {
    const blobs = await openBlobs({ named, home: dir, env: { ...env(s3.endpoint), ...wrong } });
    await expect(blobs.probe()).rejects.toMatchObject({
      code: "store-unavailable",
      message: expect.stringMatching(words),
    });
    blobs.close();
  });

  it("says how to install its client where that is missing", async () => {
    vi.resetModules();
    vi.doMock("@aws-sdk/client-s3", () => {
      throw new Error("Cannot find package '@aws-sdk/client-s3'");
    });
    const { openBlobs: fresh } = await import("../../src/queue/blobs/open-blobs.ts");
    await expect(fresh({ named: NAMED, home: dir, env: {} })).rejects.toMatchObject({
      code: "not-available",
      hint: "npm install @aws-sdk/client-s3",
    });
    vi.doUnmock("@aws-sdk/client-s3");
  });

  it("is no other address", async () => {
    await expect(openBlobs({ named: "https://bucket", home: dir, env: {} })).rejects.toMatchObject({ code: "usage" });
  });
});
