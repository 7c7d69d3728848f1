import { afterEach, describe, expect, it } from "vitest";
import type { Assistant, SamplingPort } from "../../src/tools/index.ts";
import { type Served, startServer } from "../helpers/served.ts";

let served: Served;
afterEach(() => served.close());

const ask = (sampling: SamplingPort | undefined, text: string, signal: AbortSignal) =>
  sampling?.ask({ system: "s", parts: [{ type: "text", text }], maxTokens: 10, signal });

/** Judges and chats by asking the caller's own model; a conversation asks once its call has been answered. */
function assistant(answered: Promise<void>): Assistant {
  return {
    propose: async () => undefined,
    async critique(_question, { sampling, signal }) {
      const why = String(await ask(sampling, "judge", signal));
      return { goal: 3, artefacts: 9, preservation: 10, verdict: "retry", change: { what: "grow-mask", why } };
    },
    async chat(_wish, _ctx, { sampling, signal }) {
      await answered;
      const text = String(await ask(sampling, "chat", signal));
      return { ok: false, text, planner: "sampling", assumed: [] };
    },
  };
}

describe("the caller's own model over HTTP", () => {
  it("is asked in the course of a call, and by a job that outlives its call", async () => {
    let release = () => {};
    const answered = new Promise<void>((resolve) => {
      release = resolve;
    });
    served = await startServer({ shared: { assistant: assistant(answered) } });
    const asked: string[] = [];
    const caller = await served.connect(undefined, (question) => {
      asked.push(question);
      return `answer ${asked.length}`;
    });
    const { imageId } = await caller.ask("open_image", { dataUri: served.dataUri });
    const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [4, 0] } }];
    const { editId } = await caller.ask("preview_edit", { imageId, operations });
    expect(JSON.stringify(await caller.call("critique_edit", { editId }))).toContain("answer 1");
    const { jobId } = await caller.ask("chat_edit", { imageId, request: "move it", waitSeconds: 0 });
    release();
    const job = await caller.call("job_status", { jobId, waitSeconds: 20 });
    expect(JSON.stringify(job)).toContain("answer 2");
    expect(asked.map((question) => /judge|chat/.exec(question)?.[0])).toEqual(["judge", "chat"]);
  });
});
