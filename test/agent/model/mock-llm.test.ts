/** The model's side against an OpenAI-compatible server that someone else wrote. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAssistant } from "../../../src/agent/assistant.ts";
import type { AgentEvent } from "../../../src/agent/events.ts";
import type { ModelConfig } from "../../../src/agent/model/config.ts";
import type { ToolCall } from "../../../src/tools/context.ts";
import { FakeEngine } from "../../helpers/fake-engine.ts";
import { startTour, type Tour } from "../../helpers/mcp.ts";
import { isInstalled, type MockLlm, type Rule, startMockLlm, templateSafe } from "./mock-llm-server.ts";
import { faultsIn } from "./turns.ts";

if (!isInstalled) console.warn("mock-llm is not installed: run `npm ci --prefix test/interop` to test against it");

const KEY = "sk-mock-0123456789abcdef";
const CHAT = "/v1/chat/completions";
const call: ToolCall = { signal: new AbortController().signal, onProgress: () => {} };

let mock: MockLlm;
let tour: Tour;
let imageId: string;
let regionId: string;
let engine: FakeEngine;
let events: AgentEvent[];

beforeAll(async () => {
  if (isInstalled) mock = await startMockLlm();
}, 20_000);
afterAll(() => mock?.close());

beforeEach(async () => {
  events = [];
  engine = new FakeEngine();
  tour = await startTour(engine);
  imageId = (await tour.ctx.workspace.openImage(engine, join(tour.root, "photo.png"), {})).id;
  const hint = { type: "region", region: { box: [4, 4, 20, 20] }, refine: false } as const;
  regionId = (await tour.ctx.workspace.select(engine, imageId, { hint: { ...hint, region: { box: [4, 4, 20, 20] } } }))
    .id;
});
afterEach(() => tour.close());

function body(message: object, finish = "stop"): string {
  const usage = { prompt_tokens: 50, completion_tokens: 5, total_tokens: 55 };
  const choices = [{ index: 0, finish_reason: finish, message: { role: "assistant", ...message } }];
  return templateSafe(JSON.stringify({ id: "m", object: "chat.completion", created: 1, model: "m", choices, usage }));
}

function toolCall(name: string, args: object, id = `call_${name}`): string {
  const tool_calls = [{ id, type: "function", function: { name, arguments: templateSafe(JSON.stringify(args)) } }];
  return body({ content: null, tool_calls }, "tool_calls");
}

const text = (content: string) => body({ content });
const operations = () => [{ regionId, motion: { type: "relocation", by: [16, 0] } }];
const preview = () => ({ imageId, operations: operations() });
const marks = (goal: number, verdict: string, change: object | null) =>
  text(templateSafe(JSON.stringify({ goal, artefacts: 9, preservation: 9, verdict, change })));
const ACCEPT = marks(9, "accept", null);

/** Before the first edit of a turn the model is asked what the drag may mean. */
const INTENT: Rule = {
  path: CHAT,
  match: "contains(body.messages[0].content, 'what the person who drew it may want')",
  response: {
    status: 200,
    content: text(
      templateSafe(
        JSON.stringify({
          background: "a red half and a blue half",
          candidates: [
            { types: ["relocation"], prompt: "the red half lies further right", reason: "", confidence: 0.9 },
          ],
        }),
      ),
    ),
  },
};

function inTurn(...contents: readonly (string | { status: number; content: string })[]): Rule[] {
  const steps = contents.map((one, sequence) => ({
    path: CHAT,
    sequence,
    response: typeof one === "string" ? { status: 200, content: one } : one,
  }));
  return [...steps, INTENT];
}

function say(config: Partial<ModelConfig> = {}) {
  const model = { model: "mock", apiKey: KEY, baseURL: mock.baseURL, ...config };
  const assistant = createAssistant({ model, onEvent: (event) => events.push(event) });
  return assistant.chat({ imageId, request: "move it to the right", regionId }, tour.ctx, call);
}

