/** Several children behind one engine: what runs where, what waits for what, and how ends are told apart. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import type { EditRequest } from "../../../src/engine/api.ts";
import { writePng } from "../../../src/engine/image/raster-io.ts";
import { ProcessEngine, type ProcessOptions } from "../../../src/engine/process/engine.ts";
import { endedBy } from "../../../src/engine/process/failures.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import type { Quality } from "../../../src/engine/recipe/schema.ts";
import { discOnGround } from "../../helpers/pictures.ts";

const OBEDIENT = new URL("./obedient-worker.ts", import.meta.url);
const folder = await mkdtemp(join(tmpdir(), "dragflow-engine-"));
const engines: ProcessEngine[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function engineOf(options: Partial<ProcessOptions> = {}): ProcessEngine {
  const engine = new ProcessEngine({ home: join(folder, "home"), ...options });
  engines.push(engine);
  return engine;
}

function request(image: string, quality: Quality, iterations = 1): EditRequest {
  const recipe = parseRecipe({
    operations: [
      { region: { ellipse: { center: [36, 48], radius: [14, 14] } }, motion: { type: "relocation", by: [20, 0] } },
    ],
    quality,
    options: { numSteps: 4, skip: 3, workingSize: 64, transportIterations: iterations, intensifyIterations: 0 },
  });
  return { image, recipe, baseDir: folder, dir: join(folder, quality) };
}

describe("kinds of child", () => {
  it("edits with a model go to the model child, all else to a retouch child; each starts when it is needed", async () => {
    const engine = engineOf({ worker: OBEDIENT });
    expect(engine.pids).toEqual({ model: undefined, retouch: [] });
    expect(await engine.inspect("a")).toMatchObject({ kind: "retouch" });
    expect(await engine.edit(request("a", "preview"))).toMatchObject({ kind: "retouch" });
    expect(engine.pids.model).toBeUndefined();
    expect(await engine.edit(request("a", "fast"))).toMatchObject({ kind: "model", pid: engine.pids.model });
    expect(await engine.edit(request("a", "full"))).toMatchObject({ kind: "model", pid: engine.pids.model });
    expect(engine.pids.retouch).toHaveLength(1);
  });

  it("two retouch calls run at the same time, a third waits; the second process ends when it has idled", async () => {
    const engine = engineOf({ worker: OBEDIENT, idleMs: 50 });
    const slow = [engine.inspect("wait 300"), engine.inspect("wait 300"), engine.inspect("a")];
    expect(engine.pids.retouch).toHaveLength(2);
    const pids = (await Promise.all(slow)).map((answer) => "pid" in answer && answer.pid);
    expect(new Set(pids).size).toBe(2);
    await vi.waitFor(() => expect(engine.pids.retouch).toEqual([pids[0]]), 5000);
    expect(await engine.inspect("a")).toMatchObject({ pid: pids[0] });
  });

  it("looking and previewing answer while an edit with the model runs", async () => {
    const image = join(folder, "disc.png");
    await writePng(image, discOnGround(96, 96, 36, 48, 14));
    // Kept between runs: it holds compiled graphs.
    const engine = engineOf({ home: join(tmpdir(), "dragflow-test-home") });
    const controller = new AbortController();
    let dragging = () => {};
    const started = new Promise<void>((resolve) => {
      dragging = resolve;
    });
    let ended = false;
    const edit = engine
      .edit(request(image, "full", 1000), {
        signal: controller.signal,
        onProgress: ({ stage }) => stage === "drag" && dragging(),
      })
      .finally(() => {
        ended = true;
      });
    const outcome = expect(edit).rejects.toMatchObject({ code: "cancelled" });
    await started;
    expect(await engine.look({ image })).toMatchObject({ mimeType: "image/webp", width: 96 });
    expect(await engine.edit(request(image, "preview"))).toMatchObject({ tier: "preview" });
    expect(ended).toBe(false);
    controller.abort();
    await outcome;
  }, 60_000);
});

describe("waiting calls", () => {
  it("are cancelled at once, and the one at work goes on", async () => {
    const engine = engineOf({ worker: OBEDIENT, retouchers: 1, graceMs: 10 });
    const working = engine.inspect("wait 200");
    const controller = new AbortController();
    const waiting = expect(engine.inspect("a", { signal: controller.signal })).rejects.toMatchObject({
      code: "cancelled",
    });
    controller.abort();
    await waiting;
    expect(await working).toMatchObject({ pid: engine.pids.retouch[0] });
  });

  it("go to a new process when theirs ends", async () => {
    const engine = engineOf({ worker: OBEDIENT, retouchers: 1 });
    const crash = expect(engine.inspect("exit 7")).rejects.toMatchObject({ code: "engine-crashed" });
    const waiting = engine.inspect("a");
    await crash;
    expect(await waiting).toMatchObject({ kind: "retouch", pid: engine.pids.retouch[0] });
  });
});

describe("ends", () => {
  it.each([
    ["abort", "out-of-memory"],
    ["exit 134", "out-of-memory"],
    ["starve", "out-of-memory"],
    ["exit 1", "engine-crashed"],
  ])("%s is %s", async (order, code) => {
    await expect(engineOf({ worker: OBEDIENT }).inspect(order)).rejects.toMatchObject({ code });
  });

  it.each([
    [0, "engine-crashed"],
    [1, "out-of-memory"],
  ])("SIGKILL while the kernel ended %i processes for memory is %s", (memoryKills, code) => {
    expect(endedBy({ code: null, signal: "SIGKILL", memoryKills })).toMatchObject({ code });
  });
});
