import { expect, test } from "vitest";
import type { Progress } from "../../src/engine/api.ts";
import { Tracker } from "../../src/engine/progress.ts";

test("steps that will not be taken are done with the one that says so, and the last one ends at the total", async () => {
  const told: Progress[] = [];
  const tracker = new Tracker(10, undefined, (progress) => told.push(progress));
  await tracker.step("drag", { loss: 3 });
  await tracker.step("drag", { loss: 2, skipped: 6 });
  await tracker.step("sample");
  await tracker.step("write", { skipped: 5 });
  expect(told).toEqual([
    { stage: "drag", done: 1, total: 10, loss: 3 },
    { stage: "drag", done: 8, total: 10, loss: 2 },
    { stage: "sample", done: 9, total: 10 },
    { stage: "write", done: 10, total: 10 },
  ]);
});
