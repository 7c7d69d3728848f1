/** The whole server as one hono app: checks first, then the routes. */
import { Hono } from "hono";
import { createApi } from "./api/app.ts";
import { docsRoutes } from "./api/docs.ts";
import type { ApiSessions } from "./api/sessions.ts";
import { healthRoutes } from "./health-route.ts";
import { DownloadLinks, downloadsRoute } from "./mcp/downloads.ts";
import { mcpRoute } from "./mcp/route.ts";
import { McpSessions } from "./mcp/sessions.ts";
import { uploadsRoute } from "./mcp/uploads-route.ts";
import { Metrics } from "./metrics.ts";
import { securityHeaders } from "./middleware/headers.ts";
import { checkHost } from "./middleware/host-check.ts";
import { isLoopback } from "./middleware/hosts.ts";
import { limitBody } from "./middleware/limit.ts";
import { rateLimit } from "./middleware/rate-limit.ts";
import { requestIds } from "./middleware/request-id.ts";
import { type CallerEnv, Callers, checkToken } from "./middleware/token.ts";
import { DEFAULT_LIMITS, type ServerOptions } from "./options.ts";
import { pageRoute } from "./page-route.ts";
import { noRoute, problemHandler } from "./problem.ts";
import { watchQueue } from "./queue-metrics.ts";

/** How often idle sessions are looked for. */
const SWEEP_MS = 30_000;

export interface ServerApp {
  readonly fetch: (request: Request, env?: unknown) => Response | Promise<Response>;
  readonly sessions: McpSessions;
  readonly apiSessions: ApiSessions;
  readonly metrics: Metrics;
  /** From now on nothing new is begun; resolves when running jobs have ended, at most after `drainMs`. */
  drain(): Promise<void>;
  /** Ends the sessions; the engine is the caller's. */
  close(): Promise<void>;
}

export function createApp(options: ServerOptions): ServerApp {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { tokens = [], host = "127.0.0.1", hostNames = [], log = () => {}, now = steady } = options;
  const callers = new Callers(tokens);
  const metrics = new Metrics();
  const links = new DownloadLinks(limits.ticketMs, now);
  const sessions = new McpSessions({ ...options, limits, links, metrics, now });
  const state = { accepting: true };
  const api = createApi({ ...options, limits, now, callers, metrics }, () => state.accepting);
  const app = new Hono<CallerEnv>();
  app.use(requestIds(metrics, options.onRequest ?? (() => {})));
  app.use(securityHeaders, checkHost({ bound: host, names: hostNames }));
  app.route(
    "/",
    healthRoutes(() => state.accepting),
  );
  if (!isLoopback(host)) app.use(rateLimit({ perMinute: limits.requestsPerMinute, now, key: addressOf }));
  app.route("/api", docsRoutes());
  app.route("/api/v1", api.routes);
  // The link itself is the right to fetch: a browser that follows it holds no token.
  app.route("/mcp/downloads", downloadsRoute(links));
  app.use("/mcp/*", checkToken(callers));
  app.route("/mcp/uploads", uploadsRoute(sessions, limits));
  app.use("/mcp", limitBody(limits.messageBytes));
  app.route("/mcp", mcpRoute(sessions));
  app.use("/metrics", checkToken(callers));
  app.get("/metrics", async (c) => {
    return c.text(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType });
  });
  app.route("/", pageRoute(options.pageDir));
  app.notFound(noRoute);
  app.onError(problemHandler(log));
  watch(metrics, api.sessions, sessions);
  watchQueue(metrics, options.queueDepth);
  const sweeping = setInterval(() => void Promise.all([sessions.sweep(), api.sessions.sweep()]), SWEEP_MS);
  sweeping.unref();
  return {
    fetch: (request, env) => app.fetch(request, env as object | undefined),
    sessions,
    apiSessions: api.sessions,
    metrics,
    async drain() {
      state.accepting = false;
      await api.sessions.drain(limits.drainMs);
    },
    async close() {
      clearInterval(sweeping);
      state.accepting = false;
      await Promise.all([sessions.close(), api.sessions.close()]);
    },
  };
}

/** Milliseconds of a clock that only goes forward: somebody may set the machine's. */
function steady(): number {
  return performance.now();
}

/** What is read when somebody asks for the numbers. */
function watch(metrics: Metrics, api: ApiSessions, mcp: McpSessions): void {
  metrics.gauge("dragflow_sessions", "Open sessions of the API", () => api.size);
  metrics.gauge("dragflow_mcp_sessions", "Open MCP sessions", () => mcp.size);
  metrics.gauge("dragflow_jobs_open", "Jobs that wait or run", async () => {
    return (await api.all()).reduce((sum, { openJobs }) => sum + openJobs.length, mcp.openJobs);
  });
}

/** The connection's other end, where the adapter for Node tells it. */
function addressOf(_request: Request, env: unknown): string {
  const incoming = (env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming;
  return incoming?.socket?.remoteAddress ?? "unknown";
}
