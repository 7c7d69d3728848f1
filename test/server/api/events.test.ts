import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventSink } from "../../../src/agent/index.ts";
import { EventHub } from "../../../src/server/api/events.ts";
import type { Assistant } from "../../../src/tools/index.ts";
import { type ApiClient, apiClient, OPERATION, startApi } from "../../helpers/api.ts";

/** An agent that says two steps and makes nothing. */
function assistantFor(onEvent: EventSink): Assistant {
  return {
    propose: async () => undefined,
    critique: async () => undefined,
    async chat({ imageId, request }) {
      onEvent({ type: "turn-start", request, imageId, planner: "local", quality: "full", rounds: 1 });
      onEvent({ type: "turn-end", ok: false, text: "nothing to do" });
      return { ok: false, text: "nothing to do", planner: "local", assumed: [] };
    },
  };
}

let api: ApiClient;
beforeEach(async () => {
  api = await startApi({ assistantFor });
});
afterEach(() => api.served.close());

interface Heard {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** What a client that comes back with that id is sent. */
async function missed(lastId?: string, client = api): Promise<Heard[]> {
  const headers = lastId === undefined ? {} : { "last-event-id": lastId };
  const response = await client.send("GET", "/events?once=true", undefined, headers as Record<string, string>);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const parts = (await response.text()).split("\n\n").filter((part) => part !== "");
  return parts.map((part) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1];
    return { id: field("id"), event: field("event") ?? "", data: JSON.parse(field("data") ?? "{}") };
  });
}

async function firstId(): Promise<string> {
  const stream = (await api.send("GET", "/events")).body?.getReader();
  const text = async () => new TextDecoder().decode((await stream?.read())?.value);
  expect(await text()).toContain("event: hello");
  await api.upload();
  const id = /^id: (\S+)$/m.exec(await text())?.[1] ?? "";
  await stream?.cancel();
  return id;
}

describe("a session's events", () => {
  it("come as they happen; who comes back is sent what was missed", async () => {
    const id = await firstId();
    const imageId = (await api.ask("GET", "/session")).current;
    const { jobId } = await api.ask("POST", "/edits", { imageId, operations: [OPERATION], quality: "fast" });
    await api.ask("GET", `/jobs/${jobId}?wait=20`);
    const events = await missed(id);
    const jobs = events.filter(({ event }) => event === "job").map(({ data }) => data.status);
    expect(jobs).toEqual(["queued", "running", "done"]);
    const steps = events.filter(({ event }) => event === "progress").map(({ data }) => data.done);
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(events.filter(({ event }) => event === "history")).toMatchObject([{ data: { type: "add" } }]);
    expect(await missed(events.at(-1)?.id)).toMatchObject([{ event: "hello" }]);
  });

  it("tell a conversation's steps under its job, and keep them for a reload", async () => {
    const id = await firstId();
    const { jobId } = await api.ask("POST", "/chat", { request: "move it up" });
    expect(await api.ask("GET", `/jobs/${jobId}?wait=20`)).toMatchObject({
      status: "done",
      answer: { ok: false, text: "nothing to do" },
    });
    const counted = await (await api.served.request("/metrics")).text();
    expect(counted).toContain(`dragflow_jobs_total{lane="conversations",status="done"} 1`);
    const said = (await missed(id)).filter(({ event }) => event === "chat").map(({ data }) => data);
    expect(said).toMatchObject([
      { jobId, event: { type: "turn-start", request: "move it up" } },
      { jobId, event: { type: "turn-end" } },
    ]);
  });

  it("are nobody else's, and an id of another time asks for everything anew", async () => {
    const id = await firstId();
    const other = await apiClient(api.served);
    expect(await missed(id, other)).toMatchObject([{ event: "hello" }, { event: "reset" }]);
    expect(await missed("nonsense")).toMatchObject([{ event: "hello" }, { event: "reset" }]);
  });

  it("end with the session", async () => {
    await firstId();
    const response = await api.send("GET", "/events");
    const text = response.text();
    await api.send("DELETE", "/session");
    expect(await text).toMatch(/event: session-closed\ndata: \{\}\n\n$/);
  });
});

describe("a hub", () => {
  it("forgets the oldest by number and by size, and knows that it did", () => {
    const hub = new EventHub("e", { events: 3, characters: 100 });
    for (let i = 0; i < 5; i++) hub.emit("job", { i });
    expect(hub.since("e-2")?.map(({ id }) => id)).toEqual(["e-3", "e-4", "e-5"]);
    expect(hub.since("e-1")).toBeUndefined();
    expect(hub.since("f-4")).toBeUndefined();
    expect(hub.since("e-9")).toBeUndefined();
    hub.emit("job", "x".repeat(98));
    expect(hub.since("e-5")).toHaveLength(1);
    expect(hub.since("e-4")).toBeUndefined();
  });
});
