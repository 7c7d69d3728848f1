/** All MCP sessions of the server: at most so many, each found by its own caller only, dropped when idle. */
import { EditError } from "../../errors.ts";
import { McpSession, type SessionNeeds } from "./session.ts";

/** A session that was used more recently than this is never dropped to make room. */
const SETTLED_MS = 60_000;

export class McpSessions {
  readonly #sessions = new Map<string, McpSession>();
  readonly #needs: SessionNeeds;
  #opening = 0;

  constructor(needs: SessionNeeds) {
    this.#needs = needs;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Jobs that wait or run. */
  get openJobs(): number {
    return [...this.#sessions.values()].reduce((sum, session) => sum + session.openJobs, 0);
  }

  /** Answers the client's first message. The session counts once the transport took that message. Throws `too-many`. */
  async begin(caller: string, request: Request, hello: unknown): Promise<Response> {
    await this.#makeRoom();
    this.#opening++;
    try {
      const session = await McpSession.create(caller, new URL(request.url).origin, this.#needs);
      const response = await session.handle(request, hello);
      if (session.begun) this.#sessions.set(session.id, session);
      else await session.close();
      return response;
    } finally {
      this.#opening--;
    }
  }

  /** Throws `not-found` for an id that is unknown, ended or another caller's: nobody learns which. */
  find(id: string, caller: string): McpSession {
    const session = this.#sessions.get(id);
    if (session?.caller === caller && !session.ended) return session;
    throw new EditError("not-found", "Expected the id of a session of yours, got another", {
      hint: "Send initialize without Mcp-Session-Id to begin a new one",
    });
  }

  of(caller: string): McpSession[] {
    return [...this.#sessions.values()].filter((session) => session.caller === caller);
  }

  /** Drops what the client ended and what has been idle for too long. */
  async sweep(): Promise<void> {
    const { idleMs } = this.#needs.limits;
    const over = [...this.#sessions.values()].filter((session) => session.ended || session.idleMs >= idleMs);
    await Promise.all(over.map((session) => this.#drop(session)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.#drop(session)));
  }

  async #makeRoom(): Promise<void> {
    const { sessions: most } = this.#needs.limits;
    if (this.#sessions.size + this.#opening < most) return;
    await this.sweep();
    if (this.#sessions.size + this.#opening < most) return;
    const [idlest] = [...this.#sessions.values()].sort((a, b) => b.idleMs - a.idleMs);
    if (idlest !== undefined && idlest.idleMs >= SETTLED_MS) return this.#drop(idlest);
    throw new EditError("too-many", `Expected at most ${most} sessions at a time, got one more`, {
      hint: "End a session with DELETE, or try again in a minute",
    });
  }

  async #drop(session: McpSession): Promise<void> {
    this.#sessions.delete(session.id);
    await session.close();
  }
}
