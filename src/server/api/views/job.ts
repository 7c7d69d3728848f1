import type { z } from "@hono/zod-openapi";
import type { JobView } from "../../../session/index.ts";
import type { ToolContext } from "../../../tools/index.ts";
import { presentableAnswer } from "../../../tools/presentable.ts";
import type { jobView as schema } from "../spec/jobs.ts";

/** A job as the API shows it: no path of this machine in its words. */
export function jobView(job: JobView, ctx: ToolContext): z.input<typeof schema> {
  // Strings are replaced by strings: the shape stays.
  return presentableAnswer(job, ctx, "") as z.input<typeof schema>;
}
