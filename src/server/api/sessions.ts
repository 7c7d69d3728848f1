/** The API's open sessions. One that is closed for want of use opens again from the disk when it is asked for. */
import { EditError } from "../../errors.ts";
import { Workspace } from "../../session/index.ts";
import type { ApiNeeds } from "./needs.ts";
import { ApiSession } from "./session.ts";

export class ApiSessions {
  readonly #open = new Map<string, Promise<ApiSession>>();
  readonly #needs: ApiNeeds;
  #closed = false;

  constructor(needs: ApiNeeds) {
    this.#needs = needs;
  }

  get #lock(): Pick<ApiNeeds, "lock"> {
    const { lock } = this.#needs;
    return lock === undefined ? {} : { lock };
  }

  get size(): number {
    return this.#open.size;
  }

  /** Throws `too-many`. */
  begin(caller: string): Promise<ApiSession> {
    return this.#add(caller, () => Workspace.create(this.#needs.home, this.#lock));
  }

  /** Throws `session-invalid`. */
  import(caller: string, path: string): Promise<ApiSession> {
    return this.#add(caller, () => Workspace.importFrom(this.#needs.home, path, this.#lock));
  }

  /** Throws `not-found` for an id that is unknown or another caller's, and what opening throws. */
  async find(id: string, caller: string): Promise<ApiSession> {
    const known = this.#open.get(id) ?? this.#reopen(id, caller);
    const session = await known;
    if (session.caller === caller) return session;
    throw new EditError("not-found", "Expected the id of a session of yours, got another");
  }

  async all(): Promise<ApiSession[]> {
    const settled = await Promise.allSettled(this.#open.values());
    return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  }

  async end(session: ApiSession, how: { forget?: boolean } = {}): Promise<void> {
    this.#open.delete(session.id);
    await session.close(how);
  }

  /** Closes what nobody has used for long; never one with open requests or jobs. */
  async sweep(idleMs = this.#needs.limits.idleMs): Promise<void> {
    const now = this.#needs.now();
    const idle = (await this.all()).filter((session) => {
      return session.open === 0 && session.openJobs.length === 0 && now - session.lastUsed >= idleMs;
    });
    await Promise.all(idle.map((session) => this.end(session)));
  }

  /** Tells everyone that the server stops, and waits for running jobs as long as that. */
  async drain(ms: number): Promise<void> {
    this.#closed = true;
    const end = performance.now() + ms;
    for (const { workspace, openJobs } of await this.all()) {
      for (const { jobId } of openJobs) {
        const seconds = Math.max(0, (end - performance.now()) / 1000);
        await workspace.jobs.wait(jobId, { seconds });
      }
    }
    for (const { hub } of await this.all()) hub.emit("server-stopping", {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all((await this.all()).map((session) => this.end(session)));
  }

  #reopen(id: string, caller: string): Promise<ApiSession> {
    const { home, handed } = this.#needs;
    const opening = this.#made(caller, () => Workspace.open(home, id, { ...this.#lock, handed }));
    this.#open.set(id, opening);
    opening.catch(() => this.#open.delete(id));
    return opening;
  }

  async #add(caller: string, open: () => Promise<Workspace>): Promise<ApiSession> {
    const session = await this.#made(caller, open);
    this.#open.set(session.id, Promise.resolve(session));
    return session;
  }

  async #made(caller: string, open: () => Promise<Workspace>): Promise<ApiSession> {
    const { limits, roots = [] } = this.#needs;
    if (this.#closed) throw new EditError("interrupted", "Expected a server that runs, this one is stopping");
    if (this.#open.size >= limits.sessions) await this.sweep(60_000);
    if (this.#open.size > limits.sessions) {
      throw new EditError("too-many", `Expected at most ${limits.sessions} sessions at a time, got one more`, {
        hint: "Close one, or try again in a minute",
      });
    }
    return new ApiSession(await open(), caller, roots, this.#needs);
  }
}
