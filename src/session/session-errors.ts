/** Errors of a session, in its callers' words. */
import { basename } from "node:path";
import { EditError } from "../errors.ts";

/** The engine speaks of the session's copy; the caller knows the picture by its own name. */
export function named(error: unknown, path: string, name: string): unknown {
  if (!(error instanceof EditError)) return error;
  const renamed = (text: string) => text.replaceAll(path, name).replaceAll(basename(path), name);
  return new EditError(error.code, renamed(error.message), {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: renamed(error.hint) }),
  });
}

export function unknownId(what: string, id: string, hint: string): EditError {
  return new EditError("not-found", `Expected the id of a ${what} of this session, got ${JSON.stringify(id)}`, {
    hint,
  });
}
