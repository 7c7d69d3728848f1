import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GraphListener, OUTSIDE } from "../../bench/listen.ts";
import { Stopwatch } from "../../src/engine/edit/stopwatch.ts";
import { input } from "../../src/engine/graph/value.ts";
import { type CompiledGraph, compile } from "../../src/engine/onnx/session.ts";

const product = () =>
  compile(
    { y: input("x", ["n", 5]).matmul(input("w", [5, 7])) },
    { graphDir: tmpdir(), providers: ["cpu"], threads: 1 },
  );
const feeds = (n: number) => ({
  x: { shape: [n, 5], data: new Float32Array(5 * n) },
  w: { shape: [5, 7], data: new Float32Array(35) },
});
const FLOP = 2 * 5 * 7;

describe("who listens", () => {
  let listener: GraphListener;
  let graph: CompiledGraph;
  beforeEach(async () => {
    listener = new GraphListener();
    graph = await product();
  });
  afterEach(async () => {
    listener.close();
    await graph.release();
  });

  it("hears of each run with its own sizes", async () => {
    await graph.run(feeds(3));
    await graph.run(feeds(4));
    const work = listener.takeAll();
    expect(work).toMatchObject({ flop: 7 * FLOP, runs: 2 });
    expect(work.seconds).toBeGreaterThan(0);
    expect(listener.takeAll().runs).toBe(0);
  });

  it("knows in which stage it was", async () => {
    const stopwatch = new Stopwatch();
    await graph.run(feeds(1));
    await stopwatch.time("drag", () => graph.run(feeds(2)));
    await graph.run(feeds(1));
    const flops = [...listener.take()].map(([stage, { flop }]) => [stage, flop / FLOP]);
    expect(Object.fromEntries(flops)).toEqual({ [OUTSIDE]: 2, drag: 2 });
    expect(listener.takePeaks().get("drag")).toBeGreaterThan(1e6);
  });

  it("is told of the end of a stage that failed", async () => {
    const failing = new Stopwatch().time("sample", () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    await graph.run(feeds(1));
    expect([...listener.take().keys()]).toEqual([OUTSIDE]);
  });
});

it("a graph compiled for nobody is told to nobody", async () => {
  const graph = await product();
  const listener = new GraphListener();
  await graph.run(feeds(3));
  expect(listener.takeAll().runs).toBe(0);
  listener.close();
  await graph.release();
});
