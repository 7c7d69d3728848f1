/** Output forms: which is asked for, how it is found out, what is remembered. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scriptedPort } from "../scripted-port.ts";
import { type Answer, calling, json, saying } from "./scripted-server.ts";
import { closeServers, EDIT, faultsIn, look, OPERATIONS, PREVIEW, SELECT, serve, turnAt } from "./turns.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-ladder-"));
});
afterEach(async () => {
  await closeServers();
  await rm(home, { recursive: true, force: true });
});

const STEPS = [
  json("select_region", { imageId: "image-1", box: [300, 200, 500, 400] }, "The sign is in the middle."),
  json("preview_edit", { imageId: "image-1", operations: OPERATIONS }),
  json("start_edit", { imageId: "image-1", operations: OPERATIONS }, "It fits."),
];
const NO_TOOLS: Answer = { status: 400, body: { error: { message: "model does not support tools" } } };
const NO_SCHEMA: Answer = { status: 400, body: { error: { message: "unknown parameter response_format" } } };

async function remembered(): Promise<unknown[]> {
  return Object.values(JSON.parse(await readFile(join(home, "endpoints.json"), "utf8")).endpoints);
}

describe("native tools", () => {
  it("are tried first, and remembered", async () => {
    const server = await serve(SELECT, PREVIEW, EDIT);
    const { ok } = await turnAt(server.baseURL, { config: { home } });
    expect(ok).toBe(true);
    expect(await remembered()).toEqual([{ tools: true }]);
  });

  it("never rely on tool_choice", async () => {
    const server = await serve(SELECT, PREVIEW, EDIT);
    await turnAt(server.baseURL);
    expect(JSON.stringify(server.asked.map(({ body }) => Object.keys(body)))).not.toContain("tool_choice");
  });

  it("that the endpoint refuses make room for a schema, in the same turn and the next", async () => {
    const server = await serve(NO_TOOLS, ...STEPS, ...STEPS);
    const first = await turnAt(server.baseURL, { config: { home } });
    expect(first).toMatchObject({ ok: true, text: "It fits. (edit-1)." });
    expect(faultsIn(first.events)).toEqual(["rung-lowered"]);
    expect(server.asked[1]?.body.response_format?.json_schema.name).toBe("step");
    expect(server.asked[1]?.body.tools).toBeUndefined();
    expect(await remembered()).toEqual([{ tools: false, schema: true }]);
    const second = await turnAt(server.baseURL, { config: { home } });
    expect(faultsIn(second.events)).toEqual([]);
    expect(server.asked).toHaveLength(7);
  });

  it("that are ignored are found out by a probe: the model answers in words where it should call", async () => {
    const server = await serve(saying("I would select the sign."), saying("ready"), ...STEPS);
    const outcome = await turnAt(server.baseURL, { config: { home } });
    expect(server.asked[1]?.body.tools?.[0]?.function.name).toBe("report_ready");
    expect(outcome.ok).toBe(true);
    expect(await remembered()).toEqual([{ tools: false, schema: true }]);
  });

  it("that work leave an answer in words as it is", async () => {
    const ready = calling({ name: "report_ready", args: { word: "ready" } });
    const server = await serve(saying("Colours are not geometry."), ready);
    const outcome = await turnAt(server.baseURL, { config: { home } });
    expect(outcome.refused).toMatchObject({ code: "not-understood", message: "Colours are not geometry." });
    expect(await remembered()).toEqual([{ tools: true }]);
  });

  it("spelled out in the text are made, and asked for as JSON from then on", async () => {
    const spelled =
      '<tool_call>\n{"name": "select_region", "arguments": {"imageId": "image-1", "box": [300, 200, 500, 400]}}\n</tool_call>';
    const server = await serve(saying(spelled), ...STEPS.slice(1));
    const port = scriptedPort({ look });
    const outcome = await turnAt(server.baseURL, { port });
    expect(port.argsOf("select_region")).toEqual([{ imageId: "image-1", box: [300, 200, 500, 400] }]);
    expect(faultsIn(outcome.events)).toEqual(["wrong-shape", "rung-lowered"]);
    expect(outcome.ok).toBe(true);
  });

  it("are not tried where the family is not trained for them", async () => {
    const server = await serve(...STEPS);
    const config = { model: "qwen2.5-vl-7b-instruct" };
    expect(await turnAt(server.baseURL, { config })).toMatchObject({ ok: true });
    expect(server.asked[0]?.body.tools).toBeUndefined();
  });
});

describe("a schema", () => {
  it("that the endpoint refuses makes room for JSON in words", async () => {
    const server = await serve(NO_TOOLS, NO_SCHEMA, ...STEPS);
    const outcome = await turnAt(server.baseURL, { config: { home } });
    expect(outcome.ok).toBe(true);
    expect(server.asked[2]?.body.response_format).toBeUndefined();
    expect(String(server.asked[2]?.body.messages[0]?.content)).toContain("## Form of your replies");
    expect(await remembered()).toEqual([{ tools: false, schema: false }]);
  });
});

describe("JSON in words", () => {
  const config = { rung: "prompt" } as const;

  it("runs the whole loop; the model's own JSON is repeated to it, answers come from the user with the picture", async () => {
    const server = await serve(...STEPS);
    expect(await turnAt(server.baseURL, { config })).toMatchObject({ ok: true, accepted: true });
    const messages = server.asked[2]?.body.messages.slice(2) ?? [];
    expect(messages.map(({ role }) => role)).toEqual(["assistant", "user", "user", "assistant", "user", "user"]);
    expect(JSON.parse(String(messages[0]?.content))).toMatchObject({
      tool: "select_region",
      say: "The sign is in the middle.",
    });
    expect(messages[1]?.content).toContain("select_region answered: region-1");
  });

  it("is found in the middle of a sentence and in a fence, and mended", async () => {
    const fenced =
      'Sure!\n```json\n{"say": "here", "tool": "select_region", "args": {imageId: "image-1", "box": [300, 200, 500, 400],}}\n```';
    const server = await serve(saying(fenced), ...STEPS.slice(1));
    const outcome = await turnAt(server.baseURL, { config });
    expect(outcome.ok).toBe(true);
    expect(faultsIn(outcome.events)).toEqual(["broken-json"]);
  });

  it("that cannot be used is asked for again, with what was wrong", async () => {
    const server = await serve(
      saying('{"tool": 7}'),
      saying('{"say": "x", "tool": "look", "args": {"id":'),
      STEPS[0] as Answer,
      ...STEPS.slice(1),
    );
    const outcome = await turnAt(server.baseURL, { config });
    expect(outcome.ok).toBe(true);
    expect(faultsIn(outcome.events)).toEqual(["wrong-shape", "broken-json"]);
    expect(JSON.stringify(server.asked[1]?.body.messages.at(-1))).toContain("Your reply could not be used: ");
  });

  it("ends with the tool none", async () => {
    const server = await serve(json("none", {}, "The picture shows no sign."));
    const outcome = await turnAt(server.baseURL, { config });
    expect(outcome.refused).toMatchObject({ code: "not-understood", message: "The picture shows no sign." });
  });

  it("that never comes leaves the model's words as the answer", async () => {
    const server = await serve(saying("There is no sign."));
    const outcome = await turnAt(server.baseURL, { config });
    expect(outcome.refused).toMatchObject({ code: "not-understood", message: "There is no sign." });
    expect(server.asked).toHaveLength(2);
  });

  it("may come after thoughts", async () => {
    const thinking = saying(
      `<think>The tool is {"tool": "look"}?</think>${JSON.stringify({ say: "x", tool: "none", args: {} })}`,
    );
    const server = await serve(thinking);
    expect((await turnAt(server.baseURL, { config })).refused?.message).toBe("x");
  });
});

describe("a question", () => {
  it("ends the turn with its choices", async () => {
    const ask = calling({
      name: "ask_person",
      args: { question: "Which sign?", choices: ["move the left sign", "move the right sign"] },
    });
    const server = await serve(ask);
    const outcome = await turnAt(server.baseURL);
    expect(outcome.question).toMatchObject({
      text: "Which sign?",
      choices: [{ say: "move the left sign" }, { say: "move the right sign" }],
    });
    expect(outcome.ok).toBe(false);
  });
});
