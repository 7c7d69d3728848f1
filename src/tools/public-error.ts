/** What of an error the caller of a tool may see: the user's mistakes in full, but for the session's own paths; of
 * anything else only that it happened, while the log gets the stack. */
import { type ErrorRecord, errorRecord, knownError } from "../errors.ts";
import type { ToolContext } from "./context.ts";
import { presentable } from "./presentable.ts";

/** `said`: the call's arguments as text. */
export function publicError(error: unknown, tool: string, ctx: ToolContext, said = ""): ErrorRecord {
  if (knownError(error) === undefined) {
    ctx.log?.(`${tool}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return { code: "unexpected", message: "The tool failed; the server's log says more" };
  }
  const { code, message, hint } = errorRecord(error);
  const told = { code, message: presentable(message, ctx, said) };
  return hint === undefined ? told : { ...told, hint: presentable(hint, ctx, said) };
}

/** "code: message. hint", as agents and people read it. */
export function errorText({ code, message, hint }: ErrorRecord): string {
  return `${code}: ${message}${hint === undefined ? "" : `. ${hint}`}`;
}
