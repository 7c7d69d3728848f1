import { afterEach, describe, expect, it } from "vitest";
import { RecentEvents } from "../../src/server/mcp/event-store.ts";
import { hello, MCP_HEADERS, type Served, startServer } from "../helpers/served.ts";

let served: Served;
afterEach(() => served?.close());

const NEWEST = { "mcp-protocol-version": "2025-11-25" };

describe("a broken stream", () => {
  it("is taken up where it broke: the answer was kept", async () => {
    served = await startServer();
    served.engine.options = { stepMs: 30 };
    const begun = await served.request("/mcp", { method: "POST", body: hello(), headers: MCP_HEADERS });
    await begun.text();
    const headers = { ...MCP_HEADERS, ...NEWEST, "mcp-session-id": String(begun.headers.get("mcp-session-id")) };
    const call = (name: string, args: object) => {
      const message = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name, arguments: args } };
      return served.request("/mcp", { method: "POST", body: JSON.stringify(message), headers });
    };
    const opened = await (await call("open_image", { dataUri: served.dataUri })).text();
    const imageId = /img_[0-9a-z]+/.exec(opened)?.[0];
    const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [4, 0] } }];
    const broken = (await call("start_edit", { imageId, operations, waitSeconds: 20 })).body?.getReader();
    const first = new TextDecoder().decode((await broken?.read())?.value);
    const lastId = /^id: (\d+)$/m.exec(first)?.[1];
    expect(first).toMatch(/^retry: 1000$/m);
    await broken?.cancel();
    const resumed = await served.request("/mcp", { headers: { ...headers, "last-event-id": String(lastId) } });
    expect(resumed.status).toBe(200);
    const again = resumed.body?.getReader();
    let text = "";
    while (!text.includes('"status":"done"')) text += new TextDecoder().decode((await again?.read())?.value);
    expect(text).toContain('"id":2');
    await again?.cancel();
    const unknown = await served.request("/mcp", { headers: { ...headers, "last-event-id": "9999" } });
    expect(unknown.status).toBe(400);
  });
});

describe("recent events", () => {
  const message = (text: string) => ({ jsonrpc: "2.0" as const, method: "notifications/message", params: { text } });

  it("replay one stream, in order, without what only primed it", async () => {
    const events = new RecentEvents();
    const start = await events.storeEvent("a", {} as never);
    await events.storeEvent("b", message("other"));
    await events.storeEvent("a", message("one"));
    await events.storeEvent("a", message("two"));
    const sent: unknown[] = [];
    const send = async (_id: string, one: unknown) => void sent.push(one);
    expect(await events.replayEventsAfter(start, { send })).toBe("a");
    expect(sent).toEqual([message("one"), message("two")]);
    await expect(events.replayEventsAfter("77", { send })).rejects.toThrow(TypeError);
  });

  it("forget the oldest, by number and by size", async () => {
    const events = new RecentEvents();
    const ids = [];
    for (let i = 0; i < 600; i++) ids.push(await events.storeEvent("a", message("small")));
    expect(await events.getStreamIdForEventId(String(ids[0]))).toBeUndefined();
    expect(await events.getStreamIdForEventId(String(ids[599]))).toBe("a");
    const large = await events.storeEvent("a", message("x".repeat(9_000_000)));
    expect(await events.getStreamIdForEventId(String(ids[599]))).toBeUndefined();
    expect(await events.getStreamIdForEventId(large)).toBe("a");
  });
});
