import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import {
  type CreateMessageRequest,
  CreateMessageRequestSchema,
  LoggingMessageNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Assistant, SamplingPort } from "../../src/tools/context.ts";
import { createMcpServer } from "../../src/tools/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";

let tour: Tour;
let editId: string;
const ports: (SamplingPort | undefined)[] = [];

const question = {
  system: "You judge edits",
  parts: [
    { type: "text", text: "Is it good?" },
    { type: "image", data: "AAAA", mimeType: "image/png" },
  ],
  maxTokens: 100,
} as const;

/** Judges by asking the caller's own model, and keeps what it answered as the reason. */
const assistant: Assistant = {
  propose: async () => undefined,
  async critique(_question, { sampling, signal }) {
    ports.push(sampling);
    if (sampling === undefined) return undefined;
    const why = await sampling.ask({ ...question, signal });
    return { goal: 3, artefacts: 9, preservation: 10, verdict: "retry", change: { what: "grow-mask", why } };
  },
  chat: async () => ({ ok: false, text: "", planner: "local", assumed: [] }),
};

beforeEach(async () => {
  ports.length = 0;
  tour = await startTour(new FakeEngine());
  const { imageId } = await tour.ask("open_image", { path: "photo.png" });
  const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [4, 0] } }];
  editId = String((await tour.ask("preview_edit", { imageId, operations })).editId);
});
afterEach(() => tour.close());

/** A second client over the same session, which may lend its model. */
async function connected(model?: (request: CreateMessageRequest["params"]) => object): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, { capabilities: model ? { sampling: {} } : {} });
  if (model) client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => model(params) as never);
  const [here, there] = InMemoryTransport.createLinkedPair();
  await createMcpServer({ ...tour.ctx, assistant }).connect(there);
  await client.connect(here);
  return client;
}

const critique = (client: Client) => client.callTool({ name: "critique_edit", arguments: { editId } });

describe("sampling", () => {
  it("asks the client's model, one block per message", async () => {
    let asked: CreateMessageRequest["params"] | undefined;
    const client = await connected((params) => {
      asked = params;
      return { role: "assistant", model: "m", content: { type: "text", text: "its paw is cut off" } };
    });
    expect(JSON.stringify(await critique(client))).toContain("its paw is cut off");
    expect(asked).toMatchObject({
      systemPrompt: question.system,
      maxTokens: 100,
      messages: question.parts.map((content) => ({ role: "user", content })),
    });
    await client.close();
  });

  it("is absent where the client offers none", async () => {
    const client = await connected();
    await critique(client);
    expect(ports).toEqual([undefined]);
    await client.close();
  });

  it("tells a refusal and an answer without words as the endpoint's fault", async () => {
    const refusing = await connected(() => {
      throw new Error("The user said no");
    });
    await critique(refusing);
    await expect(ports[0]?.ask({ ...question, signal: new AbortController().signal })).rejects.toMatchObject({
      code: "model-endpoint",
      message: expect.stringContaining("The user said no"),
    });
    await refusing.close();
    const drawing = await connected(() => ({
      role: "assistant",
      model: "m",
      content: { type: "image", data: "AAAA", mimeType: "image/png" },
    }));
    await critique(drawing);
    await expect(ports[1]?.ask({ ...question, signal: new AbortController().signal })).rejects.toThrow(/got image/);
    await drawing.close();
  });

  it("ends with its caller's signal", async () => {
    const client = await connected(() => new Promise(() => {}));
    const abort = new AbortController();
    const call = client.callTool({ name: "critique_edit", arguments: { editId } }, undefined, { signal: abort.signal });
    while (ports.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const own = new AbortController();
    const asked = ports[0]?.ask({ ...question, signal: own.signal });
    own.abort();
    await expect(asked).rejects.toMatchObject({ code: "cancelled" });
    abort.abort();
    await expect(call).rejects.toThrow();
    await client.close();
  });
});

describe("logging", () => {
  it("tells refused calls to who listens at that level", async () => {
    const told: unknown[] = [];
    const client = await connected();
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void told.push(params));
    const refused = () => client.callTool({ name: "look", arguments: { id: "img_0" } });
    await client.setLoggingLevel("error");
    await refused();
    expect(told).toEqual([]);
    await client.setLoggingLevel("warning");
    await refused();
    expect(told).toMatchObject([{ level: "warning", logger: "tools", data: { tool: "look", code: "not-found" } }]);
    await client.close();
  });
});
