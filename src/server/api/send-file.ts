/** Files over HTTP: ETag, conditional requests, ranges. What lies in a session never changes under its name. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { ReadableStream as WebStream } from "node:stream/web";
import { EditError } from "../../errors.ts";
import { mimeTypeOf } from "../../tools/views.ts";

export interface FileWish {
  readonly path: string;
  readonly mimeType?: string;
  /** Offered under this name instead of being shown. */
  readonly attachment?: string;
  readonly cache?: string;
}

const CACHE = "private, max-age=31536000, immutable";

/** Throws `not-found` where the file is gone. */
export async function sendFile(request: Request, wish: FileWish): Promise<Response> {
  const found = await stat(wish.path).catch(() => undefined);
  if (!found?.isFile()) throw new EditError("not-found", "Expected the file to be there still, it is gone");
  const etag = `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}-${found.ino.toString(36)}"`;
  const headers = new Headers({
    "content-type": wish.mimeType ?? mimeTypeOf(wish.path),
    etag,
    "accept-ranges": "bytes",
    "cache-control": wish.cache ?? CACHE,
    ...(wish.attachment === undefined ? {} : { "content-disposition": attachment(wish.attachment) }),
  });
  if (matches(request.headers.get("if-none-match"), etag)) {
    headers.delete("content-type");
    return new Response(null, { status: 304, headers });
  }
  const range = rangeOf(request, etag, found.size);
  if (range === "none") {
    headers.set("content-range", `bytes */${found.size}`);
    headers.delete("content-type");
    return new Response(null, { status: 416, headers });
  }
  const [first, last] = range ?? [0, found.size - 1];
  headers.set("content-length", String(last - first + 1));
  if (range !== undefined) headers.set("content-range", `bytes ${first}-${last}/${found.size}`);
  const empty = request.method === "HEAD" || found.size === 0;
  const body = empty ? null : streamOf(wish.path, first, last);
  return new Response(body, { status: range === undefined ? 200 : 206, headers });
}

export function matches(wanted: string | null, etag: string): boolean {
  return (
    wanted !== null &&
    (wanted.trim() === "*" || wanted.split(",").some((one) => one.trim().replace(/^W\//, "") === etag))
  );
}

/** One range of bytes; several, and forms that are none, count as the whole file. "none": it lies beyond the end. */
function rangeOf(request: Request, etag: string, size: number): readonly [number, number] | "none" | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(request.headers.get("range") ?? "") ?? [];
  const condition = request.headers.get("if-range");
  if ((from === "" && to === "") || (condition !== null && condition !== etag)) return undefined;
  if (from === "") return Number(to) === 0 || size === 0 ? "none" : [Math.max(0, size - Number(to)), size - 1];
  const [first, last] = [Number(from), to === "" ? size - 1 : Math.min(Number(to), size - 1)];
  if (first >= size) return "none";
  return first > last ? undefined : [first, last];
}

/** The web stream of Node and that of the standard differ in type only. */
function streamOf(path: string, start: number, end: number): ReadableStream {
  return Readable.toWeb(createReadStream(path, { start, end })) as WebStream as ReadableStream;
}

/** Content-Disposition for a file that is offered under this name. */
export function attachment(name: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
}
