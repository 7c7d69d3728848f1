import { type ApiRouter, callOf, router } from "../env.ts";
import * as spec from "../spec/jobs.ts";
import { jobView } from "../views/job.ts";

/** How long a cancelled job may take to let go before the answer says that it still runs. */
const CANCEL_SECONDS = 6;

export function jobRoutes(): ApiRouter {
  const routes = router();
  routes.openapi(spec.listJobs, (c) => {
    const { workspace, ctx } = c.get("session");
    return c.json({ jobs: workspace.jobs.list().map((job) => jobView(job, ctx)) }, 200);
  });
  routes.openapi(spec.getJob, async (c) => {
    const { workspace, ctx } = c.get("session");
    const { wait: seconds = 0 } = c.req.valid("query");
    const { signal } = callOf(c);
    return c.json(jobView(await workspace.jobs.wait(c.req.valid("param").jobId, { seconds, signal }), ctx), 200);
  });
  routes.openapi(spec.cancelJob, async (c) => {
    const { workspace, ctx } = c.get("session");
    const { jobId } = c.req.valid("param");
    workspace.jobs.cancel(jobId);
    const { signal } = callOf(c);
    return c.json(jobView(await workspace.jobs.wait(jobId, { seconds: CANCEL_SECONDS, signal }), ctx), 200);
  });
  return routes;
}