describe.skipIf(!isInstalled)("against mock-llm", () => {
  it("a rejected first result is changed in one thing, and the second accepted", async () => {
    const reject = marks(3, "retry", { what: "other-amount", why: "not far enough" });
    await mock.script(inTurn(toolCall("preview_edit", preview()), toolCall("start_edit", preview()), reject, ACCEPT));
    const answer = await say();
    expect(answer).toMatchObject({ ok: true, planner: "model" });
    const full = engine.edits.filter(({ recipe }) => recipe.quality === "full");
    expect(full.map(({ recipe }) => recipe.operations[0]?.motion)).toEqual([
      { type: "relocation", by: [12, 0] },
      { type: "relocation", by: [15, 0] },
    ]);
    expect(full[0]?.recipe).toMatchObject({ prompt: "the red half lies further right" });
    expect(events.filter(({ type }) => type === "model-usage")).toHaveLength(5);
    expect(JSON.stringify(events)).not.toContain(KEY);
  });

  it("an endpoint without tools is asked with a schema, one without both in words", async () => {
    const step = (tool: string, args: object) => text(templateSafe(JSON.stringify({ say: "So.", tool, args })));
    const refuse = (what: string): Rule => ({
      path: CHAT,
      match: `body.${what}`,
      response: { status: 400, content: JSON.stringify({ error: { message: `${what} is not supported` } }) },
    });
    await mock.script([...inTurn(step("start_edit", preview()), ACCEPT), refuse("tools"), refuse("response_format")]);
    expect(await say()).toMatchObject({ ok: true });
    expect(faultsIn(events)).toEqual(["rung-lowered", "rung-lowered"]);
    events = [];
    await mock.script([...inTurn(step("start_edit", preview()), ACCEPT), refuse("tools")]);
    expect(await say()).toMatchObject({ ok: true });
    expect(faultsIn(events)).toEqual(["rung-lowered"]);
  });

  it("a model that is only an echo ends in words, not in an edit", async () => {
    await mock.script([{ path: CHAT, response: { status: 200, content: text("I am only an echo.") } }]);
    expect(await say()).toMatchObject({ ok: false, text: expect.stringContaining("I am only an echo.") });
    expect(engine.edits).toEqual([]);
  });

  it.each([429, 500, 503])(
    "status %i is asked again",
    async (status) => {
      const busy = { status, content: JSON.stringify({ error: { message: "busy" } }) };
      await mock.script(inTurn(busy, toolCall("start_edit", preview()), ACCEPT));
      expect(await say()).toMatchObject({ ok: true });
      expect(faultsIn(events)).toEqual(["request-failed"]);
    },
    10_000,
  );

  it("a refused key is said, and not repeated", async () => {
    const content = JSON.stringify({ error: { message: `Incorrect API key: ${KEY}`, code: "invalid_api_key" } });
    await mock.script([{ path: CHAT, response: { status: 401, content } }]);
    const answer = await say();
    expect(answer.text).toContain(`Expected an answer from ${mock.host}, got status 401`);
    expect(JSON.stringify([answer, events])).not.toContain(KEY);
  });

  it("no choices, broken arguments, an invented tool, a missing id: the edit is made all the same", async () => {
    const broken = body({
      content: null,
      tool_calls: [{ type: "function", function: { name: "preview_edit", arguments: "{imageId: " } }],
    });
    await mock.script(
      inTurn(
        templateSafe(JSON.stringify({ id: "m", choices: [] })),
        broken,
        toolCall("make_it_pretty", {}, "a"),
        toolCall("start_edit", preview(), "b"),
        ACCEPT,
      ),
    );
    expect(await say()).toMatchObject({ ok: true });
    expect(faultsIn(events)).toEqual(["empty-reply", "wrong-call-id", "broken-json", "unknown-tool"]);
  });

  it("a tool call that the server drops from its stream is asked for again, whole", async () => {
    await mock.script(inTurn(body({ content: "", tool_calls: [] }), toolCall("start_edit", preview()), ACCEPT));
    expect(await say({ stream: true })).toMatchObject({ ok: true });
    expect(faultsIn(events)).toEqual(["empty-reply"]);
  });

  it("a reply that is streamed is put together", async () => {
    const content = JSON.stringify({
      say: "The red half is what you mean, and it goes to the right.",
      tool: "start_edit",
      args: preview(),
    });
    await mock.script(inTurn(text(templateSafe(content)), ACCEPT));
    expect(await say({ stream: true, rung: "prompt" })).toMatchObject({ ok: true });
    expect(events.filter(({ type }) => type === "model-text").length).toBeGreaterThan(2);
  });
});
