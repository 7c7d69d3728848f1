import { afterEach, describe, expect, it } from "vitest";
import type { AgentEvent } from "../../../src/agent/events.ts";
import { runTurn } from "../../../src/agent/loop.ts";
import { createModelPlanner } from "../../../src/agent/model/planner.ts";
import type { TurnOptions } from "../../../src/agent/turn.ts";
import {
  type RecordedMessage,
  type ScriptedAnswer,
  type ScriptedLlm,
  startScriptedLlm,
} from "../../helpers/scripted-llm.ts";
import { GOOD, inTurn, job, PIXEL, POOR, refused, type ScriptedPort, said, scriptedPort } from "../scripted-port.ts";

const KEY = "sk-test-0123456789";
const servers: ScriptedLlm[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(...script: ScriptedAnswer[]): Promise<ScriptedLlm> {
  const server = await startScriptedLlm(script);
  servers.push(server);
  return server;
}

function calls(name: string, args: Record<string, unknown> | string, text?: string): ScriptedAnswer {
  return { type: "calls", calls: [{ name, args }], ...(text === undefined ? {} : { text }) };
}

const operations = [{ regionId: "region-1", motion: { type: "relocation", by: [-40, 0] } }];
const SELECT = calls("select_region", { imageId: "image-1", box: [300, 200, 500, 400] }, "The sign is in the middle.");
const PREVIEW = calls("preview_edit", { imageId: "image-1", operations });
const EDIT = calls(
  "start_edit",
  { imageId: "image-1", operations, quality: "fast", model: "/somewhere" },
  "The preview is right.",
);

function turn(server: ScriptedLlm, port: ScriptedPort, more: Partial<TurnOptions> = {}) {
  const planner = createModelPlanner({ model: "scripted", apiKey: KEY, baseURL: server.baseURL });
  return runTurn({ request: "move the sign to the left", imageId: "image-1", port, planner, ...more });
}

function imagesIn(messages: readonly RecordedMessage[] = []): string[] {
  return messages.flatMap(({ content }) =>
    (Array.isArray(content) ? content : []).flatMap((part) => part.image_url?.url ?? []),
  );
}

function textsIn(messages: readonly RecordedMessage[] = []): string {
  return JSON.stringify(messages);
}

/** A picture that no other answer of the scripted port shows. */
const FIRST = Buffer.from("the first look").toString("base64");
const look = () => said({ width: 800, height: 600, shownWidth: 800, shownHeight: 600 }, "looked", FIRST);

describe("a plan of the model", () => {
  it("runs select, preview and edit through the tools, with the user's quality", async () => {
    const server = await serve(SELECT, PREVIEW, EDIT);
    const port = scriptedPort({ look });
    const outcome = await turn(server, port);
    expect(port.calls.map((call) => call.name)).toEqual(["look", "select_region", "preview_edit", "start_edit"]);
    expect(port.argsOf("start_edit")).toEqual([
      { imageId: "image-1", operations, seed: 42, quality: "full", waitSeconds: 50 },
    ]);
    expect(outcome).toMatchObject({
      ok: true,
      accepted: true,
      editId: "edit-1",
      text: "The preview is right. (edit-1).",
    });
    expect(server.requests.map((request) => request.path)).toEqual(Array(3).fill("/v1/chat/completions"));
  });

  it("states sizes and coordinates, and offers only the tools of a plan", async () => {
    const server = await serve(SELECT, PREVIEW, EDIT);
    await turn(server, scriptedPort({ look, export_image: () => said({}) }));
    const [first] = server.requests;
    expect(first?.body.model).toBe("scripted");
    expect(first?.body.messages[0]).toMatchObject({
      role: "system",
      content: expect.stringContaining("select_region"),
    });
    expect(textsIn(first?.body.messages)).toContain("800 x 600 pixels and is shown at 800 x 600");
    expect(first?.body.tools.map((tool) => tool.function.name)).toEqual([
      "look",
      "select_region",
      "preview_edit",
      "start_edit",
      "ask_person",
    ]);
  });

  it("sends the picture once, as a data URI, and says so", async () => {
    const server = await serve(SELECT, PREVIEW, EDIT);
    const outcome = await turn(server, scriptedPort({ look }));
    for (const { body } of server.requests) {
      expect(imagesIn(body.messages).filter((url) => url === `data:image/png;base64,${FIRST}`)).toHaveLength(1);
    }
    const sent = outcome.events.filter((event) => event.type === "pixels-sent");
    expect(sent[0]).toEqual({ type: "pixels-sent", host: server.host, bytes: 14 });
    // The overlay and the preview are the same placeholder here, and a picture is told once.
    expect(sent).toHaveLength(2);
  });

  it("answers each call with text, followed by the picture in a user message", async () => {
    const server = await serve(SELECT, PREVIEW, EDIT);
    await turn(server, scriptedPort({ look }));
    const messages = server.requests[1]?.body.messages ?? [];
    expect(messages.slice(2).map((message) => message.role)).toEqual(["assistant", "tool", "user"]);
    expect(messages[2]?.tool_calls?.[0]).toMatchObject({ id: "llm_1_0", function: { name: "select_region" } });
    expect(messages[3]).toEqual({ role: "tool", tool_call_id: "llm_1_0", content: "region-1" });
    expect(imagesIn(messages.slice(4))).toEqual([`data:image/png;base64,${PIXEL}`]);
  });

  it("shows only the last two pictures of tools again", async () => {
    const closer = [1, 2, 3].map((x) => calls("look", { id: "image-1", crop: [0, 0, 100 * x, 100] }));
    const server = await serve(...closer, { type: "text", text: "Enough." });
    await turn(server, scriptedPort({ look }));
    expect(imagesIn(server.requests[3]?.body.messages)).toHaveLength(3);
    expect(textsIn(server.requests[3]?.body.messages)).toContain("no longer shown");
  });

  it("puts the motion into words where the model says nothing, and no words into its mouth", async () => {
    const edit = calls("start_edit", { imageId: "image-1", operations });
    const server = await serve(SELECT, PREVIEW, edit);
    const outcome = await turn(server, scriptedPort({ look }));
    expect(outcome.text).toBe("move 40 px left (edit-1).");
    expect(server.requests[2]?.body.messages.filter(({ role }) => role === "assistant")[1]?.content).toBeNull();
  });

  it("makes one call at a time when several are asked for", async () => {
    const both: ScriptedAnswer = {
      type: "calls",
      calls: [
        { name: "look", args: { id: "image-1" } },
        { name: "start_edit", args: {} },
      ],
    };
    const server = await serve(both, { type: "text", text: "Enough." });
    const port = scriptedPort();
    await turn(server, port);
    expect(port.argsOf("start_edit")).toEqual([]);
    expect(server.requests[1]?.body.messages[2]?.tool_calls).toHaveLength(1);
  });

  it("tells the user's selection and the earlier turns", async () => {
    const server = await serve(PREVIEW, EDIT);
    const selection = { regionId: "region-7", box: [1, 2, 3, 4], centroid: [2, 3] } as const;
    await turn(server, scriptedPort({ look }), { selection, past: [{ request: "turn it", text: "Turned." }] });
    const text = textsIn(server.requests[0]?.body.messages);
    expect(text).toContain("selected regionId region-7: box [1, 2, 3, 4], centroid [2, 3]");
    expect(text).toContain("Earlier request: turn it");
  });
});

describe("what the model gets wrong goes back to it", () => {
  it("a tool's refusal", async () => {
    const server = await serve(SELECT, PREVIEW, PREVIEW, EDIT);
    const preview_edit = inTurn(
      refused("target-outside: The target leaves the picture"),
      said({ editId: "preview-1" }),
    );
    const outcome = await turn(server, scriptedPort({ preview_edit }));
    expect(server.requests[2]?.body.messages.at(-1)).toMatchObject({
      role: "tool",
      content: "Error: target-outside: The target leaves the picture",
    });
    expect(outcome.ok).toBe(true);
  });

  it("malformed arguments, with a history that is JSON again", async () => {
    const server = await serve(calls("select_region", '{"imageId": "image-1", box: [1'), SELECT, PREVIEW, EDIT);
    const port = scriptedPort();
    const outcome = await turn(server, port);
    const [assistant, answer] = server.requests[1]?.body.messages.slice(2) ?? [];
    expect(assistant?.tool_calls?.[0]?.function.arguments).toBe("{}");
    expect(answer?.content).toContain('Expected the arguments as a JSON object, got: {"imageId"');
    expect(port.argsOf("select_region")).toHaveLength(1);
    expect(outcome.ok).toBe(true);
  });

  it.each([["remove_object"], ["export_image"]])("a tool that is not offered: %s", async (name) => {
    const server = await serve(calls(name, { path: "/tmp/x.png" }), {
      type: "text",
      text: "Removing is not geometry.",
    });
    const port = scriptedPort({ export_image: () => said({}) });
    const outcome = await turn(server, port);
    expect(server.requests[1]?.body.messages.at(-1)?.content).toContain(
      `Expected one of look, select_region, preview_edit, start_edit, ask_person, got "${name}"`,
    );
    expect(port.argsOf("export_image")).toEqual([]);
    expect(outcome).toMatchObject({
      ok: false,
      refused: { code: "not-understood", message: "Removing is not geometry." },
    });
  });

  it("an edit that fell short, with what was measured", async () => {
    const server = await serve(SELECT, EDIT, EDIT);
    const port = scriptedPort({ start_edit: inTurn(job("edit-1", POOR), job("edit-2", GOOD)) });
    // The tier was named, so the loop itself has nothing to change.
    const outcome = await turn(server, port, { quality: "full" });
    expect(server.requests[2]?.body.messages.at(-1)?.content).toContain("source cleared 0.10 (wanted at least 0.5)");
    expect(outcome).toMatchObject({ accepted: true, editId: "edit-2" });
  });

  it("and it may keep the best result instead", async () => {
    const server = await serve(SELECT, EDIT, { type: "text", text: "It looks right." });
    const outcome = await turn(server, scriptedPort({ start_edit: () => job("edit-1", POOR) }), { quality: "full" });
    expect(outcome).toMatchObject({
      ok: true,
      accepted: false,
      editId: "edit-1",
      text: expect.stringContaining("It looks right."),
    });
  });
});

describe("the endpoint", () => {
  it("is asked again after a 500", async () => {
    const server = await serve({ type: "status", status: 500 }, SELECT, PREVIEW, EDIT);
    const outcome = await turn(server, scriptedPort());
    expect(outcome.ok).toBe(true);
    expect(server.requests).toHaveLength(4);
  });

  it("gets the key, and errors name status and host but never the key", async () => {
    const server = await serve({
      type: "status",
      status: 401,
      body: { error: { message: `Incorrect API key: ${KEY}` } },
    });
    const outcome = await turn(server, scriptedPort());
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(outcome.refused).toMatchObject({
      code: "model-endpoint",
      message: `Expected an answer from ${server.host}, got status 401`,
    });
    expect(JSON.stringify(outcome)).not.toContain(KEY);
  });

  it("cannot send the key or the picture on to another host", async () => {
    const other = await serve(SELECT);
    const location = `${other.baseURL}/chat/completions`;
    const redirect: ScriptedAnswer = { type: "status", status: 307, headers: { location } };
    const server = await serve(redirect, redirect, redirect);
    const outcome = await turn(server, scriptedPort());
    expect(other.requests).toEqual([]);
    expect(outcome.refused).toMatchObject({ code: "model-endpoint" });
  });

  it("that answers with something else is told as such", async () => {
    const server = await serve({ type: "status", status: 200, body: { hello: "world" } });
    const outcome = await turn(server, scriptedPort());
    expect(outcome.refused).toMatchObject({
      code: "model-endpoint",
      message: expect.stringContaining("another answer"),
    });
  });

  it("that is not there is told with its host", async () => {
    const server = await serve();
    await server.close();
    servers.length = 0;
    const planner = createModelPlanner({ model: "scripted", baseURL: server.baseURL, retries: 0 });
    const outcome = await turn(server, scriptedPort(), { planner });
    expect(outcome.refused).toMatchObject({ code: "model-endpoint", message: `${server.host} could not be reached` });
  });

  it("is let go of when the turn is cancelled", async () => {
    const abort = new AbortController();
    const server = await serve({ type: "hang", onAsked: () => abort.abort() });
    const outcome = await turn(server, scriptedPort(), { signal: abort.signal });
    expect(outcome.refused).toMatchObject({ code: "cancelled" });
  });

  it("counts its tokens", async () => {
    const server = await serve({ type: "text", text: "No." });
    const { events } = await turn(server, scriptedPort());
    const usage: AgentEvent = { type: "model-usage", inputTokens: 100, outputTokens: 10 };
    expect(events).toContainEqual(usage);
  });

  it("must be a URL", () => {
    expect(() => createModelPlanner({ model: "m", baseURL: "nowhere" })).toThrow(
      'Expected a URL as the endpoint\'s base, got "nowhere"',
    );
  });
});
