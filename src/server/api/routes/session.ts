/** Sessions begun, opened, closed, carried from one place to another. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { EditError } from "../../../errors.ts";
import { whenSent } from "../../when-sent.ts";
import { type ApiContext, type ApiRouter, router } from "../env.ts";
import type { ApiNeeds } from "../needs.ts";
import { sendFile } from "../send-file.ts";
import type { ApiSession } from "../session.ts";
import type { ApiSessions } from "../sessions.ts";
import * as spec from "../spec/session.ts";
import { withUpload } from "../upload.ts";
import { remember } from "../who.ts";

/** Routes that begin a session; they need none. */
export function beginning(sessions: ApiSessions, { home, limits }: ApiNeeds): ApiRouter {
  const routes = router();
  const opened = (c: ApiContext, session: ApiSession) => {
    remember(c, session);
    return sessionView(session);
  };
  routes.openapi(spec.openSession, async (c) => {
    const { sessionId } = c.req.valid("json");
    if (sessionId === undefined) return c.json(opened(c, await sessions.begin(c.get("caller"))), 201);
    return c.json(opened(c, await sessions.find(sessionId, c.get("caller"))), 200);
  });
  routes.openapi(spec.importSession, async (c) => {
    const wish = { dir: join(home, "uploads"), name: "session.tar", limit: limits.uploadBytes };
    const session = await withUpload(c.req.raw, wish, (path) => sessions.import(c.get("caller"), path));
    return c.json(opened(c, session), 201);
  });
  return routes;
}

export function sessionRoutes(sessions: ApiSessions): ApiRouter {
  const routes = router();
  routes.openapi(spec.getSession, (c) => c.json(sessionView(c.get("session")), 200));
  routes.openapi(spec.closeSession, async (c) => {
    await sessions.end(c.get("session"), { forget: c.req.valid("query").forget === "true" });
    return c.body(null, 204);
  });
  routes.openapi(spec.exportSession, async (c) => {
    const session = c.get("session");
    const { id, workspace } = session;
    if (workspace.history.nodes().length === 0) throw nothingYet();
    const path = join(await session.folder("exports"), `${crypto.randomUUID()}.tar`);
    await workspace.exportTo(path, { overwrite: true });
    const file = { path, mimeType: "application/x-tar", attachment: `${id.slice(0, 12)}.tar`, cache: "no-store" };
    const answer = await sendFile(new Request(c.req.url), file);
    return whenSent(answer, () => void rm(path, { force: true })) as never;
  });
  return routes;
}

export function sessionView({ workspace, openJobs }: ApiSession) {
  const { id, history, warnings } = workspace;
  return {
    sessionId: id,
    current: history.current ?? null,
    branch: history.currentBranch ?? null,
    pictures: history.nodes().length,
    openJobs: openJobs.length,
    warnings: [...warnings],
  };
}

function nothingYet(): EditError {
  return new EditError("not-found", "Expected a session with a picture to export, this one has none yet");
}
