export { type Home, type HomeWish, openHome, wantedHome, whyNotWritable } from "./home.ts";
export { JOB_STATUSES, JobQueue, type JobStatus, type JobView } from "./jobs.ts";
export { type EditRecord, type ImageRecord, type Picture, type RegionRecord, Workspace } from "./workspace.ts";
