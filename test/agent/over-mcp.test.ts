import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Conversation } from "../../src/agent/conversation.ts";
import { createLocalPlanner } from "../../src/agent/local/planner.ts";
import { runTurn } from "../../src/agent/loop.ts";
import { mcpToolPort } from "../../src/agent/mcp-port.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";

let engine: FakeEngine;
let tour: Tour;
let imageId: string;

beforeEach(async () => {
  engine = new FakeEngine();
  tour = await startTour(engine);
  imageId = String((await tour.ask("open_image", { path: "photo.png" })).imageId);
});
afterEach(() => tour.close());

const local = () => ({ imageId, port: mcpToolPort(tour.client), planner: createLocalPlanner() });

describe("the agent over the real tools", () => {
  it("edits with the motion that was said and hears of the progress", async () => {
    const outcome = await runTurn({ ...local(), request: "move the sign 10 px to the right" });
    expect(outcome).toMatchObject({ ok: true, tier: "full", accepted: true, best: { receipt: { outsideChanged: 0 } } });
    expect(engine.edits.map((edit) => edit.recipe.quality)).toEqual(["preview", "full"]);
    expect(engine.edits[1]?.recipe).toMatchObject({
      seed: 42,
      operations: [{ label: "sign", motion: { by: [10, 0] } }],
    });
    expect(outcome.events.some((event) => event.type === "progress" && event.progress.message.startsWith("drag"))).toBe(
      true,
    );
  });

  it("chains what is said", async () => {
    const chat = new Conversation(local());
    await chat.say("move it right 4 px");
    await chat.say("a bit further");
    expect(engine.edits.at(-1)?.recipe.operations[0]?.motion).toEqual({ type: "relocation", by: [6.4, 0] });
  });

  it("tells an unknown picture with the tools' own code", async () => {
    const outcome = await runTurn({ ...local(), imageId: "image-none", request: "move it up 5 px" });
    expect(outcome.refused).toMatchObject({ code: "not-found" });
  });

  it("cancels the edit that is running", async () => {
    engine.options = { stepMs: 5 };
    const abort = new AbortController();
    const outcome = await runTurn({
      ...local(),
      request: "move it up 5 px",
      quality: "preview",
      signal: abort.signal,
      onEvent: (event) => event.type === "progress" && abort.abort(),
    });
    expect(outcome.refused).toMatchObject({ code: "cancelled" });
    expect(outcome.editId).toBeUndefined();
  });
});
