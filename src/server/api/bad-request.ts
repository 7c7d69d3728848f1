/** What is wrong with a request, in words that say what to change. */
import type { z } from "zod";
import { EditError } from "../../errors.ts";
import { clean } from "../../tools/clean.ts";

const MOST = 5;

/** `target`: "json", "query", "param", "header". */
export function badRequest(error: Pick<z.ZodError, "issues">, target: string): EditError {
  const lines = error.issues.slice(0, MOST).map((issue) => {
    const place = [target === "json" ? "body" : target, ...issue.path.map(String)].join(".");
    return clean(`${place}: ${issue.message.replace(/^Invalid (input|option): /, "")}`, 300);
  });
  return new EditError("arguments-invalid", lines.join("; "), {
    hint: "/api/openapi.json says what each may be",
  });
}
