/** Words in, events out. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TRANSCRIPT_FILE } from "../../../agent/index.ts";
import { EditError } from "../../../errors.ts";
import { conversation } from "../../../tools/chat-edit.ts";
import { type ApiRouter, callOf, router } from "../env.ts";
import { eventStream } from "../event-stream.ts";
import { onceOnly } from "../once.ts";
import type { ApiSession } from "../session.ts";
import * as spec from "../spec/chat.ts";
import { jobView } from "../views/job.ts";
import { at } from "../views/urls.ts";

export function chatRoutes(): ApiRouter {
  const routes = router();
  routes.use("/chat", onceOnly());
  routes.openapi(spec.say, async (c) => {
    const session = c.get("session");
    const { ctx, workspace } = session;
    const { imageId = currentOf(session), request, regionId, rounds, quality } = c.req.valid("json");
    workspace.picture(imageId);
    if (regionId !== undefined) workspace.region(regionId);
    const optional = {
      ...(regionId === undefined ? {} : { regionId }),
      ...(rounds === undefined ? {} : { rounds }),
      ...(quality === undefined ? {} : { quality }),
    };
    const work = conversation({ imageId, request: request.trim(), ...optional }, ctx, callOf(c));
    const job = workspace.jobs.start(
      async (call) => {
        session.talking = job.jobId;
        try {
          return await work(call);
        } finally {
          session.talking = undefined;
        }
      },
      { lane: "conversations", uses: [imageId] },
    );
    await workspace.jobs.wait(job.jobId, { seconds: 0 }); // what is answered for survives a restart
    return c.json(jobView(job, ctx), 202, { location: at`/jobs/${job.jobId}` });
  });
  routes.openapi(spec.getChat, async (c) => {
    const path = join(c.get("session").workspace.dir, TRANSCRIPT_FILE);
    return c.json({ events: eventsOf(await readFile(path, "utf8").catch(() => "")) }, 200);
  });
  routes.openapi(spec.events, (c) => {
    const { hub, workspace, id } = c.get("session");
    const hello = { sessionId: id, current: workspace.history.current ?? null };
    const lastId = c.req.valid("header")["last-event-id"];
    const once = c.req.valid("query").once === "true";
    const body = eventStream({ hub, hello, lastId, once });
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };
    return new Response(body, { headers }) as never;
  });
  return routes;
}

function currentOf({ workspace }: ApiSession): string {
  const { current } = workspace.history;
  if (current !== undefined) return current;
  throw new EditError("not-found", "Expected an opened picture to talk about, there is none yet");
}

/** A last line that was cut off is left out. */
function eventsOf(lines: string): { type: string; [key: string]: unknown }[] {
  return lines.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}
