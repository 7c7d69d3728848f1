export { type Home, type HomeWish, openHome, wantedHome, whyNotWritable } from "./home.ts";
export {
  JOB_LANES,
  JOB_STATUSES,
  type JobLane,
  JobQueue,
  type JobResult,
  type JobStatus,
  type JobView,
  type JobWork,
} from "./jobs.ts";
export { makeFolder } from "./make-folder.ts";
export type {
  CandidateRecord,
  EditRecord,
  EditWish,
  ImageRecord,
  Picture,
  RegionRecord,
  SelectionWish,
} from "./records.ts";
export { Workspace } from "./workspace.ts";
