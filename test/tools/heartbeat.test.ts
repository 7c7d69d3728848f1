import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Heartbeat, heartbeat } from "../../src/tools/heartbeat.ts";
import type { ToolProgress } from "../../src/tools/index.ts";

let sent: ToolProgress[];
let beat: Heartbeat;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  beat = heartbeat((progress) => sent.push(progress));
});
afterEach(() => {
  beat.stop();
  vi.useRealTimers();
});

const done = () => sent.map((progress) => progress.done);

function expectRising(): void {
  const values = done();
  values.slice(1).forEach((value, i) => {
    expect(value).toBeGreaterThan(values[i] ?? Number.POSITIVE_INFINITY);
  });
}

describe("heartbeat", () => {
  it("says something at least every two seconds, before the first report too", () => {
    vi.advanceTimersByTime(2000);
    expect(sent.length).toBeGreaterThanOrEqual(1);
    beat.report({ stage: "encode", done: 1, total: 10 });
    for (let second = 0; second < 20; second += 2) {
      const before = sent.length;
      vi.advanceTimersByTime(2000);
      expect(sent.length).toBeGreaterThan(before);
    }
    expect(sent.at(-1)).toMatchObject({ stage: "encode", total: 10 });
    expectRising();
    expect(done().at(-1)).toBeLessThan(2);
  });

  it("rises through beats, repeated reports and counts that begin anew", () => {
    for (const value of [0, 0, 1, 2, 2, 7]) {
      beat.report({ stage: "drag", done: value, total: 10 });
      vi.advanceTimersByTime(3100);
    }
    for (const value of [0, 3, 10]) {
      beat.report({ stage: "drag", done: value, total: 10 });
      vi.advanceTimersByTime(1600);
    }
    expectRising();
    for (const progress of sent) expect(progress.total).toBeGreaterThanOrEqual(progress.done);
  });

  it("repeats the place in the queue", () => {
    beat.report({ stage: "queued", done: 0, total: 1, ahead: 2 });
    vi.advanceTimersByTime(2000);
    expect(sent.at(-1)).toMatchObject({ stage: "queued", ahead: 2 });
  });

  it("falls silent when it is stopped", () => {
    beat.stop();
    vi.advanceTimersByTime(60_000);
    expect(sent).toEqual([]);
  });
});
