/** A program that uses the HTTP API of a served app. */
import { type Served, startServer } from "./served.ts";

export interface ApiClient {
  readonly served: Served;
  readonly sessionId: string;
  /** The answer as it is; `path` begins behind /api/v1. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** As `send`, but the JSON of an answer that must be 2xx. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shapes the document says
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<any>;
  /** Sends the served picture; resolves to its id. */
  upload(): Promise<string>;
}

export const OPERATION = { region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [4, 0] } } as const;

export async function startApi(options: Parameters<typeof startServer>[0] = {}): Promise<ApiClient> {
  const served = await startServer(options);
  return apiClient(served);
}

/** A client with a session of its own. */
export async function apiClient(served: Served, extra: Record<string, string> = {}): Promise<ApiClient> {
  const begun = await post(served, "/sessions", {}, extra);
  const { sessionId } = (await begun.json()) as { sessionId: string };
  const own = { "dragflow-session": sessionId, ...extra };
  const send: ApiClient["send"] = (method, path, body, headers = {}) => {
    const json = body === undefined || body instanceof Uint8Array ? {} : { "content-type": "application/json" };
    const content = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
    return served.request(`/api/v1${path}`, {
      method,
      ...(content === undefined ? {} : { body: content as string }),
      headers: { ...json, ...own, ...headers },
    });
  };
  const ask: ApiClient["ask"] = async (...call) => {
    const response = await send(...call);
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };
  const upload = async () => {
    const headers = { "content-type": "image/png" };
    const { imageId } = await ask("POST", "/images?name=photo.png", new Uint8Array(served.photo), headers);
    return String(imageId);
  };
  return { served, sessionId, send, ask, upload };
}

export function post(served: Served, path: string, body: unknown, headers: Record<string, string> = {}) {
  const all = { "content-type": "application/json", ...headers };
  return served.request(`/api/v1${path}`, { method: "POST", body: JSON.stringify(body), headers: all });
}
