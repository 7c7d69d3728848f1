/** What of this machine a caller may read: the session's folder has no name for it, and paths outside the roots stay
 * unsaid, unless the caller said them. */
import { basename } from "node:path";
import { cleanLines } from "./clean.ts";
import type { ToolContext } from "./context.ts";

/** Absolute paths of at least one folder, POSIX or Windows; not the middle of a URL, a media type or a relative path. */
const ABSOLUTE = /(?<![\w.:/\\~-])(?:\/|[A-Za-z]:\\)[^\s"'`,;()/\\]+[/\\][^\s"'`,;()]*/g;

type Surroundings = Pick<ToolContext, "workspace" | "roots" | "showPaths">;

/** `said`: the call's own arguments as text; what the caller wrote is no news to it. Lines have at most `line`
 * characters. */
export function presentable(
  text: string,
  { workspace, roots, showPaths = true }: Surroundings,
  said = "",
  line = 2000,
): string {
  const own = text.replaceAll(workspace.dir, "session");
  const folders = showPaths ? [] : roots.folders.toSorted((a, b) => b.length - a.length);
  const rooted = folders.reduce((all, folder) => all.replaceAll(folder, "root"), own);
  return cleanLines(
    rooted.replace(ABSOLUTE, (path) => {
      const known = said.includes(path) || roots.folders.some((folder) => path === folder || within(folder, path));
      return known ? path : `…/${basename(path)}`;
    }),
    line,
  );
}

function within(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** The same for every message, text and name in an answer; paths that were asked for, ids and URIs stay. */
export function presentableAnswer(value: unknown, ctx: Surroundings, said: string): unknown {
  if (typeof value === "string") return presentable(value, ctx, said, Number.POSITIVE_INFINITY);
  if (Array.isArray(value)) return value.map((part) => presentableAnswer(part, ctx, said));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => {
    return [key, key === "path" || key === "uri" ? part : presentableAnswer(part, ctx, said)];
  });
  return Object.fromEntries(entries);
}
