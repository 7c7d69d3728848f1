/** The page: files that the build made, read from one folder. Those with a hash in their name never change. */
import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { Hono } from "hono";
import { sendFile } from "./api/send-file.ts";
import { PAGE_POLICY } from "./middleware/headers.ts";
import { noRoute } from "./problem.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};
const HASHED = /-[\w-]{8,}\.\w+$/;

const MISSING = `<!doctype html><html lang="en"><meta charset="utf-8"><title>dragflow</title>
<h1>The page is not built</h1>
<p>Run <code>npm run build</code> and start the server again. The API is at <a href="/api/docs">/api/docs</a>, MCP at /mcp.</p>
</html>`;

/** Only names that lie in the folder are served: what a request says is compared with them, never made into a path. */
export function pageRoute(dir: string | undefined): Hono {
  const names = filesOf(dir);
  const route = new Hono();
  route.get("/*", async (c) => {
    const wanted = c.req.path === "/" ? "index.html" : decoded(c.req.path.slice(1));
    const found = (await names).has(wanted);
    if (!found && c.req.path !== "/") return noRoute(c);
    const headers = { "content-security-policy": PAGE_POLICY };
    if (!found || dir === undefined) return c.html(MISSING, 503, { ...headers, "cache-control": "no-store" });
    const cache = HASHED.test(wanted) ? "public, max-age=31536000, immutable" : "no-cache";
    const mimeType = TYPES[extname(wanted)] ?? "application/octet-stream";
    const answer = await sendFile(c.req.raw, { path: join(dir, wanted), mimeType, cache });
    answer.headers.set("content-security-policy", PAGE_POLICY);
    return answer;
  });
  return route;
}

/** "" for what cannot be decoded: no file is called so. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}

async function filesOf(dir: string | undefined): Promise<ReadonlySet<string>> {
  if (dir === undefined) return new Set();
  const found = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const inside = (parent: string, name: string) =>
    join(parent, name)
      .slice(dir.length + 1)
      .replaceAll("\\", "/");
  return new Set(found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => inside(parentPath, name)));
}
