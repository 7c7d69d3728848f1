/** Links to exported files: whoever has one may fetch the file while it lives, so that a person can open it in a browser
 * that holds no token. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream as WebStream } from "node:stream/web";
import { Hono } from "hono";
import { EditError } from "../../errors.ts";
import { mimeTypeOf } from "../../tools/views.ts";
import { Tickets } from "./tickets.ts";

export class DownloadLinks {
  readonly #tickets: Tickets<string>;

  constructor(lifeMs: number, now: () => number) {
    this.#tickets = new Tickets(lifeMs, now);
  }

  /** `origin` as the caller reaches this server, e.g. http://127.0.0.1:7860 */
  offer(path: string, origin: string): string {
    return `${origin}/mcp/downloads/${this.#tickets.issue(path)}/${encodeURIComponent(basename(path))}`;
  }

  /** Throws `not-found`. */
  async open(ticket: string): Promise<Response> {
    const path = this.#tickets.find(ticket);
    const size = path === undefined ? undefined : await fileSize(path);
    if (path === undefined || size === undefined) {
      throw new EditError("not-found", "Expected a download link that has not expired", { hint: "Export again" });
    }
    // Node's web stream and the one of the standard differ in type only.
    const body = Readable.toWeb(createReadStream(path)) as WebStream as ReadableStream;
    return new Response(body, {
      headers: {
        "content-type": mimeTypeOf(path),
        "content-length": String(size),
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(basename(path))}`,
        "cache-control": "private, no-store",
      },
    });
  }
}

export function downloadsRoute(links: DownloadLinks): Hono {
  return new Hono().get("/:ticket/:name", (c) => links.open(c.req.param("ticket")));
}

async function fileSize(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}
