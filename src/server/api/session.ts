/** One session of the API: its workspace, what its tools may use, what happens in it. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { AgentEvent } from "../../agent/index.ts";
import { makeFolder, type RegionRecord, type Workspace } from "../../session/index.ts";
import { hasEnded, type JobView } from "../../session/job-view.ts";
import type { ToolContext } from "../../tools/index.ts";
import { countJobs } from "../job-metrics.ts";
import { EventHub } from "./events.ts";
import { filmOf } from "./film.ts";
import { Idempotency } from "./idempotency.ts";
import { LiveLanes } from "./live-lanes.ts";
import type { ApiNeeds } from "./needs.ts";
import { jobView } from "./views/job.ts";
import { regionView } from "./views/region.ts";

/** An export that can be fetched while the session is open. */
export interface Exported {
  readonly path: string;
  readonly name: string;
}

export class ApiSession {
  readonly workspace: Workspace;
  readonly caller: string;
  readonly ctx: ToolContext;
  readonly hub = new EventHub(randomBytes(6).toString("hex"));
  readonly idempotency: Idempotency;
  readonly lanes = new LiveLanes();
  readonly exports = new Map<string, Exported>();
  /** The conversation that runs: its lane runs one at a time. */
  talking: string | undefined;
  /** Requests and streams that are open. */
  open = 0;
  lastUsed: number;
  readonly #ends: (() => void)[];

  constructor(workspace: Workspace, caller: string, folders: readonly string[], needs: ApiNeeds) {
    const { engine, shared, assistantFor, log, now } = needs;
    this.workspace = workspace;
    this.caller = caller;
    this.idempotency = new Idempotency(now);
    this.lastUsed = now();
    const assistant = assistantFor?.((event) => this.#heard(event));
    this.ctx = {
      ...shared,
      ...(assistant && { assistant }),
      engine,
      workspace,
      // Paths come from elsewhere: only what the operator opened can be named. The session's own files have ids.
      roots: { folders, sessions: [] },
      showPaths: false,
      film: () => filmOf(workspace, this.hub),
      ...(log && { log }),
    };
    this.#ends = [
      countJobs(workspace, needs.metrics),
      workspace.jobs.onChange((view) => this.#job(view)),
      workspace.history.onChange((change) => this.hub.emit("history", change)),
    ];
  }

  get id(): string {
    return this.workspace.id;
  }

  get openJobs(): JobView[] {
    return this.workspace.jobs.list().filter((job) => !hasEnded(job));
  }

  /** A folder of the session's for what is there for a while. */
  async folder(name: "uploads" | "exports" | "frames"): Promise<string> {
    const dir = join(this.workspace.dir, name);
    await makeFolder(dir, 0o700);
    return dir;
  }

  selected(region: RegionRecord): void {
    this.hub.emit("region", regionView(region));
  }

  /** Cancels what runs; what was made stays on the disk, a session that never held a picture leaves nothing. */
  async close({ forget = false } = {}): Promise<void> {
    this.lanes.close();
    const used = this.workspace.history.nodes().length > 0;
    await (used && !forget ? this.workspace.close() : this.workspace.remove());
    this.hub.emit("session-closed", {});
    for (const end of this.#ends) end();
  }

  #heard(event: AgentEvent): void {
    this.hub.emit("chat", { ...(this.talking === undefined ? {} : { jobId: this.talking }), event });
  }

  /** Progress goes out as such; a job as a whole only when its status is another. */
  #job(view: JobView): void {
    if (view.status === "running" && view.progress !== undefined) {
      this.hub.emit("progress", { jobId: view.jobId, ...view.progress });
      return;
    }
    this.hub.emit("job", jobView(view, this.ctx));
  }
}
