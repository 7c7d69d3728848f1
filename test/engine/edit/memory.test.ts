import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { chooseExecution } from "../../../src/engine/edit/execution.ts";
import { passFlops, secondsFromFlops } from "../../../src/engine/edit/flops.ts";
import { type MemoryNeed, type ModelSize, memoryNeed, modelSize } from "../../../src/engine/edit/memory.ts";
import { modelView } from "../../../src/engine/edit/model-view.ts";
import { workloadOf } from "../../../src/engine/edit/workload.ts";
import { parseFluxConfig } from "../../../src/engine/models/flux-config.ts";
import { readModelJson } from "../../../src/engine/models/json.ts";
import { readSettings } from "../../../src/engine/models/read-settings.ts";
import { type EditSettings, parseSettings } from "../../../src/engine/models/settings.ts";
import { openTransformerWeights } from "../../../src/engine/weights/layouts.ts";

const GIB = 2 ** 30;
/** FLUX.1-dev in bfloat16 (docs/flux.md §1.9). */
const DEV: ModelSize = {
  config: { doubles: 19, singles: 38, heads: 24, headDim: 128 },
  parameters: 11_901_408_320,
  stored: 2 * 11_901_408_320,
  largestBlock: 339_831_296 - 113_283_072,
  doubles: 19 * (339_831_296 - 113_283_072),
};
const SETTINGS = parseSettings(
  {
    features: ["DOUBLE-17-0", "DOUBLE-17-2", "DOUBLE-18-0", "DOUBLE-18-2"],
    hookDoubles: [0, 7, 8, 9, 10, 18],
    hookSingles: [6, 9, 18, 23, 26, 31, 37],
  },
  "dragflow.json",
);
const SCENE = { editable: [0, 0, 512, 512] as const, picture: { width: 512, height: 512 } };
const view = (size: number) => modelView([0, 0, size, size], { width: size, height: size }, size);
const need = (execution: MemoryNeed["execution"], other: Partial<EditSettings> = {}) =>
  memoryNeed(DEV, { ...SETTINGS, ...other }, view(other.workingSize ?? 512), execution);

describe("what a transformer needs", () => {
  test("FLUX.1-dev at 512 pixels: block by block a desktop's memory, whole a server's", () => {
    const [whole, layered] = [need("whole"), need("layerwise")];
    expect(layered.weights).toBe(8 * DEV.largestBlock); // two blocks in float32
    expect(layered.total).toBeLessThan(9 * GIB);
    expect(whole.total).toBeGreaterThan(100 * GIB);
  });

  test("K and V: twenty passes as flux.md §8.3 counts them, limited by kvMemory, nothing without replay", () => {
    const unlimited = { kvMemory: 1e6 };
    const passes = 1.86e9; // elements
    const onePass = passes / 20;
    const kv = (other: Partial<EditSettings>) => need("layerwise", other).keysValues;
    expect(kv({ ...unlimited, kvPrecision: "fp32" }) / (4 * passes + 4 * onePass)).toBeCloseTo(1, 2);
    expect(kv({ ...unlimited }) / (2 * passes + 4 * onePass)).toBeCloseTo(1, 2);
    expect(kv({ kvMemory: 1024 })).toBeLessThan(GIB + 7 * onePass);
    expect(kv({ kv: "off" })).toBe(0);
  });

  test("the bundle's other parts count: the adapter where it takes part, the autoencoder's largest tile", () => {
    const beside = { autoencoder: 84e6, texts: 390e6, adapter: 530e6 };
    const bytes = (other: Partial<EditSettings>) =>
      memoryNeed({ ...DEV, beside }, { ...SETTINGS, ...other }, view(other.workingSize ?? 512), "layerwise");
    expect(bytes({}).beside).toBe(4 * (84e6 + 390e6));
    expect(bytes({ adapterScale: 1 }).beside).toBe(4 * (84e6 + 390e6 + 530e6 + 2 * 1024 * 3072 * 57));
    expect(bytes({ adapterScale: 1, adapter: "off" }).beside).toBe(bytes({}).beside);
    const side = (workingSize: number) => bytes({ workingSize }).autoencoder;
    expect(side(768)).toBeGreaterThan(2 * side(512));
    expect(side(1024)).toBeLessThan(1.1 * side(768));
    // The middle of a plane beyond a tile is computed whole, its scores a tile at a time.
    expect(side(2048)).toBeLessThan(4 * side(768));
    expect(side(2048)).toBeGreaterThan(4 * 12 * 512 * 256 ** 2);
    expect(bytes({}).total).toBeGreaterThan(need("layerwise").total + bytes({}).beside - 1);
  });

  test("attention's scores stay those of a tile", () => {
    const [half, whole] = [need("layerwise", { workingSize: 1024 }), need("whole", { workingSize: 1024 })];
    const scores = 24 * (256 + 4096) ** 2 * 4;
    expect(whole.activations).toBeGreaterThan(5 * scores);
    expect(half.activations).toBeLessThan(2 * scores + 19 * 4352 * 3072 * 4 + 60 * 4352 * 3072 * 4);
    expect(half.total).toBeLessThan(12 * GIB);
  });

  test("a GPU: half the bytes for weights, K and V in use only, nothing packed, nothing mapped", () => {
    const on = (execution: MemoryNeed["execution"]) =>
      memoryNeed(DEV, SETTINGS, view(512), execution, { processor: "gpu" });
    expect(on("whole").weights).toBe(2 * (2 * DEV.parameters + 2 * DEV.doubles));
    expect(on("layerwise").weights).toBe(2 * (DEV.parameters + 2 * DEV.largestBlock));
    expect(on("whole").total).toBeLessThan(0.55 * need("whole").total);
    expect(on("layerwise").keysValues).toBeCloseTo((4 * 1.86e9) / 20, -7);
    expect(on("layerwise").activations).toBe(need("layerwise").activations);
  });

  test("more pixels take more", () => {
    const totals = [256, 512, 768, 1024].map((workingSize) => need("layerwise", { workingSize }).total);
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
    expect(new Set(totals).size).toBe(4);
  });

  test("a model's size is read from its files' headers", async () => {
    const dir = fileURLToPath(new URL("../../../models/mini/transformer", import.meta.url));
    const path = join(dir, "config.json");
    const source = await openTransformerWeights(dir);
    const size = modelSize(parseFluxConfig(await readModelJson(path), path), source);
    const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
    const block = source.names().filter((name) => name.startsWith("transformer_blocks.0."));
    const own = block.filter((name) => !name.includes(".norm1"));
    expect(size.largestBlock).toBe(own.reduce((sum, name) => sum + count(source.get(name).shape), 0));
    expect(size.doubles).toBe(4 * size.largestBlock);
    expect(size.parameters).toBe(source.names().reduce((sum, name) => sum + count(source.get(name).shape), 0));
  });
});

