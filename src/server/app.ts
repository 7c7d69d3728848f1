/** The whole server as one hono app: checks first, then the routes. */
import { Hono } from "hono";
import { healthRoute } from "./health-route.ts";
import { DownloadLinks, downloadsRoute } from "./mcp/downloads.ts";
import { mcpRoute } from "./mcp/route.ts";
import { McpSessions } from "./mcp/sessions.ts";
import { uploadsRoute } from "./mcp/uploads-route.ts";
import { securityHeaders } from "./middleware/headers.ts";
import { checkHost } from "./middleware/host-check.ts";
import { limitBody } from "./middleware/limit.ts";
import { type CallerEnv, checkToken } from "./middleware/token.ts";
import { DEFAULT_LIMITS, type ServerOptions } from "./options.ts";
import { noRoute, problemHandler } from "./problem.ts";

/** How often idle sessions are looked for. */
const SWEEP_MS = 30_000;

export interface ServerApp {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly sessions: McpSessions;
  /** Ends the sessions; the engine is the caller's. */
  close(): Promise<void>;
}

export function createApp(options: ServerOptions): ServerApp {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { tokens = [], host = "127.0.0.1", hostNames = [], log = () => {}, now = Date.now } = options;
  const links = new DownloadLinks(limits.ticketMs, now);
  const sessions = new McpSessions({ ...options, limits, links, now });
  const app = new Hono<CallerEnv>();
  app.use(securityHeaders, checkHost({ bound: host, names: hostNames }));
  app.route("/healthz", healthRoute());
  // The link itself is the right to fetch: a browser that follows it holds no token.
  app.route("/mcp/downloads", downloadsRoute(links));
  app.use(checkToken(tokens));
  app.route("/mcp/uploads", uploadsRoute(sessions, limits));
  app.use("/mcp", limitBody(limits.messageBytes));
  app.route("/mcp", mcpRoute(sessions));
  app.notFound(noRoute);
  app.onError(problemHandler(log));
  const sweeping = setInterval(() => void sessions.sweep(), SWEEP_MS);
  sweeping.unref();
  return {
    fetch: (request) => app.fetch(request),
    sessions,
    async close() {
      clearInterval(sweeping);
      await sessions.close();
    },
  };
}
