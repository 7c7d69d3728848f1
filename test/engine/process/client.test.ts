import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Preview, Progress } from "../../../src/engine/api.ts";
import { writePng } from "../../../src/engine/image/raster-io.ts";
import { EngineClient } from "../../../src/engine/process/client.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { discOnGround } from "../../helpers/pictures.ts";

const SCRIPTED = new URL("./scripted-worker.ts", import.meta.url);

let folder: string;
let image: string;
const clients: EngineClient[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dragflow-process-"));
  image = join(folder, "disc.png");
  await writePng(image, discOnGround(96, 96, 36, 48, 14));
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function client(options: { worker?: URL; graceMs?: number } = {}): EngineClient {
  const created = new EngineClient({ home: join(folder, "home"), ...options });
  clients.push(created);
  return created;
}

/** `name` is the folder that the edit would write. */
function request(name: string, iterations: number) {
  const recipe = parseRecipe({
    operations: [
      { region: { ellipse: { center: [36, 48], radius: [14, 14] } }, motion: { type: "relocation", by: [20, 0] } },
    ],
    options: { numSteps: 4, skip: 3, workingSize: 64, transportIterations: iterations, intensifyIterations: 0 },
  });
  return { image, recipe, baseDir: folder, dir: join(folder, name) };
}

/** Resolves once the process is inside its drag loop. */
function watch(): { onProgress: (progress: Progress) => void; dragging: Promise<void>; seen: Progress[] } {
  const seen: Progress[] = [];
  let started = () => {};
  const dragging = new Promise<void>((resolve) => {
    started = resolve;
  });
  const onProgress = (progress: Progress) => {
    seen.push(progress);
    if (progress.stage === "drag") started();
  };
  return { onProgress, dragging, seen };
}

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? 0, 0);
    return true;
  } catch {
    return false;
  }
}

describe("the engine's own process", () => {
  const engine = new EngineClient({ home: join(tmpdir(), "dragflow-test-home") }); // one, kept warm over these tests
  afterAll(() => engine.close());

  test("progress arrives, never falls, ends at its total, and the loss comes with each iteration", async () => {
    const { onProgress, seen } = watch();
    await engine.edit(request("whole", 3), { onProgress });
    const done = seen.map((progress) => progress.done);
    expect(done).toEqual(done.map((_, i) => i + 1));
    expect(seen.at(-1)).toMatchObject({ stage: "write", done: seen[0]?.total, total: seen[0]?.total });
    const losses = seen.filter(({ stage }) => stage === "drag").map(({ loss }) => loss);
    expect(losses).toHaveLength(3);
    for (const loss of losses) expect(loss).toBeGreaterThan(0);
  });

  test("a cancelled edit stops at its next iteration, leaves nothing, and the process goes on", async () => {
    const before = await readdir(folder);
    const { onProgress, dragging, seen } = watch();
    const controller = new AbortController();
    const edit = engine.edit(request("stopped", 1000), { signal: controller.signal, onProgress });
    const outcome = expect(edit).rejects.toMatchObject({ code: "cancelled" });
    await dragging;
    const at = seen.length;
    controller.abort();
    await outcome;
    expect(seen.length - at).toBeLessThan(20); // iterations that were done before the message arrived
    const { pid } = engine;
    expect(await readdir(folder)).toEqual(before);
    expect(await engine.inspect(image)).toMatchObject({ width: 96, height: 96, format: "png" });
    expect(engine.pid).toBe(pid);
  });

  test("when the process is killed, the call in flight fails as engine-crashed and the next one works", async () => {
    const { onProgress, dragging } = watch();
    const outcome = expect(engine.edit(request("killed", 1000), { onProgress })).rejects.toMatchObject({
      code: "engine-crashed",
      message: expect.stringContaining("SIGKILL"),
    });
    await dragging;
    const { pid } = engine;
    process.kill(pid as number, "SIGKILL");
    await outcome;
    expect(await engine.inspect(image)).toMatchObject({ format: "png" });
    expect(engine.pid).not.toBe(pid);
  });
});

describe("the client", () => {
  test("an error keeps its code, message and hint across the channel", async () => {
    const missing = join(folder, "missing.png");
    await expect(client().inspect(missing)).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining(missing),
    });
  });

  test("a call whose signal is already aborted starts nothing", async () => {
    const engine = client({ worker: SCRIPTED });
    await expect(engine.inspect("a", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
    expect(engine.pid).toBeUndefined();
  });

  test("previews cross the channel where somebody looks, and are not made where nobody does", async () => {
    const engine = client({ worker: SCRIPTED });
    const seen: Preview[] = [];
    expect(await engine.edit(request("a", 1), { onPreview: (preview) => seen.push(preview) })).toBe(true);
    expect(seen).toEqual([{ data: Uint8Array.of(1, 2, 3), mimeType: "image/webp", width: 4, height: 5 }]);
    expect(await engine.edit(request("b", 1))).toBe(false);
  });

  test("close ends the process, rejects what is in flight, and a later call starts another", async () => {
    const engine = client({ worker: SCRIPTED });
    await engine.inspect("a");
    const { pid } = engine;
    const outcome = expect(engine.inspect("b")).rejects.toMatchObject({ code: "cancelled" });
    await engine.close();
    await outcome;
    expect(isAlive(pid)).toBe(false);
    expect(await engine.inspect("c")).toMatchObject({ format: "c" });
    expect(engine.pid).not.toBe(pid);
  });

  test("a call that does not stop within the grace is cancelled, its process killed, the next call served by another", async () => {
    const engine = client({ worker: SCRIPTED, graceMs: 100 });
    const { onProgress, dragging } = watch();
    const controller = new AbortController();
    const stuck = engine.look({ image: "a" }, { signal: controller.signal, onProgress });
    const stuckOutcome = expect(stuck).rejects.toMatchObject({ code: "cancelled" });
    await dragging;
    await sleep(100); // the worker blocks itself after its message is out
    const waiting = expect(engine.inspect("b")).resolves.toMatchObject({ format: "b" });
    const { pid } = engine;
    controller.abort();
    await Promise.all([stuckOutcome, waiting]);
    expect(await engine.inspect("c")).toMatchObject({ format: "c" });
    expect(isAlive(pid)).toBe(false);
  });

  test("close kills a process that hangs", async () => {
    const engine = client({ worker: SCRIPTED, graceMs: 100 });
    const { onProgress, dragging } = watch();
    const outcome = expect(engine.look({ image: "a" }, { onProgress })).rejects.toMatchObject({ code: "cancelled" });
    await dragging;
    await sleep(100);
    const { pid } = engine;
    await engine.close();
    await outcome;
    expect(isAlive(pid)).toBe(false);
  });

  test("starts its process from any current directory", async () => {
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      expect(await client().inspect(image)).toMatchObject({ width: 96 });
    } finally {
      process.chdir(cwd);
    }
  });
});