describe("the choice", () => {
  const choose = (available: number, other: Partial<EditSettings> = {}) =>
    chooseExecution(DEV, { ...SETTINGS, ...other }, { ...SCENE, editable: [...SCENE.editable] }, available);

  test("whole where it fits, else block by block", () => {
    expect(choose(1000 * GIB).execution).toBe("whole");
    expect(choose(16 * GIB).execution).toBe("layerwise");
    expect(choose(1000 * GIB, { execution: "layerwise" }).execution).toBe("layerwise");
  });

  test("what cannot fit is refused with the largest setting that would, and that one is accepted", () => {
    let hint = "";
    try {
      choose(4 * GIB);
    } catch (error) {
      expect(error).toMatchObject({
        code: "out-of-memory",
        message: expect.stringMatching(/Expected .* GiB .*got 4\.0 GiB/),
      });
      hint = (error as { hint: string }).hint; // an EditError, as just checked
    }
    const [, size = ""] = /workingSize: (\d+)/.exec(hint) ?? [];
    const lean = { execution: "layerwise", kvPrecision: "16-bit", kvMemory: 0 } as const;
    expect(choose(4 * GIB, { ...lean, workingSize: Number(size) }).execution).toBe("layerwise");
    expect(() => choose(4 * GIB, { ...lean, workingSize: Number(size) + 16 })).toThrow(/Expected/);
  });

  test("a whole run that was asked for and cannot fit says that block by block would", () => {
    expect(() => choose(16 * GIB, { execution: "whole" })).toThrow(
      expect.objectContaining({ code: "out-of-memory", hint: "Set execution: layerwise." }),
    );
  });

  test("where nothing fits, what the least takes", () => {
    expect(() => choose(GIB)).toThrow(expect.objectContaining({ hint: expect.stringMatching(/^Even .* takes \d/) }));
  });

  test("the embedded model runs whole", async () => {
    const dir = fileURLToPath(new URL("../../../models/mini", import.meta.url));
    const path = join(dir, "transformer", "config.json");
    const config = parseFluxConfig(await readModelJson(path), path);
    const size = modelSize(config, await openTransformerWeights(join(dir, "transformer")));
    const chosen = chooseExecution(
      size,
      await readSettings(dir),
      { editable: [0, 0, 256, 256], picture: SCENE.picture },
      2 * GIB,
    );
    expect(chosen.execution).toBe("whole");
  });
});

describe("time of a large model", () => {
  test("the arithmetic of one pass is that of flux.md §1.9", () => {
    const { velocity, iteration } = passFlops(DEV, SETTINGS, view(512));
    expect(velocity / 1e12).toBeCloseTo(17.7, 0);
    expect(iteration / 1e12).toBeCloseTo(3 * 5.9, 0);
  });

  test("seconds from this machine's speed, block by block only", async () => {
    const work = workloadOf(512 * 512, [{ settings: SETTINGS, view: view(512) }]);
    const layered = await secondsFromFlops(DEV, SETTINGS, view(512), work, need("layerwise"));
    const still = { ...SETTINGS, intensifyIterations: 0, transportIterations: 0 };
    const short = workloadOf(512 * 512, [{ settings: still, view: view(512) }]);
    expect(layered).toBeGreaterThan(60);
    expect(layered).toBeGreaterThan((await secondsFromFlops(DEV, SETTINGS, view(512), short, need("layerwise"))) ?? 0);
    expect(await secondsFromFlops(DEV, SETTINGS, view(512), work, need("whole"))).toBeUndefined();
  });
});
