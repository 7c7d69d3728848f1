/** Everything that a server needs of Redis, opened together and closed together. */
import type { Engine } from "../engine/api.ts";
import type { SessionLocks } from "../session/lock.ts";
import { openBlobs } from "./blobs/open-blobs.ts";
import type { SharedBlobs } from "./blobs/shared-blobs.ts";
import { connectRedis, shownUrl } from "./redis.ts";
import { sessionLeases } from "./session-leases.ts";
import { SharedEdits, type SharedEditsOptions } from "./shared-edits.ts";
import { type SharedEngine, sharedEngine } from "./shared-engine.ts";

export interface SharedQueueWish extends Pick<SharedEditsOptions, "lookMs" | "askMs" | "log"> {
  readonly url: string;
  /** A folder or s3://bucket/prefix; a folder of `home` without it. */
  readonly blobs: string | undefined;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface SharedQueue {
  readonly edits: SharedEdits;
  readonly blobs: SharedBlobs;
  readonly lock: SessionLocks;
  /** For people. */
  readonly place: string;
  engine(own: Engine): SharedEngine;
  close(): Promise<void>;
}

/** Blobs that no edit has named for that long are no longer needed. */
const KEEP_MS = 7 * 24 * 3_600_000;
const SWEEP_MS = 3_600_000;

/** Throws `usage`, `queue-unavailable`, `store-unavailable` and `not-available`, before anything else has begun. */
export async function openSharedQueue(wish: SharedQueueWish): Promise<SharedQueue> {
  const { url, blobs: named, home, env, ...how } = wish;
  const blobs = await openBlobs({ named, home, env });
  await blobs.probe();
  const redis = await connectRedis(url);
  const place = shownUrl(url);
  const edits = new SharedEdits({ redis, place, blobs, home, ...how });
  await edits.ready();
  const sweep = () => void blobs.sweep(KEEP_MS).catch((error: unknown) => how.log?.(`blobs: ${String(error)}`));
  const sweeping = setInterval(sweep, SWEEP_MS).unref();
  return {
    edits,
    blobs,
    place,
    lock: sessionLeases({ redis, place }),
    engine: (own) => sharedEngine(own, edits),
    async close() {
      clearInterval(sweeping);
      await edits.close();
      blobs.close();
      redis.disconnect();
    },
  };
}
