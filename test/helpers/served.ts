/** The HTTP app without a network: requests go to it as values. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { type CallToolResult, CreateMessageRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { createApp, type ServerApp, type ServerOptions } from "../../src/server/index.ts";
import { FakeEngine } from "./fake-engine.ts";
import { photo } from "./mcp.ts";

export const ORIGIN = "http://127.0.0.1:7860";

export interface Served {
  readonly app: ServerApp;
  readonly engine: FakeEngine;
  readonly log: string[];
  /** A picture of 48 x 32 pixels, as bytes and as a data URI. */
  readonly photo: Buffer;
  readonly dataUri: string;
  /** Moves the server's clock. */
  pass(ms: number): void;
  /** As a client on this machine would send it; `path` begins with a slash. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** `model` answers sampling requests: then the client offers that. */
  connect(token?: string, model?: (question: string) => string): Promise<HttpClient>;
  /** Names of the session folders on disk. */
  folders(): Promise<string[]>;
  close(): Promise<void>;
}

export interface HttpClient {
  readonly client: Client;
  readonly sessionId: string;
  call(name: string, args: Record<string, unknown>): Promise<CallToolResult>;
  /** As `call`, but the structured answer; throws on `isError`. */
  ask(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** DELETE, as a client does that is through. */
  end(): Promise<void>;
}

export async function startServer(options: Partial<ServerOptions> = {}): Promise<Served> {
  const home = await mkdtemp(join(tmpdir(), "dragflow-served-"));
  await photo(join(home, "photo.png"));
  const bytes = await readFile(join(home, "photo.png"));
  const engine = new FakeEngine();
  const log: string[] = [];
  let clock = 1_000_000;
  const app = createApp({ engine, home, log: (line) => log.push(line), now: () => clock, ...options });
  const request = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("host")) headers.set("host", new URL(ORIGIN).host);
    return app.fetch(new Request(`${ORIGIN}${path}`, { ...init, headers }));
  };
  const clients: Client[] = [];
  return {
    app,
    engine,
    log,
    photo: bytes,
    dataUri: `data:image/png;base64,${bytes.toString("base64")}`,
    pass(ms) {
      clock += ms;
    },
    request,
    async connect(token, model) {
      const connected = await connect(request, token, model);
      clients.push(connected.client);
      return connected;
    },
    folders: async () =>
      (await readdir(join(home, "sessions")).catch(() => [])).filter((name) => name.startsWith("ses_")),
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      await app.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function connect(
  request: Served["request"],
  token?: string,
  model?: (question: string) => string,
): Promise<HttpClient> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(`${ORIGIN}/mcp`), {
    requestInit: { headers },
    fetch: (url, init) => request(new URL(url).pathname, init),
  });
  const client = new Client({ name: "test", version: "1" }, { capabilities: model ? { sampling: {} } : {} });
  if (model) {
    client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
      const text = model(JSON.stringify(params.messages));
      return { role: "assistant", model: "test", content: { type: "text", text } };
    });
  }
  // The SDK's transport types its session id as "string | undefined" where the interface says optional.
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  const call = async (name: string, args: Record<string, unknown>) =>
    (await client.callTool({ name, arguments: args })) as CallToolResult;
  return {
    client,
    sessionId: String(transport.sessionId),
    call,
    async ask(name, args) {
      const { isError, content, structuredContent } = await call(name, args);
      if (isError || !structuredContent) throw new Error(JSON.stringify(content));
      return structuredContent;
    },
    end: () => transport.terminateSession(),
  };
}

/** The first message of a session, as JSON. */
export function hello(version = "2025-11-25"): string {
  const clientInfo = { name: "test", version: "1" };
  const params = { protocolVersion: version, capabilities: {}, clientInfo };
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
}

export const MCP_HEADERS = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
} as const;
