/** The browser's session cookie: the session's id, sealed with the token that it was begun with. It outlives the server's
 * process, and dies with the token. */
import { createHmac, timingSafeEqual } from "node:crypto";

export const COOKIE = "dragflow_session";

/** A session and whose it is, as the cookie says. */
export interface Sealed {
  readonly sessionId: string;
  readonly caller: string;
}

export function sealed({ sessionId, caller }: Sealed): string {
  return `${sessionId}.${seal(sessionId, caller)}`;
}

/** undefined where it was sealed for none of these callers. */
export function unsealed(value: string, callers: readonly string[]): Sealed | undefined {
  const dot = value.lastIndexOf(".");
  if (dot < 0) return undefined;
  const [sessionId, mark] = [value.slice(0, dot), Buffer.from(value.slice(dot + 1))];
  const found = callers.filter((caller) => {
    const expected = Buffer.from(seal(sessionId, caller));
    return expected.length === mark.length && timingSafeEqual(expected, mark);
  });
  return found[0] === undefined ? undefined : { sessionId, caller: found[0] };
}

/** `caller` is the digest of a token, or the name of everyone on this machine. */
function seal(sessionId: string, caller: string): string {
  return createHmac("sha256", caller).update(sessionId).digest("base64url");
}
