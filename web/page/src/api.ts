/** The one place that speaks with the server: /api/v1 of the same origin. Failures are thrown as `Problem`s. */
import type { Point } from "./geometry/affine.ts";
import type { Motion } from "./geometry/motion.ts";
import type { HistoryNode, HistoryState } from "./state/picture.ts";
import type { Region } from "./state/region.ts";

export type Quality = "preview" | "fast" | "full";

/** What the server (or its absence) said: RFC 9457, or status 0 where nothing answered. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  constructor(status: number, code: string, detail: string, hint?: string) {
    super(detail);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly operation?: number;
}
export interface WishOperation {
  readonly regionId: string;
  readonly motion: Motion;
  readonly label?: string;
  readonly keepSource?: boolean;
}
export interface Wish {
  readonly imageId?: string;
  readonly operations?: readonly WishOperation[];
  readonly candidateId?: string;
  readonly prompt?: string;
}
export interface Forecast {
  readonly warnings: readonly Warning[];
  readonly seconds?: number;
  readonly editable: { readonly box: readonly number[]; readonly area: number };
}
export interface Job {
  readonly jobId: string;
  readonly status: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly ahead?: number;
  readonly editId?: string;
  readonly progress?: { stage: string; done: number; total: number; loss?: number };
  readonly error?: { code: string; message: string; hint?: string };
  readonly answer?: Readonly<Record<string, unknown>>;
}
export interface Receipt {
  readonly lossless: boolean;
  readonly outsideChanged: number;
  readonly outsidePixels: number;
  readonly outsideMaxDiff?: number;
  readonly outsidePsnr?: number;
  readonly editableArea: number;
}
export interface Edit {
  readonly editId: string;
  readonly imageId: string;
  readonly tier: Quality;
  readonly tiers: Partial<Record<Quality, { score: number }>>;
  readonly receipt: Receipt;
  readonly seconds: Readonly<Record<string, number>>;
  readonly peakMemoryBytes: number;
  readonly warnings: readonly Warning[];
  readonly prompt: string;
  readonly files: Readonly<Record<string, string>>;
  readonly frames: readonly string[];
}
export interface Export {
  readonly url: string;
  readonly name: string;
  readonly format: string;
  readonly bytes: number;
  readonly receipt: Receipt;
  readonly warnings: readonly Warning[];
}
export interface Candidate {
  readonly candidateId: string;
  readonly types: readonly string[];
  readonly operations: readonly { regionId: string; motion: Motion }[];
  readonly prompt: string;
  readonly reason: string;
}
export interface Comparison {
  readonly width: number;
  readonly height: number;
  readonly changedPixels: number;
  readonly maxDiff: number;
  readonly heatUrl: string;
}
export interface About {
  readonly version: string;
  readonly planner: "local" | "model";
  readonly exportFormats: readonly string[];
}
export interface RecipeLike {
  readonly prompt: string;
  readonly operations: readonly {
    label?: string;
    region: Readonly<Record<string, unknown>>;
    motion: Motion;
    keepSource?: boolean;
  }[];
}

const BASE = "api/v1";
const at = encodeURIComponent;

/** Addresses for `<img>` and links. */
export const addressOf = {
  preview: (id: string, width: number) => `${BASE}/pictures/${at(id)}/preview?width=${width}`,
  file: (id: string) => `${BASE}/pictures/${at(id)}/file`,
  mask: (regionId: string) => `${BASE}/regions/${at(regionId)}/mask`,
  editFile: (id: string, file: string) => `${BASE}/edits/${at(id)}/files/${file}`,
  recipe: (id: string) => `${BASE}/edits/${at(id)}/recipe`,
  heat: (a: string, b: string) => `${BASE}/compare/heat?a=${at(a)}&b=${at(b)}`,
  events: `${BASE}/events`,
};

type Method = "GET" | "POST" | "PATCH" | "DELETE";
interface Sent {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Repeated as it is where the connection broke: then the server answers as it did before. */
  readonly once?: boolean;
}

