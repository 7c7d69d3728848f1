/** Counts what a session's jobs come to, whoever began them: the page, a program, an MCP client, a conversation. */

import type { Workspace } from "../session/index.ts";
import { hasEnded } from "../session/job-view.ts";
import type { Metrics } from "./metrics.ts";

/** The returned function ends that. */
export function countJobs(workspace: Workspace, metrics: Metrics): () => void {
  return workspace.jobs.onChange((view, lane) => {
    if (!hasEnded(view)) return;
    metrics.jobEnded(lane, view.status);
    // A conversation's edits are jobs themselves.
    const made = lane === "edits" && view.editId !== undefined ? workspace.findEdit(view.editId) : undefined;
    if (made !== undefined) metrics.edited(made.outcome);
  });
}

export function openJobs({ jobs }: Workspace): number {
  return jobs.list().filter((job) => !hasEnded(job)).length;
}
