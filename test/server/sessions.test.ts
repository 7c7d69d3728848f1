import { afterEach, describe, expect, it } from "vitest";
import { hello, MCP_HEADERS, type Served, startServer } from "../helpers/served.ts";

let served: Served;
afterEach(() => served?.close());

const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [4, 0] } }];
const [anna, ben] = ["anna-anna-anna-anna", "ben-ben-ben-ben-ben"];

/** Read to its end: an answer that is not is an open request. */
async function ping(sessionId: string, token?: string): Promise<Response> {
  const headers = { ...MCP_HEADERS, "mcp-session-id": sessionId };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "ping" });
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await served.request("/mcp", { method: "POST", body, headers: { ...headers, ...authorization } });
  return new Response(await response.text(), response);
}

describe("a session", () => {
  it("knows nothing of another's pictures", async () => {
    served = await startServer();
    const [first, second] = [await served.connect(), await served.connect()];
    const { imageId } = await first.ask("open_image", { dataUri: served.dataUri });
    expect(await first.ask("look", { id: imageId })).toMatchObject({ width: 48 });
    expect(await second.call("look", { id: imageId })).toMatchObject({ isError: true });
    await expect(second.client.readResource({ uri: `dragflow://images/${imageId}` })).rejects.toThrow(/not found/);
    expect((await second.client.listResources()).resources).toHaveLength(2);
  });

  it("answers its own caller only, and says no more than that to others", async () => {
    served = await startServer({ tokens: [anna, ben] });
    const { sessionId } = await served.connect(anna);
    expect((await ping(sessionId, anna)).status).toBe(200);
    const refused = await ping(sessionId, ben);
    expect(refused.status).toBe(404);
    const unknown = await ping("never-issued", ben);
    expect(await refused.json()).toEqual(await unknown.json());
    const ended = await served.request("/mcp", {
      method: "DELETE",
      headers: { "mcp-session-id": sessionId, authorization: `Bearer ${ben}` },
    });
    expect(ended.status).toBe(404);
    expect((await ping(sessionId, anna)).status).toBe(200);
  });

  it("begins with initialize and nothing else", async () => {
    served = await startServer();
    const messages = ['{"jsonrpc":"2.0","id":1,"method":"tools/list"}', "no JSON", "[]", `[${hello()}]`];
    for (const body of messages) {
      const response = await served.request("/mcp", { method: "POST", body, headers: MCP_HEADERS });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: "usage" });
    }
    // Refused by the transport: such a session was never there.
    const deaf = await served.request("/mcp", {
      method: "POST",
      body: hello(),
      headers: { "content-type": "application/json" },
    });
    expect(deaf.status).toBe(406);
    expect(served.app.sessions.size).toBe(0);
    expect(await served.folders()).toEqual([]);
  });

  it("ends with DELETE; what it edited stays on disk, an empty one leaves nothing", async () => {
    served = await startServer();
    const [used, idle] = [await served.connect(), await served.connect()];
    const { imageId } = await used.ask("open_image", { dataUri: served.dataUri });
    await used.ask("preview_edit", { imageId, operations });
    expect(await served.folders()).toHaveLength(2);
    await used.end();
    await idle.end();
    expect(served.app.sessions.size).toBe(0);
    expect(await served.folders()).toHaveLength(1);
    expect((await ping(used.sessionId)).status).toBe(404);
  });

  it("is dropped when nobody has asked for long, and its work with it", async () => {
    served = await startServer({ limits: { idleMs: 60_000 } });
    served.engine.options = { stepMs: 50 };
    const body = hello();
    const begun = await served.request("/mcp", { method: "POST", body, headers: MCP_HEADERS });
    await begun.text();
    const sessionId = String(begun.headers.get("mcp-session-id"));
    const call = async (name: string, args: object) => {
      const message = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name, arguments: args } };
      const headers = { ...MCP_HEADERS, "mcp-session-id": sessionId };
      const response = await served.request("/mcp", { method: "POST", body: JSON.stringify(message), headers });
      const data = (await response.text()).split("\n").find((line) => line.startsWith("data: {"));
      return JSON.parse(String(data).slice(6)).result.structuredContent;
    };
    const { imageId } = await call("open_image", { dataUri: served.dataUri });
    await call("start_edit", { imageId, operations });
    served.pass(59_000);
    await served.app.sessions.sweep();
    expect((await ping(sessionId)).status).toBe(200);
    served.pass(60_000);
    await served.app.sessions.sweep();
    expect((await ping(sessionId)).status).toBe(404);
    const made = served.engine.edits.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(served.engine.edits).toHaveLength(made);
    expect(await served.folders()).toHaveLength(1);
  });

  it("is not dropped while its client listens", async () => {
    served = await startServer({ limits: { idleMs: 60_000 } });
    const listening = await served.connect();
    await new Promise((resolve) => setTimeout(resolve, 20)); // the client opens its stream after connect
    served.pass(600_000);
    await served.app.sessions.sweep();
    expect((await ping(listening.sessionId)).status).toBe(200);
  });

  it("is one of at most so many; the idlest makes room once it has settled", async () => {
    served = await startServer({ limits: { sessions: 2 } });
    const begin = async () => {
      const response = await served.request("/mcp", { method: "POST", body: hello(), headers: MCP_HEADERS });
      const text = await response.text();
      return { status: response.status, id: String(response.headers.get("mcp-session-id")), text };
    };
    const first = await begin();
    await begin();
    const refused = await begin();
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.text)).toMatchObject({ code: "too-many" });
    served.pass(61_000);
    await ping(first.id);
    expect((await begin()).status).toBe(200);
    expect((await ping(first.id)).status).toBe(200);
    expect(served.app.sessions.size).toBe(2);
  });
});

describe("what a session tells", () => {
  it("names no path of this machine", async () => {
    served = await startServer();
    const { ask, call } = await served.connect();
    const { imageId } = await ask("open_image", { dataUri: served.dataUri });
    const answers = [
      await call("preview_edit", { imageId, operations }),
      await call("export_image", { id: imageId, path: "out.png" }),
      await call("export_image", { id: imageId, path: "../out.png" }),
      await call("export_image", { id: imageId, path: "missing/out.png" }),
      await call("open_image", { path: "/etc/hostname" }),
      await call("open_image", { path: "photo.png" }),
    ];
    expect(answers.map(({ isError }) => isError === true)).toEqual([false, false, true, true, true, true]);
    expect(JSON.stringify(answers)).not.toMatch(/dragflow-served-|\/sessions\/|\/tmp\//);
  });
});
