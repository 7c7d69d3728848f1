/** JSON bodies are measured before a schema looks at them: it keeps a record of every fault of every item. */
import type { MiddlewareHandler } from "hono";
import { jsonExcess } from "../../engine/json-size.ts";
import { EditError } from "../../errors.ts";

/** Text that is no JSON goes on: whoever reads it says what is wrong with it. */
export const limitJson: MiddlewareHandler = async (c, next) => {
  const isJson = /\bjson\b/i.test(c.req.header("content-type") ?? "");
  const most = isJson ? jsonExcess(await c.req.json().catch(() => undefined)) : undefined;
  if (most !== undefined) {
    throw new EditError("arguments-invalid", `body: expected ${most}, got more`, {
      hint: "Masks of many points go as a picture: a mask's PNG as a data URI",
    });
  }
  await next();
};
