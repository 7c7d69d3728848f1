/** Each fault that an endpoint or a model can make: handled, counted, told. */
import { afterEach, describe, expect, it } from "vitest";
import { scriptedPort } from "../scripted-port.ts";
import { type Answer, calling, chunk, saying } from "./scripted-server.ts";
import { closeServers, EDIT, faultsIn, KEY, look, OPERATIONS, PREVIEW, SELECT, serve, turnAt } from "./turns.ts";

afterEach(closeServers);

describe("the wire", () => {
  it.each([408, 409, 429, 500, 502, 503, 529])("status %i is asked again, and told", async (status) => {
    const server = await serve({ status }, SELECT, PREVIEW, EDIT);
    const outcome = await turnAt(server.baseURL);
    expect(outcome.ok).toBe(true);
    expect(faultsIn(outcome.events)).toEqual(["request-failed"]);
    expect(server.asked).toHaveLength(4);
  });

  it.each([401, 403])("status %i is final, and what it says of the key is not repeated", async (status) => {
    const server = await serve({ status, body: { error: { message: `Incorrect key ${KEY}` } } });
    const outcome = await turnAt(server.baseURL);
    expect(server.asked).toHaveLength(1);
    expect(outcome.refused).toMatchObject({
      code: "model-endpoint",
      message: `Expected an answer from ${server.host}, got status ${status}`,
    });
  });

  it("gives up after the retries, with status and host", async () => {
    const server = await serve({ status: 503, body: { error: { message: "overloaded" } } });
    const outcome = await turnAt(server.baseURL, { config: { retries: 1 } });
    expect(server.asked).toHaveLength(2);
    expect(outcome.refused?.message).toBe(`Expected an answer from ${server.host}, got status 503: overloaded`);
  });

  it("waits as long as Retry-After says", async () => {
    const headers = { "retry-after-ms": "", "retry-after": "0.2" };
    const server = await serve({ status: 429, headers }, SELECT, PREVIEW, EDIT);
    const start = performance.now();
    const outcome = await turnAt(server.baseURL);
    expect(performance.now() - start).toBeGreaterThan(190);
    expect(outcome.events).toContainEqual(
      expect.objectContaining({ type: "model-fault", text: expect.stringContaining("again in 0.2 s") }),
    );
  });

  it("does not wait for an hour", async () => {
    const server = await serve({ status: 429, headers: { "retry-after-ms": "", "retry-after": "3600" } });
    const outcome = await turnAt(server.baseURL);
    expect(server.asked).toHaveLength(1);
    expect(outcome.refused).toMatchObject({ code: "model-endpoint", message: expect.stringContaining("status 429") });
  });

  it("asks again when the connection goes away", async () => {
    const server = await serve({ hangUp: true }, SELECT, PREVIEW, EDIT);
    const outcome = await turnAt(server.baseURL);
    expect(outcome.ok).toBe(true);
    expect(faultsIn(outcome.events)).toEqual(["request-failed"]);
  }, 10_000);

  it("gives up on an endpoint that does not answer", async () => {
    const server = await serve({ never: () => {} });
    const outcome = await turnAt(server.baseURL, { config: { timeoutMs: 60, retries: 0 } });
    expect(outcome.refused).toMatchObject({
      code: "model-endpoint",
      message: `${server.host} did not answer in time`,
    });
  });

  it("lets go at once when the turn is cancelled while it waits for another attempt", async () => {
    const abort = new AbortController();
    const server = await serve({ status: 429, headers: { "retry-after-ms": "30000" } });
    const turn = turnAt(server.baseURL, {
      turn: { signal: abort.signal, onEvent: ({ type }) => type === "model-fault" && abort.abort() },
    });
    expect((await turn).refused).toMatchObject({ code: "cancelled" });
  });

  it.each([301, 302, 307, 308])("redirect %i is not followed: key and picture stay with the host", async (status) => {
    const other = await serve(SELECT);
    const server = await serve({ status, headers: { location: `${other.baseURL}/chat/completions` } });
    const outcome = await turnAt(server.baseURL);
    expect(other.asked).toEqual([]);
    expect(server.asked).toHaveLength(1);
    expect(outcome.refused?.message).toContain(`got a redirect (${status}), which is not followed`);
  });

  it.each<[string, Answer]>([
    ["JSON of another kind", { body: { hello: "world" } }],
    ["a page", { body: "<html>It works!</html>", type: "text/html" }],
    ["nothing", { body: "" }],
  ])("an answer that is no completion: %s", async (_, answer) => {
    const server = await serve(answer);
    const outcome = await turnAt(server.baseURL);
    expect(outcome.refused).toMatchObject({
      code: "model-endpoint",
      message: expect.stringContaining("another answer"),
    });
    expect(faultsIn(outcome.events)).toEqual(["not-a-completion"]);
  });
});

