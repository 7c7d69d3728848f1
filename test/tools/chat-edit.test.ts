import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChatAnswer, ChatWish } from "../../src/tools/assistant.ts";
import type { Assistant, SamplingPort, ToolCall, ToolContext } from "../../src/tools/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";
import { askTool, callTool } from "../helpers/tool-call.ts";

let engine: FakeEngine;
let tour: Tour;
let imageId: string;

beforeEach(async () => {
  engine = new FakeEngine();
  tour = await startTour(engine);
  imageId = String((await askTool("open_image", { path: "photo.png" }, tour.ctx)).imageId);
});
afterEach(() => tour.close());

type Chat = Assistant["chat"];

function withChat(chat: Chat): ToolContext {
  const none = async () => undefined;
  return { ...tour.ctx, assistant: { propose: none, critique: none, chat } };
}

const SAID: ChatAnswer = { ok: true, text: "Done.", planner: "local", assumed: ["it is the sign"] };

/** Edits as the loop does: through the tools, as a job of its own. */
const editing: Chat = async (wish, ctx, call) => {
  const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [10, 0] } }];
  const args = { imageId: wish.imageId, operations, quality: "fast", waitSeconds: 20 };
  const { editId } = await askTool("start_edit", args, ctx, call);
  return { ...SAID, editId: String(editId) };
};

describe("chat_edit", () => {
  it("says what is missing where no agent is at hand", async () => {
    const { text } = await callTool("chat_edit", { imageId, request: "move it left" }, tour.ctx);
    expect(text).toMatch(/^not-available: .*Select a region/);
  });

  it("answers with the edit that the conversation made, though edits are jobs too", async () => {
    const ctx = withChat(editing);
    const job = await askTool("chat_edit", { imageId, request: "move it left", waitSeconds: 20 }, ctx);
    expect(job).toMatchObject({
      status: "done",
      edit: { tier: "fast", imageId },
      answer: { ok: true, text: "Done.", planner: "local", assumed: ["it is the sign"] },
    });
  });

  it("passes wish, sampling and progress on", async () => {
    const seen: { wish?: ChatWish; call?: ToolCall } = {};
    const ctx = withChat(async (wish, _ctx, call) => {
      Object.assign(seen, { wish, call });
      call.onProgress({ stage: "working", done: 1, total: 3 });
      await new Promise((resolve) => setTimeout(resolve, 30));
      call.onProgress({ stage: "drag", done: 2, total: 3 });
      return SAID;
    });
    const regionId = (await askTool("select_region", { imageId, box: [4, 4, 20, 20] }, ctx)).regionId;
    const sampling: SamplingPort = { ask: async () => "" };
    const told: number[] = [];
    const onProgress: ToolCall["onProgress"] = ({ done }) => told.push(done);
    const args = { imageId, request: "  move it left ", rounds: 2, regionId, waitSeconds: 20 };
    await askTool("chat_edit", args, ctx, { sampling, onProgress });
    expect(seen.wish).toEqual({ imageId, request: "move it left", rounds: 2, regionId });
    expect(seen.call?.sampling).toBe(sampling);
    expect(told.at(-1)).toBe(2);
  });

  it("carries a question back as an answer", async () => {
    const question = { text: "Which one?", choices: ["the left sign", "the right sign"] };
    const ctx = withChat(async () => ({ ...SAID, ok: false, question }));
    const job = await askTool("chat_edit", { imageId, request: "move it", waitSeconds: 20 }, ctx);
    expect(job).toMatchObject({ status: "done", answer: { ok: false, question } });
    expect(job).not.toHaveProperty("editId");
  });

  it("goes on after the wait, and is cancelled by its job", async () => {
    const ctx = withChat((_wish, _ctx, { signal }) => {
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    const { jobId, status } = await askTool("chat_edit", { imageId, request: "move it" }, ctx);
    expect(["queued", "running"]).toContain(status);
    expect(await askTool("cancel_job", { jobId }, ctx)).toMatchObject({ status: "cancelled" });
  });

  it("keeps the unexpected out of the job", async () => {
    const ctx = withChat(() => Promise.reject(new TypeError("secret detail")));
    const job = await askTool("chat_edit", { imageId, request: "move it", waitSeconds: 20 }, ctx);
    expect(job).toMatchObject({ status: "failed", error: { code: "engine-failed" } });
    expect(JSON.stringify(job)).not.toContain("secret");
  });

  it("refuses pictures and regions of others before anything is queued", async () => {
    const ctx = withChat(() => Promise.reject(new Error("not asked")));
    for (const args of [{ imageId: "img_0" }, { imageId, regionId: "reg_0" }]) {
      expect((await callTool("chat_edit", { ...args, request: "move it" }, ctx)).text).toMatch(/^not-found/);
    }
  });
});
