/** The one place that speaks with the server: /api/v1 of the same origin. Failures are thrown as `Problem`s. */
import createClient from "openapi-fetch";
import type { components, paths } from "../../api/schema.d.ts";
import type { Point } from "./geometry/affine.ts";
import type { Motion } from "./geometry/motion.ts";
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

type Schemas = components["schemas"];
type Frozen<T> = T extends (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

export type Warning = Frozen<Schemas["Forecast"]["warnings"][number]>;
export type Forecast = Frozen<Schemas["Forecast"]>;
export type Job = Frozen<Schemas["Job"]>;
export type Edit = Frozen<Schemas["Edit"]>;
export type Receipt = Edit["receipt"];
export type Export = Frozen<Schemas["Export"]>;
export type Wish = Frozen<Schemas["LiveWish"]>;
export type EditWish = Frozen<Schemas["EditWish"]>;

export type Candidate = Frozen<Schemas["Intents"]["candidates"][number]>;
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
  candidate: (id: string) => `${BASE}/candidates/${at(id)}/preview`,
  report: (id: string) => `${BASE}/edits/${at(id)}/report`,
  heat: (a: string, b: string) => `${BASE}/compare/heat?a=${at(a)}&b=${at(b)}`,
  events: `${BASE}/events`,
};

const client = createClient<paths>({ baseUrl: BASE, credentials: "same-origin", fetch: reached });

/** A server that is not there is a problem like others; a request that was given up stays what it is. */
function reached(request: Request): Promise<Response> {
  return fetch(request).catch((cause: unknown) => {
    if (request.signal.aborted) throw cause;
    throw new Problem(0, "unreachable", "The server does not answer");
  });
}

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

async function got<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw problemOf(response, error);
  // An answer that is good has what the API's document says.
  return data as T;
}

function problemOf(response: Response, said: unknown): Problem {
  const { code, detail, hint } = (said ?? {}) as Record<string, unknown>; // anything: each field is looked at below
  const text = typeof detail === "string" ? detail : `${response.status} ${response.statusText}`;
  const known = typeof code === "string" ? code : "unexpected";
  return new Problem(response.status, known, text, typeof hint === "string" ? hint : undefined);
}

/** The client only writes bodies down: what may not be changed is as good to it as what may. */
function body<T>(value: Frozen<T>): T {
  return value as T;
}

/** Repeated as it is where the connection broke: then the server answers as it did before. */
function once() {
  return { "Idempotency-Key": crypto.randomUUID() };
}

const path = <T extends Record<string, string>>(values: T) => ({ params: { path: values } });

export const api = {
  session: () => got(client.GET("/session")),
  begin: () => got(client.POST("/sessions", { body: {} })),
  upload: (file: Blob, name: string) =>
    got(
      client.POST("/images", {
        params: { query: { name } },
        // The document says "binary", the types of it say string.
        body: file as unknown as string,
        bodySerializer: () => file,
        headers: { ...once(), "Content-Type": file.type || "application/octet-stream" },
      }),
    ),
  select: async (selection: Frozen<Schemas["Selection"]>) =>
    asRegion(await got(client.POST("/regions", { body: body<Schemas["Selection"]>(selection), headers: once() }))),
  adjust: async (regionId: string, change: { grow?: number; feather?: number }) =>
    asRegion(
      await got(client.POST("/regions/{regionId}/adjust", { ...path({ regionId }), body: change, headers: once() })),
    ),
  region: async (regionId: string) => asRegion(await got(client.GET("/regions/{regionId}", path({ regionId })))),
  plan: (wish: EditWish, signal: AbortSignal) =>
    got(client.POST("/plan", { body: body<Schemas["EditWish"]>(wish), signal })),
  live,
  intents: async (imageId: string, items: readonly { regionId: string; target: Point }[], request: string) => {
    const asked = { imageId, items: items.map(({ regionId, target }) => ({ regionId, target: [...target] })) };
    return got(client.POST("/intents", { body: { ...asked, ...(request ? { request } : {}) } }));
  },
  start: (wish: EditWish) => got(client.POST("/edits", { body: body<Schemas["EditWish"]>(wish), headers: once() })),
  jobs: () => got(client.GET("/jobs")),
  cancel: (jobId: string) => got(client.DELETE("/jobs/{jobId}", path({ jobId }))),
  edit: (editId: string) => got(client.GET("/edits/{editId}", path({ editId }))),
  losses: (editId: string) => got(client.GET("/edits/{editId}/loss", path({ editId }))),
  // Resolved recipes say what moves in full; the page needs these fields of them.
  recipe: async (editId: string) =>
    (await got(client.GET("/edits/{editId}/recipe", path({ editId })))) as unknown as RecipeLike,
  history: () => got(client.GET("/history")),
  undo: () => got(client.POST("/history/undo")),
  redo: () => got(client.POST("/history/redo")),
  checkout: (to: string) => got(client.POST("/history/checkout", { body: { to } })),
  branch: (name: string, from: string) => got(client.POST("/history/branches", { body: { name, at: from } })),
  changeNode: (pictureId: string, change: { name?: string; favourite?: boolean }) =>
    got(client.PATCH("/history/nodes/{pictureId}", { ...path({ pictureId }), body: change })),
  removeNode: (pictureId: string) => got(client.DELETE("/history/nodes/{pictureId}", path({ pictureId }))),
  export: (id: string, format: "original" | "png") =>
    got(client.POST("/exports", { body: { id, format }, headers: once() })),
  say: (request: string, imageId: string, quality: Quality, regionId?: string) => {
    const about = regionId ? { regionId } : {};
    return got(client.POST("/chat", { body: { request, imageId, quality, ...about }, headers: once() }));
  },
  chat: () => got(client.GET("/chat")),
};

/** Boxes and points are lists of numbers to the document's types; the server sends as many as it says. */
function asRegion(view: Schemas["Region"]): Region {
  return view as unknown as Region;
}

export interface Live {
  readonly picture: Blob;
  /** Where it lies on the picture, in the picture's pixels. */
  readonly box: readonly number[];
}

const TAB = crypto.randomUUID();

async function live(wish: Wish, maxEdge: number, signal: AbortSignal): Promise<Live> {
  const asked = client.POST("/live", {
    params: { query: { client: TAB } },
    body: { ...body<Schemas["LiveWish"]>(wish), maxEdge },
    parseAs: "blob",
    signal,
  });
  const picture: Blob = await got(asked);
  const box = ((await asked).response.headers.get("X-Preview-Box") ?? "").split(",").map(Number);
  return { picture, box };
}
