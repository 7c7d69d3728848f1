export { openBlobs } from "./blobs/open-blobs.ts";
export type { SharedBlobs } from "./blobs/shared-blobs.ts";
export { EditWorker, type EditWorkerOptions, type JobRecord } from "./edit-worker.ts";
export { connectRedis, shownUrl } from "./redis.ts";
export { type LeaseOptions, sessionLeases } from "./session-leases.ts";
export { SharedEdits } from "./shared-edits.ts";
export { sharedEngine } from "./shared-engine.ts";
export { openSharedQueue, type SharedQueue } from "./shared-queue.ts";
export { WorkerHealth } from "./worker-health.ts";
