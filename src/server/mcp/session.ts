/** One MCP session over HTTP: a workspace of its own, a server over it, and the transport that speaks for it. */
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { Workspace } from "../../session/index.ts";
import { createMcpServer, openRoots } from "../../tools/index.ts";
import { countJobs, openJobs } from "../job-metrics.ts";
import type { Metrics } from "../metrics.ts";
import type { ServerLimits, ServerOptions } from "../options.ts";
import { whenSent } from "../when-sent.ts";
import type { DownloadLinks } from "./downloads.ts";
import { RecentEvents } from "./event-store.ts";
import { SessionUploads } from "./uploads.ts";

/** Told to clients: how long to wait before they come back after a broken stream. */
const RETRY_MS = 1000;

export interface SessionNeeds extends ServerOptions {
  readonly links: DownloadLinks;
  readonly limits: ServerLimits;
  readonly metrics: Metrics;
  readonly now: () => number;
}

export class McpSession {
  /** 256 random bits. */
  readonly id = randomBytes(32).toString("base64url");
  readonly caller: string;
  readonly uploads: SessionUploads;
  readonly #workspace: Workspace;
  readonly #transport: WebStandardStreamableHTTPServerTransport;
  readonly #server: ReturnType<typeof createMcpServer>;
  readonly #now: () => number;
  #exchanges = 0;
  #lastUsed: number;

  private constructor(
    caller: string,
    origin: string,
    workspace: Workspace,
    folders: readonly string[],
    needs: SessionNeeds,
  ) {
    const { engine, limits, links, shared, now, log, metrics } = needs;
    this.caller = caller;
    this.#workspace = workspace;
    countJobs(workspace, metrics);
    this.#now = now;
    this.#lastUsed = now();
    this.uploads = new SessionUploads(join(workspace.dir, "uploads"), limits, now);
    // The session's own files stay out of reach: tools name them by id, and no caller may write among them.
    const roots = { folders, sessions: [] };
    const downloads = { offer: (path: string) => links.offer(path, origin) };
    const own = { engine, workspace, roots, uploads: this.uploads, downloads, showPaths: false };
    this.#server = createMcpServer({ ...shared, ...own, ...(log ? { log } : {}) });
    this.#transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => this.id,
      eventStore: new RecentEvents(),
      retryInterval: RETRY_MS,
      maxRequestBodySize: limits.messageBytes,
    });
  }

  /** Connected, with its folders made. `origin` is where the caller reaches the server. Exports land in its own folder unless the operator opened others. */
  static async create(caller: string, origin: string, needs: SessionNeeds): Promise<McpSession> {
    const workspace = await Workspace.create(needs.home, needs.lock && { lock: needs.lock });
    const exports = join(workspace.dir, "exports");
    await mkdir(exports, { mode: 0o700 });
    const { folders } = await openRoots(undefined, exports);
    const session = new McpSession(caller, origin, workspace, [...folders, ...(needs.roots ?? [])], needs);
    await session.#server.connect(session.#transport);
    return session;
  }

  get openJobs(): number {
    return openJobs(this.#workspace);
  }

  /** false until the client has said hello. */
  get begun(): boolean {
    return this.#transport.sessionId !== undefined;
  }

  /** true once the transport was closed, e.g. by DELETE. */
  get ended(): boolean {
    return this.#server.transport === undefined;
  }

  /** Milliseconds without an open request; 0 while there is one. A client that listens is there. */
  get idleMs(): number {
    return this.#exchanges > 0 ? 0 : this.#now() - this.#lastUsed;
  }

  /** `body` where it has been read already. */
  async handle(request: Request, body?: unknown): Promise<Response> {
    this.#exchanges++;
    const over = () => {
      this.#exchanges--;
      this.#lastUsed = this.#now();
    };
    try {
      const response = await this.#transport.handleRequest(request, body === undefined ? {} : { parsedBody: body });
      return whenSent(response, over);
    } catch (error) {
      over();
      throw error;
    }
  }

  /** Cancels its work. What was opened and edited stays on disk; a session that never held a picture leaves nothing. */
  async close(): Promise<void> {
    await this.#server.close();
    await this.uploads.clear();
    const used = this.#workspace.history.nodes().length > 0;
    await (used ? this.#workspace.close() : this.#workspace.remove());
  }
}