async function send(method: Method, path: string, { body, signal, once }: Sent = {}): Promise<Response> {
  const raw = body instanceof Blob;
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = raw ? body.type || "application/octet-stream" : "application/json";
  if (once) headers["Idempotency-Key"] = crypto.randomUUID();
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = raw ? body : JSON.stringify(body);
  if (signal !== undefined) init.signal = signal;
  const response = await fetch(`${BASE}${path}`, init).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new Problem(0, "unreachable", "The server does not answer");
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<Problem> {
  const said: unknown = await response.json().catch(() => undefined);
  const { code, detail, hint } = (said ?? {}) as Record<string, unknown>; // anything: each field is looked at below
  const text = typeof detail === "string" ? detail : `${response.status} ${response.statusText}`;
  return new Problem(
    response.status,
    typeof code === "string" ? code : "unexpected",
    text,
    typeof hint === "string" ? hint : undefined,
  );
}

async function ask<T>(method: Method, path: string, sent?: Sent): Promise<T> {
  const response = await send(method, path, sent);
  // The document of the API says so; the page is delivered with the server it speaks to.
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const api = {
  about: () => ask<About>("GET", "/about"),
  session: () => ask<{ sessionId: string }>("GET", "/session"),
  begin: (sessionId?: string) =>
    ask<{ sessionId: string }>("POST", "/sessions", { body: sessionId ? { sessionId } : {} }),
  upload: (file: Blob, name: string) =>
    ask<{ imageId: string; warnings: Warning[] }>("POST", `/images?name=${at(name)}`, { body: file, once: true }),
  select: (body: Readonly<Record<string, unknown>>) => ask<Region>("POST", "/regions", { body, once: true }),
  adjust: (regionId: string, body: Readonly<Record<string, unknown>>) =>
    ask<Region>("POST", `/regions/${at(regionId)}/adjust`, { body, once: true }),
  region: (regionId: string) => ask<Region>("GET", `/regions/${at(regionId)}`),
  plan: (wish: Wish & { quality: Quality }, signal?: AbortSignal) =>
    ask<Forecast>("POST", "/plan", { body: wish, ...(signal ? { signal } : {}) }),
  live,
  intents: (imageId: string, items: readonly { regionId: string; target: Point }[], request?: string) =>
    ask<{ candidates: Candidate[] }>("POST", "/intents", { body: { imageId, items, ...(request ? { request } : {}) } }),
  start: (wish: Wish & { quality: Quality }) => ask<Job>("POST", "/edits", { body: wish, once: true }),
  jobs: () => ask<{ jobs: Job[] }>("GET", "/jobs"),
  cancel: (jobId: string) => ask<Job>("DELETE", `/jobs/${at(jobId)}`),
  edit: (editId: string) => ask<Edit>("GET", `/edits/${at(editId)}`),
  losses: (editId: string) => ask<{ losses: number[] }>("GET", `/edits/${at(editId)}/loss`),
  recipe: (editId: string) => ask<RecipeLike>("GET", `/edits/${at(editId)}/recipe`),
  replay: (imageId: string, recipe: unknown) =>
    ask<Job>("POST", "/recipes/replay", { body: { imageId, recipe }, once: true }),
  history: () => ask<HistoryState>("GET", "/history"),
  undo: () => ask<HistoryState>("POST", "/history/undo"),
  redo: () => ask<HistoryState>("POST", "/history/redo"),
  checkout: (to: string) => ask<HistoryState>("POST", "/history/checkout", { body: { to } }),
  branch: (name: string, from: string) => ask<HistoryState>("POST", "/history/branches", { body: { name, at: from } }),
  changeNode: (id: string, body: Partial<Pick<HistoryNode, "name" | "favourite">>) =>
    ask<HistoryState>("PATCH", `/history/nodes/${at(id)}`, { body }),
  removeNode: (id: string) => ask<HistoryState>("DELETE", `/history/nodes/${at(id)}`),
  compare: (a: string, b: string) => ask<Comparison>("GET", `/compare?a=${at(a)}&b=${at(b)}`),
  export: (id: string, format: string) => ask<Export>("POST", "/exports", { body: { id, format }, once: true }),
  say: (request: string, imageId: string, regionId?: string) =>
    ask<Job>("POST", "/chat", { body: { request, imageId, ...(regionId ? { regionId } : {}) }, once: true }),
  chat: () => ask<{ events: Record<string, unknown>[] }>("GET", "/chat"),
};

export interface Live {
  readonly picture: Blob;
  /** Where it lies on the picture, in the picture's pixels. */
  readonly box: readonly number[];
}

const TAB = crypto.randomUUID();

async function live(wish: Wish, maxEdge: number, signal: AbortSignal): Promise<Live> {
  const response = await send("POST", `/live?client=${TAB}`, { body: { ...wish, maxEdge }, signal });
  const box = (response.headers.get("X-Preview-Box") ?? "").split(",").map(Number);
  return { picture: await response.blob(), box };
}
