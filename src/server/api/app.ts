/** The API as one hono app: who asks, for which session, then the routes. */
import { namedBundles } from "../../engine/models/find-bundle.ts";
import { QUALITIES } from "../../engine/recipe/schema.ts";
import { EditError } from "../../errors.ts";
import { packageVersion } from "../../tools/version.ts";
import { limitJson } from "../middleware/json-size.ts";
import { limitBody } from "../middleware/limit.ts";
import { sameOrigin } from "../middleware/same-origin.ts";
import { type ApiRouter, router } from "./env.ts";
import { methodCheck } from "./methods.ts";
import type { ApiNeeds } from "./needs.ts";
import { chatRoutes } from "./routes/chat.ts";
import { editRoutes } from "./routes/edits.ts";
import { exportRoutes } from "./routes/exports.ts";
import { historyRoutes } from "./routes/history.ts";
import { imageRoutes } from "./routes/images.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { planRoutes } from "./routes/plan.ts";
import { recipeRoutes } from "./routes/recipes.ts";
import { regionRoutes } from "./routes/regions.ts";
import { beginning, sessionRoutes } from "./routes/session.ts";
import { ApiSessions } from "./sessions.ts";
import { EXPORT_FORMATS } from "./spec/exports.ts";
import { about } from "./spec/session.ts";
import { checkCaller, withSession } from "./who.ts";

export interface Api {
  /** To be mounted at /api/v1. */
  readonly routes: ApiRouter;
  readonly sessions: ApiSessions;
}

/** Bodies that are files have their own limit, which is counted while they stream. */
const STREAMED = ["/api/v1/images", "/api/v1/sessions/import"];

export function createApi(needs: ApiNeeds, accepting: () => boolean): Api {
  const { callers, limits, now } = needs;
  const sessions = new ApiSessions(needs);
  const routes = router();
  const small = limitBody(limits.messageBytes);
  routes.use(methodCheck(), sameOrigin);
  for (const check of [small, limitJson]) {
    routes.use(async (c, next) => (STREAMED.includes(c.req.path) ? next() : check(c, next)));
  }
  routes.use(async (c, next) => {
    if (c.req.method !== "GET" && !accepting()) {
      throw new EditError("interrupted", "Expected a server that runs, this one is stopping", {
        hint: "Try again soon",
      });
    }
    await next();
  });
  routes.openapi(about, async (c) => c.json(await aboutView(needs), 200));
  routes.use(checkCaller(callers));
  routes.route("/", beginning(sessions, needs));
  routes.use(withSession(sessions, callers, now));
  for (const part of [
    sessionRoutes(sessions),
    imageRoutes(needs),
    regionRoutes(),
    planRoutes(needs),
    editRoutes(),
    recipeRoutes(),
    exportRoutes(),
    jobRoutes(),
    historyRoutes(),
    chatRoutes(),
  ]) {
    routes.route("/", part);
  }
  return { routes, sessions };
}

async function aboutView({ home, limits, shared, assistantFor, planner = "local" }: ApiNeeds) {
  const models = (await namedBundles(home)).map(({ name }) => name);
  return {
    name: "dragflow-agent" as const,
    version: packageVersion(),
    planner,
    chat: assistantFor !== undefined || shared?.assistant !== undefined,
    fetchUrls: shared?.fetchUrls ?? false,
    limits: { uploadBytes: limits.uploadBytes, pixels: limits.pixels, bodyBytes: limits.messageBytes },
    models,
    qualities: [...QUALITIES],
    exportFormats: [...EXPORT_FORMATS],
  };
}
