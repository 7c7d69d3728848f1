/** With the local planner nothing leaves the machine: the same turns with every way out refused. */
import dns from "node:dns";
import net from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAssistant } from "../../src/agent/assistant.ts";
import { Conversation } from "../../src/agent/conversation.ts";
import { createLocalPlanner } from "../../src/agent/local/planner.ts";
import { mcpToolPort } from "../../src/agent/mcp-port.ts";
import { toolCritic } from "../../src/agent/tool-critic.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";

let tour: Tour;
const attempts: string[] = [];

function refuse(what: string) {
  return (): never => {
    attempts.push(what);
    throw new Error(`${what} is refused in this test`);
  };
}

beforeEach(async () => {
  attempts.length = 0;
  vi.spyOn(net.Socket.prototype, "connect").mockImplementation(refuse("a socket"));
  vi.spyOn(dns, "lookup").mockImplementation(refuse("a name"));
  vi.spyOn(globalThis, "fetch").mockImplementation(refuse("fetch"));
  tour = await startTour(new FakeEngine());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await tour.close();
});

describe("with sockets refused", () => {
  it("the refusal itself works", async () => {
    expect(() => fetch("http://127.0.0.1:9")).toThrow("refused");
    expect(() => net.connect(9, "127.0.0.1")).toThrow("refused");
    expect(attempts).toEqual(["fetch", "a socket"]);
  });

  it("a conversation of the local planner edits, goes on, goes back and asks for a verdict", async () => {
    const { imageId } = await tour.ask("open_image", { path: "photo.png" });
    const port = mcpToolPort(tour.client);
    const planner = createLocalPlanner();
    const chat = new Conversation({ imageId: String(imageId), port, planner, critic: toolCritic(port) });
    for (const words of ["move it right 4 px", "a bit further", "undo that", "no, the other one", "make it nicer"]) {
      const { events } = await chat.say(words);
      expect(events.filter(({ type }) => type === "pixels-sent" || type === "model-usage")).toEqual([]);
    }
    expect(attempts).toEqual([]);
  });

  it("chat_edit without a configured model does the same", async () => {
    const { imageId } = await tour.ask("open_image", { path: "photo.png" });
    const wish = { imageId: String(imageId), request: "move it right 4 px" };
    const call = { signal: new AbortController().signal, onProgress: () => {} };
    const answer = await createAssistant().chat(wish, tour.ctx, call);
    expect(answer).toMatchObject({ ok: true, planner: "local" });
    expect(attempts).toEqual([]);
  });
});