describe("streams", () => {
  const args = JSON.stringify({ imageId: "image-1", box: [300, 200, 500, 400] });
  const call = (index: number, rest: object) => chunk({ tool_calls: [{ index, ...rest }] });
  const streamed: Answer = {
    chunks: [
      chunk({ role: "assistant", content: "The sign " }),
      chunk({ content: "is there." }),
      call(0, { id: "call_a", type: "function", function: { name: "select_region", arguments: "" } }),
      call(0, { function: { arguments: args.slice(0, 20) } }),
      call(0, { function: { arguments: args.slice(20) } }),
      chunk({}, "tool_calls"),
      { choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } },
    ],
    end: "done",
  };

  it("are put together again, word by word told, with their usage", async () => {
    const server = await serve(streamed, PREVIEW, EDIT);
    const port = scriptedPort({ look });
    const outcome = await turnAt(server.baseURL, { config: { stream: true }, port });
    expect(server.asked[0]?.body.stream).toBe(true);
    expect(port.argsOf("select_region")).toEqual([JSON.parse(args)]);
    const deltas = outcome.events.flatMap((event) => (event.type === "model-text" ? [event.delta] : []));
    expect(deltas).toEqual(["The sign ", "is there."]);
    expect(outcome.events).toContainEqual({ type: "model-usage", inputTokens: 7, outputTokens: 3 });
    expect(outcome.ok).toBe(true);
  });

  it.each(["silent", "broken"] as const)(
    "that end before the reply does (%s) are asked for again",
    async (end) => {
      const half: Answer = { chunks: [chunk({ content: "The sign " })], end };
      const server = await serve(half, streamed, PREVIEW, EDIT);
      const outcome = await turnAt(server.baseURL, { config: { stream: true } });
      expect(faultsIn(outcome.events)).toEqual(["partial-stream"]);
      expect(outcome.ok).toBe(true);
    },
    10_000,
  );

  it("are not asked for unless someone listens", async () => {
    const server = await serve(SELECT, PREVIEW, EDIT);
    await turnAt(server.baseURL);
    expect(server.asked.map(({ body }) => body.stream)).toEqual([false, false, false]);
  });
});

describe("replies", () => {
  it("without a choice, or empty, are asked for again", async () => {
    const server = await serve({ body: { choices: [] } }, saying(""), SELECT, PREVIEW, EDIT);
    const outcome = await turnAt(server.baseURL);
    expect(faultsIn(outcome.events)).toEqual(["empty-reply", "empty-reply"]);
    expect(outcome.ok).toBe(true);
  });

  it("that stay empty end the turn with the model's name", async () => {
    const server = await serve(saying(""));
    const outcome = await turnAt(server.baseURL);
    expect(server.asked).toHaveLength(3);
    expect(outcome.refused).toMatchObject({ code: "model-endpoint", message: expect.stringContaining("scripted") });
  });

  it("that refuse are refusals in the model's words", async () => {
    const server = await serve({ message: { content: null, refusal: "I do not edit people." } });
    const outcome = await turnAt(server.baseURL);
    expect(outcome.refused).toMatchObject({
      code: "not-understood",
      message: "The model refused: I do not edit people.",
    });
    expect(faultsIn(outcome.events)).toEqual(["refusal"]);
  });

  it("held back by a content filter say so", async () => {
    const server = await serve(saying("", "content_filter"));
    const outcome = await turnAt(server.baseURL);
    expect(outcome.refused?.message).toContain("content filter");
    expect(faultsIn(outcome.events)).toEqual(["content-filter"]);
  });

  it("that were cut off are asked for again, shorter", async () => {
    const cut: Answer = {
      message: {
        content: null,
        tool_calls: [{ id: "a", type: "function", function: { name: "select_region", arguments: '{"imageId": "im' } }],
      },
      finish: "length",
    };
    const server = await serve(cut, SELECT, PREVIEW, EDIT);
    const outcome = await turnAt(server.baseURL);
    expect(faultsIn(outcome.events)).toEqual(["cut-off"]);
    expect(JSON.stringify(server.asked[1]?.body.messages.at(-1))).toContain("cut off before its end");
    expect(outcome.ok).toBe(true);
  });

  it("with JSON that is slightly broken are mended", async () => {
    const broken = calling({ name: "select_region", args: "{imageId: 'image-1', box: [300, 200, 500, 400,],}" });
    const server = await serve(broken, PREVIEW, EDIT);
    const port = scriptedPort({ look });
    const outcome = await turnAt(server.baseURL, { port });
    expect(port.argsOf("select_region")).toEqual([{ imageId: "image-1", box: [300, 200, 500, 400] }]);
    expect(faultsIn(outcome.events)).toEqual(["broken-json"]);
  });

  it("with JSON that ends in the middle are not guessed at", async () => {
    const server = await serve(
      calling({ name: "select_region", args: '{"imageId": "image-1", "box": [300', id: "cut" }),
      SELECT,
      PREVIEW,
      EDIT,
    );
    const port = scriptedPort({ look });
    const outcome = await turnAt(server.baseURL, { port });
    expect(port.argsOf("select_region")).toHaveLength(1);
    expect(faultsIn(outcome.events)).toEqual(["broken-json"]);
  });
});

