/** What changes something must come from the server's own page, or from no page at all. A cookie alone proves nothing:
 * browsers send it for pages on other ports of this host too. */
import type { MiddlewareHandler } from "hono";
import { EditError } from "../../errors.ts";
import { problemResponse } from "../problem.ts";

const SAFE = ["GET", "HEAD", "OPTIONS"];

export const sameOrigin: MiddlewareHandler = async (c, next) => {
  if (!SAFE.includes(c.req.method)) {
    const origin = c.req.header("origin");
    const site = c.req.header("sec-fetch-site");
    const foreign =
      origin !== undefined && origin.replace(/^https?:\/\//, "").toLowerCase() !== c.req.header("host")?.toLowerCase();
    if (foreign || (site !== undefined && site !== "same-origin" && site !== "none")) return refusal();
    const bare = origin === undefined && site === undefined && c.req.header("cookie") !== undefined;
    if (bare && c.req.header("authorization") === undefined && c.req.header("dragflow-session") === undefined) {
      return refusal();
    }
  }
  await next();
  return undefined;
};

function refusal(): Response {
  return problemResponse(
    new EditError("host-refused", "Expected a request of the server's own page, got one from elsewhere", {
      hint: "Programs send the header Dragflow-Session instead of the cookie",
    }),
  );
}
