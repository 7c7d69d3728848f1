/** A program that uses the HTTP API of a running server, for one session. */
import { createHash } from "node:crypto";

export interface Job {
  readonly jobId: string;
  readonly status: string;
  readonly editId?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export class ApiClient {
  readonly #api: string;
  readonly sessionId: string;

  constructor(url: string, sessionId: string) {
    this.#api = `${url}/api/v1`;
    this.sessionId = sessionId;
  }

  /** With a session of its own. */
  static async begin(url: string): Promise<ApiClient> {
    const first = new ApiClient(url, "");
    const { sessionId } = await first.post<{ sessionId: string }>("/sessions", {});
    return new ApiClient(url, sessionId);
  }

  /** The answer as it is. */
  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const own = this.sessionId === "" ? {} : { "dragflow-session": this.sessionId };
    const raw = body === undefined || body instanceof Uint8Array;
    const type = raw ? {} : { "content-type": "application/json" };
    const content = raw ? body : JSON.stringify(body);
    return fetch(this.#api + path, {
      method,
      headers: { ...own, ...type, ...headers },
      ...(content === undefined ? {} : { body: content as string }), // bytes or text, both of which fetch takes
    });
  }

  async get<T>(path: string): Promise<T> {
    return answered(await this.send("GET", path), path);
  }

  async post<T = unknown>(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    return answered(await this.send("POST", path, body, headers), path);
  }

  async upload(bytes: Uint8Array, name: string): Promise<string> {
    const path = `/images?name=${encodeURIComponent(name)}`;
    const { imageId } = await this.post<{ imageId: string }>(path, bytes, { "content-type": "image/png" });
    return imageId;
  }

  /** Waits until the job has ended. */
  async ended(jobId: string): Promise<Job> {
    for (;;) {
      const job = await this.get<Job>(`/jobs/${jobId}?wait=20`);
      if (job.status !== "queued" && job.status !== "running") return job;
    }
  }

  /** SHA-256 of a picture's file, in hexadecimal digits. */
  async hash(pictureId: string): Promise<string> {
    const response = await this.send("GET", `/pictures/${pictureId}/file`);
    if (!response.ok) throw new Error(`${pictureId}: ${response.status} ${await response.text()}`);
    return sha256(new Uint8Array(await response.arrayBuffer()));
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function answered<T>(response: Response, path: string): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T; // the caller knows what that route answers
}
