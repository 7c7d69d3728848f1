import { expect, it } from "vitest";
import type { Progress } from "../../src/engine/api.ts";
import { EditError } from "../../src/errors.ts";
import { JobQueue, type JobResult, type JobStatus } from "../../src/session/index.ts";

const STEP: Progress = { stage: "drag", done: 1, total: 2 };

/** A job's work that ends when the test says so, or with the signal. */
function held() {
  let release = (_: JobResult) => {};
  const gate = new Promise<JobResult>((resolve) => {
    release = resolve;
  });
  const work = ({ signal }: { signal: AbortSignal }) =>
    new Promise<JobResult>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      gate.then(resolve);
    });
  return { release: () => release({ editId: "edit_x" }), work };
}

it("runs one at a time, in order", async () => {
  const queue = new JobQueue();
  const { release, work } = held();
  const order: string[] = [];
  const first = queue.start(async (call) => {
    order.push("first");
    return work(call);
  });
  const second = queue.start(async () => {
    order.push("second");
    return { editId: "edit_y" };
  });
  await queue.wait(first.jobId, { seconds: 0.02 });
  expect(order).toEqual(["first"]);
  expect(queue.view(second.jobId)).toMatchObject({ status: "queued", ahead: 1 });
  release();
  expect(await queue.wait(second.jobId, { seconds: 5 })).toMatchObject({ status: "done", editId: "edit_y" });
  expect(queue.view(first.jobId)).toMatchObject({ status: "done", editId: "edit_x" });
});

it("lets a conversation wait for the edit it started", async () => {
  const queue = new JobQueue();
  const chat = queue.start(
    async () => {
      const edit = queue.start(async () => ({ editId: "edit_x" }));
      const { editId = "none" } = await queue.wait(edit.jobId, { seconds: 5 });
      return { editId, answer: { text: "moved" } };
    },
    { lane: "conversations" },
  );
  const later = queue.start(async () => ({ answer: {} }), { lane: "conversations" });
  expect(later.ahead).toBe(1);
  const ended = await queue.wait(chat.jobId, { seconds: 5 });
  expect(ended).toEqual({ jobId: chat.jobId, status: "done", editId: "edit_x", answer: { text: "moved" } });
  expect(await queue.wait(later.jobId, { seconds: 5 })).toMatchObject({ status: "done" });
});

it("tells a waiting job how many open ones run before it", async () => {
  const queue = new JobQueue();
  const { release, work } = held();
  const [first, second, third] = [queue.start(work), queue.start(work), queue.start(work)];
  expect([first.ahead, second.ahead, third.ahead]).toEqual([0, 1, 2]);
  queue.cancel(second.jobId);
  await queue.wait(first.jobId, { seconds: 0.01 });
  expect(queue.view(first.jobId)).toEqual({ jobId: first.jobId, status: "running" });
  expect(queue.view(third.jobId).ahead).toBe(1);
  release();
  const ended = await queue.wait(third.jobId, { seconds: 5 });
  expect(ended).toEqual({ jobId: third.jobId, status: "done", editId: "edit_x" });
});

it("keeps the last progress, and tells those who wait", async () => {
  const queue = new JobQueue();
  const seen: Progress[] = [];
  const { jobId } = queue.start(async ({ onProgress }) => {
    onProgress(STEP);
    return { editId: "edit_x" };
  });
  const view = await queue.wait(jobId, { seconds: 5, onProgress: (progress) => seen.push(progress) });
  expect(seen).toEqual([STEP]);
  expect(view.progress).toEqual(STEP);
});

it("ends a queued job at once, without running it", async () => {
  const queue = new JobQueue();
  const { release, work } = held();
  queue.start(work);
  let ran = false;
  const { jobId } = queue.start(async () => {
    ran = true;
    return { editId: "edit_y" };
  });
  const waiting = queue.wait(jobId, { seconds: 5 });
  expect(queue.cancel(jobId).status).toBe("cancelled");
  expect((await waiting).status).toBe("cancelled");
  release();
  await queue.close();
  expect(ran).toBe(false);
});

it("cancels the running job, and goes on with the next", async () => {
  const queue = new JobQueue();
  const { jobId } = queue.start(held().work);
  const next = queue.start(async () => ({ editId: "edit_y" }));
  await queue.wait(jobId, { seconds: 0.01 });
  queue.cancel(jobId);
  expect((await queue.wait(jobId, { seconds: 5 })).status).toBe("cancelled");
  expect((await queue.wait(next.jobId, { seconds: 5 })).status).toBe("done");
  expect(queue.cancel(next.jobId).status).toBe("done");
});

it.each<[string, Error, JobStatus, string]>([
  ["an EditError", new EditError("region-empty", "none", { hint: "Draw" }), "failed", "region-empty"],
  ["a bug", new TypeError("bug"), "failed", "unexpected"],
  ["a cancellation by the engine", new EditError("cancelled", "gone"), "cancelled", "cancelled"],
])("records %s", async (_, error, status, code) => {
  const queue = new JobQueue();
  const { jobId } = queue.start(() => Promise.reject(error));
  expect(await queue.wait(jobId, { seconds: 5 })).toMatchObject({ status, error: { code } });
});

it("stops waiting when the signal fires, and leaves the job alone", async () => {
  const queue = new JobQueue();
  const { release, work } = held();
  const { jobId } = queue.start(work);
  const abort = new AbortController();
  const waiting = queue.wait(jobId, { seconds: 60, signal: abort.signal });
  setTimeout(() => abort.abort(), 5);
  expect((await waiting).status).toBe("running");
  release();
  expect((await queue.wait(jobId, { seconds: 5 })).status).toBe("done");
});

it("refuses unknown ids", () => {
  expect(() => new JobQueue().view("job_0")).toThrow(EditError);
});
