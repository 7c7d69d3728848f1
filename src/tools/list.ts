import { cancelJob } from "./cancel-job.ts";
import { chatEdit } from "./chat-edit.ts";
import { critiqueEdit } from "./critique-edit.ts";
import type { Tool } from "./define.ts";
import { exportImage } from "./export-image.ts";
import { history } from "./history.ts";
import { jobStatus } from "./job-status.ts";
import { look } from "./look.ts";
import { openImage } from "./open-image.ts";
import { previewEdit } from "./preview-edit.ts";
import { proposeIntents } from "./propose-intents.ts";
import { selectRegion } from "./select-region.ts";
import { startEdit } from "./start-edit.ts";

/** Every tool, in the order in which clients see them: the order of an edit's life. */
export const TOOLS: readonly Tool[] = [
  openImage,
  look,
  selectRegion,
  proposeIntents,
  previewEdit,
  startEdit,
  jobStatus,
  cancelJob,
  critiqueEdit,
  history,
  exportImage,
  chatEdit,
];
