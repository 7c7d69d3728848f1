/** Bodies are read up to a limit. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { EditError } from "../../errors.ts";
import { problemResponse } from "../problem.ts";

export function limitBody(bytes: number): MiddlewareHandler {
  return bodyLimit({ maxSize: bytes, onError: () => problemResponse(bodyTooLarge(bytes)) });
}

export function bodyTooLarge(bytes: number): EditError {
  return new EditError("body-too-large", `Expected a request body of at most ${bytes} bytes, got more`, {
    hint: "Large pictures go over an upload ticket",
  });
}
