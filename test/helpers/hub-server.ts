/** A small model hub on loopback: model info, the tree in pages, resolve with redirects to a store of another origin that
 * takes ranges. Its faults can be switched on. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HubFaults {
  /** Access with this token only. */
  token?: string;
  /** Known tokens that were not let in. */
  gatedOut?: string[];
  /** The store hangs up after so many bytes of an answer, this many times. */
  hangUp?: { after: number; times: number };
  /** The store sends another byte here and there. */
  damaged?: string;
  ignoresRanges?: boolean;
  /** The store pauses after each piece of an answer, in milliseconds. */
  slow?: number;
}

export interface HubRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly token: string | undefined;
}

export interface HubServer {
  readonly url: string;
  readonly faults: HubFaults;
  /** What the store was asked for, probes of one byte left out. */
  readonly fetched: HubRequest[];
  close(): Promise<void>;
}

export interface HubRepo {
  readonly id: string;
  readonly gated?: boolean;
  readonly card?: Record<string, unknown>;
  /** Path → bytes. Those named *.safetensors lie in the store. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const PAGE = 3;

export async function startHub(repo: HubRepo): Promise<HubServer> {
  const faults: HubFaults = {};
  const fetched: HubRequest[] = [];
  const store = createServer((request, response) => void serveStore(repo, faults, fetched, request, response));
  const storeUrl = await listen(store);
  const hub = createServer((request, response) => serveHub(repo, faults, storeUrl, url, request, response));
  const url = await listen(hub);
  const close = async () => {
    for (const server of [hub, store]) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  };
  return { url, faults, fetched, close };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listens on TCP
}

function serveHub(
  repo: HubRepo,
  faults: HubFaults,
  storeUrl: string,
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", url);
  const token = request.headers.authorization?.replace("Bearer ", "");
  if (pathname.startsWith(`/api/models/${repo.id}/revision/`)) {
    if (!pathname.endsWith("/main") && !pathname.endsWith(COMMIT))
      return void json(response, 404, { error: "no revision" });
    const { id, gated = false, card } = repo;
    return void json(response, 200, {
      _id: "1",
      id,
      sha: COMMIT,
      gated: gated && "auto",
      cardData: card,
      lastModified: "2026-01-01",
    });
  }
  if (pathname.startsWith(`/api/models/${repo.id}/tree/`))
    return void tree(repo, url, searchParams, pathname, response);
  const name = new RegExp(`^/${repo.id}/resolve/[^/]+/(.+)$`).exec(pathname)?.[1] ?? "";
  const bytes = repo.files[name];
  if (bytes === undefined)
    return void json(response, 404, { error: "Entry not found" }, { "x-error-code": "EntryNotFound" });
  if (faults.token !== undefined && token !== faults.token) {
    return void json(response, faults.gatedOut?.includes(token ?? "") ? 403 : 401, {
      error: "Access to this model is restricted",
    });
  }
  if (isLarge(name)) {
    const etag = `"${sha256(bytes)}"`;
    return void response.writeHead(302, { location: `${storeUrl}/${name}`, "x-linked-etag": etag }).end();
  }
  void sendPart(response, bytes, request.headers.range, false);
}

function tree(repo: HubRepo, url: string, query: URLSearchParams, path: string, response: ServerResponse): void {
  const all = Object.entries(repo.files).map(([name, bytes]) => {
    const entry = { type: "file", path: name, size: bytes.length, oid: gitDigest(bytes) };
    return isLarge(name) ? { ...entry, lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } } : entry;
  });
  const from = Number(query.get("cursor") ?? 0);
  const next =
    from + PAGE < all.length ? { link: `<${url}${path}?recursive=true&cursor=${from + PAGE}>; rel="next"` } : {};
  json(
    response,
    200,
    [...all.slice(from, from + PAGE), { type: "directory", path: "folder", size: 0, oid: "0" }],
    next,
  );
}

async function serveStore(
  repo: HubRepo,
  faults: HubFaults,
  fetched: HubRequest[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = decodeURIComponent((request.url ?? "/").slice(1));
  const good = repo.files[name] ?? new Uint8Array();
  const bytes = faults.damaged === name ? good.map((byte, i) => (i === 5 ? byte ^ 1 : byte)) : good;
  const { range, authorization } = request.headers;
  if (range === "bytes=0-0") return sendPart(response, bytes, range, false);
  fetched.push({ path: name, range, token: authorization });
  const { hangUp } = faults;
  if (hangUp === undefined || hangUp.times <= 0)
    return sendPart(response, bytes, range, faults.ignoresRanges, faults.slow);
  hangUp.times--;
  const start = Number(/\d+/.exec(range ?? "0")?.[0]);
  response.writeHead(range === undefined ? 200 : 206, { "content-length": bytes.length - start });
  response.write(bytes.subarray(start, start + hangUp.after));
  // What has not been read when the line breaks is lost.
  setTimeout(() => response.destroy(), 300);
}

async function sendPart(
  response: ServerResponse,
  bytes: Uint8Array,
  range: string | undefined,
  ignore = false,
  slow = 0,
): Promise<void> {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(ignore ? "" : (range ?? "")) ?? [];
  const [start, end] = [Number(from ?? 0), to ? Number(to) + 1 : bytes.length];
  const headers = { etag: `"${gitDigest(bytes)}"`, "content-length": end - start };
  const content = { ...headers, "content-range": `bytes ${start}-${end - 1}/${bytes.length}` };
  response.writeHead(from === undefined ? 200 : 206, from === undefined ? headers : content);
  const piece = slow > 0 ? 1000 : bytes.length;
  for (let at = start; at < end; at += piece) {
    response.write(bytes.subarray(at, Math.min(at + piece, end)));
    if (slow > 0) await new Promise((done) => setTimeout(done, slow));
  }
  response.end();
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

function isLarge(name: string): boolean {
  return name.endsWith(".safetensors");
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function gitDigest(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