describe("tool calls", () => {
  it.each([
    ["no id", null],
    ["an id that was used before", "call_select_region_0"],
  ])("with %s get one of ours", async (_, id) => {
    const server = await serve(
      SELECT,
      calling({ name: "preview_edit", args: { imageId: "image-1", operations: OPERATIONS }, id }),
      EDIT,
    );
    const outcome = await turnAt(server.baseURL);
    expect(faultsIn(outcome.events)).toEqual(["wrong-call-id"]);
    const messages = server.asked[2]?.body.messages ?? [];
    const ids = messages.flatMap((message) => message.tool_calls?.map((call) => call.id) ?? []);
    expect(new Set(ids).size).toBe(2);
    expect(ids[1]).toMatch(/^[a-z0-9]{9}$/i);
    expect(messages.flatMap((message) => message.tool_call_id ?? [])).toEqual(ids);
  });

  it("of tools that do not exist are answered with those that do", async () => {
    const server = await serve(calling({ name: "make_beautiful", args: {} }), SELECT, PREVIEW, EDIT);
    const outcome = await turnAt(server.baseURL);
    expect(faultsIn(outcome.events)).toEqual(["unknown-tool"]);
    expect(outcome.ok).toBe(true);
  });

  it("in fifties: the first is made, the model sees its answer", async () => {
    const fifty = Array.from({ length: 50 }, (_, i) => ({
      name: "look",
      args: { id: "image-1", crop: [0, 0, i + 1, 10] },
    }));
    const server = await serve(calling(...fifty), SELECT, PREVIEW, EDIT);
    const port = scriptedPort({ look });
    const outcome = await turnAt(server.baseURL, { port });
    expect(port.argsOf("look")).toHaveLength(2);
    expect(server.asked[1]?.body.messages.flatMap((message) => message.tool_calls ?? [])).toHaveLength(1);
    expect(outcome.events).toContainEqual({
      type: "model-fault",
      kind: "many-calls",
      count: 1,
      text: "50 calls at once; the first was made",
    });
  });

  it("in a loop are told once, twice, and then ended", async () => {
    const server = await serve(calling({ name: "look", args: { id: "image-1" } }));
    const port = scriptedPort({ look });
    const outcome = await turnAt(server.baseURL, { port });
    // The turn's own look, and two of the model's; the others were answered without the tool.
    expect(port.argsOf("look")).toHaveLength(3);
    const told = outcome.events.flatMap((event) =>
      event.type === "model-fault" && event.kind === "repeated-call" ? [event.count] : [],
    );
    expect(told).toEqual([1, 2, 3, 4]);
    expect(outcome.refused?.message).toBe("Stopped: the model asked for the same look 6 times.");
  });
});

describe("keys", () => {
  it("are in no event, no transcript and no error", async () => {
    const server = await serve({
      status: 404,
      body: { error: { message: `model not found for ${KEY} (Bearer ${KEY})` } },
    });
    const outcome = await turnAt(server.baseURL, { config: { rung: "tools" } });
    expect(outcome.refused?.message).toContain("status 404: model not found for [key]");
    expect(JSON.stringify(outcome)).not.toContain(KEY);
    expect(server.asked[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });
});
