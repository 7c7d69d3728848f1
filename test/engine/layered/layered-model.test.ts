/** Block by block gives what the whole graph gives, on a dev, a schnell and a Fill transformer and the embedded model. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DragInputs } from "../../../src/engine/drag/dragflow.ts";
import type { DragModel } from "../../../src/engine/drag/model.ts";
import type { SamplingMap } from "../../../src/engine/drag/paper-affine.ts";
import { regionGoals } from "../../../src/engine/drag/region-goals.ts";
import { WholeModel } from "../../../src/engine/drag/whole-model.ts";
import { input } from "../../../src/engine/graph/value.ts";
import { LayeredModel } from "../../../src/engine/layered/layered-model.ts";
import { type AdapterInput, Flux, type FluxCall } from "../../../src/engine/models/flux.ts";
import { parseFluxConfig } from "../../../src/engine/models/flux-config.ts";
import { readModelJson } from "../../../src/engine/models/json.ts";
import type { Tensor } from "../../../src/engine/onnx/session.ts";
import { openTransformerWeights } from "../../../src/engine/weights/layouts.ts";
import { difference } from "../../helpers/difference.ts";
import { dragInputs, dragSettings, picture, runDrag } from "../../helpers/drag-case.ts";
import { CPU } from "../../helpers/evaluate.ts";

const folder = (path: string) => fileURLToPath(new URL(`../../../${path}/transformer`, import.meta.url));
const BUNDLES = {
  dev: folder("test/fixtures/parity/bundles/flux-dev-a"),
  schnell: folder("test/fixtures/parity/bundles/flux-schnell-c"),
  Fill: folder("test/fixtures/parity/bundles/flux-fill-b"),
  "the embedded model": folder("models/mini"),
};

/** A head at a time, and ten queries of a head at a time; there are 39 tokens. */
const TILES = { "by heads": 4 * 39 * 39, "by queries": 4 * 39 * 10 };
const AT_ONCE = Number.POSITIVE_INFINITY;
const CASES = Object.entries(BUNDLES).flatMap(([name, dir]) => {
  const tiles = name === "the embedded model" ? [] : Object.entries(TILES);
  return [
    [name, dir, AT_ONCE] as const,
    ...tiles.map(([how, bytes]) => [`${name}, attention ${how}`, dir, bytes] as const),
  ];
});

describe.each(CASES)("%s", (_name, dir, attentionBytes) => {
  let flux: Flux;
  let inputs: DragInputs;
  let call: FluxCall;
  let whole: DragModel;
  let layered: LayeredModel;

  beforeAll(async () => {
    const path = join(dir, "config.json");
    flux = new Flux(parseFluxConfig(await readModelJson(path), path), await openTransformerWeights(dir), CPU);
    [whole, layered] = [new WholeModel(flux), new LayeredModel(flux, 1e9, attentionBytes)];
    inputs = dragInputs(flux);
    const { sourceText: text, targetCondition: condition } = inputs;
    call = { latents: picture(), text, t: 0.6, guidance: 2, ...(condition ? { condition } : {}) };
  });
  afterAll(async () => {
    await flux.release();
    await layered.release();
  });

  test("velocity and captured keys and values, plain and replayed", async () => {
    const capture = dragSettings(flux).hooks;
    const [a, b] = [await whole.velocity({ ...call, capture }), await layered.velocity({ ...call, capture })];
    expect(Object.keys(b.captured).sort()).toEqual(Object.keys(a.captured).sort());
    expect(b.velocity.shape).toEqual(a.velocity.shape);
    expect(difference(b.velocity.data, a.velocity.data)).toBeLessThan(1e-6);
    for (const [name, { data }] of Object.entries(a.captured)) {
      expect(difference(b.captured[name]?.data ?? [], data)).toBeLessThan(1e-6);
    }
    const other = { ...call, t: 0.3, inject: a.captured };
    const [c, d] = [await whole.velocity(other), await layered.velocity(other)];
    expect(difference(d.velocity.data, c.velocity.data)).toBeLessThan(1e-6);
  });

  test("features read moved, in a box, some of their channels", async () => {
    const names = dragSettings(flux).features;
    const [a, b] = [await whole.features(call, names, inputs.cut), await layered.features(call, names, inputs.cut)];
    expect(b.channels).toBe(a.channels);
    const turn: SamplingMap = [0.9, -0.2, 5.5, 0.2, 0.9, -7.25];
    const box = { x: 3, y: 30, width: 17, height: 12 };
    expect(difference(await b.warp(turn, box), await a.warp(turn, box))).toBeLessThan(1e-6);
    const from = Math.floor(a.channels / 3);
    const some = { from, count: 2 };
    expect(await b.warp(turn, box, some)).toEqual((await b.warp(turn, box)).subarray(from * 204, (from + 2) * 204));
    expect(difference(await b.warp(turn, box, some), await a.warp(turn, box, some))).toBeLessThan(1e-6);
  });

  test("loss and gradient of two regions, with and without replay", async () => {
    const { features: names, hooks } = dragSettings(flux);
    const { captured } = await whole.velocity({ ...call, capture: hooks });
    const shifted: Tensor = { shape: call.latents.shape, data: call.latents.data.map((x, i) => x + Math.sin(i) / 9) };
    for (const known of [call, { ...call, inject: captured }]) {
      const results = [];
      for (const model of [whole, layered]) {
        const source = await model.features(known, names, inputs.cut);
        const [near, far] = [regionGoals(inputs.regions, 0, source), regionGoals(inputs.regions, 3, source)];
        const goals = [...near, ...far].map((goal, i) => ({ ...goal, weight: (i + 1) / 3 }));
        results.push(await model.supervise({ ...known, latents: shifted }, names, inputs.cut, goals));
      }
      const [a, b] = results;
      if (a === undefined || b === undefined) throw new Error("Expected two results");
      expect(Math.abs(b.loss / a.loss - 1)).toBeLessThan(1e-6);
      expect(b.grad.shape).toEqual(a.grad.shape);
      // Residuals near zero may take the other sign in the last bit.
      expect(difference(b.grad.data, a.grad.data)).toBeLessThan(1e-4);
    }
  });

  test("a whole drag, K and V in 16 bit on disk or not at all", async () => {
    const settings = dragSettings(flux, { lrTransport: 1, lrIntensify: 1 });
    const [a, b] = [await runDrag(whole, inputs, settings), await runDrag(layered, inputs, settings)];
    expect(difference(b.losses, a.losses)).toBeLessThan(1e-4);
    expect(difference(b.edited.data, a.edited.data)).toBeLessThan(1e-4);
    const half = await runDrag(layered, inputs, {
      ...settings,
      kvCache: { precision: "16-bit", budget: 0, dir: CPU.graphDir },
    });
    expect(difference(half.edited.data, a.edited.data)).toBeGreaterThan(0);
    expect(difference(half.edited.data, a.edited.data)).toBeLessThan(1e-2);
  });

  test("an adapter that adds to attention and to block outputs", async () => {
    const { features: names } = dragSettings(flux);
    const adapter: AdapterInput = {
      hook: () => {
        const scale = input("ip.scale", []);
        return { attention: ({ query }) => query.mul(scale), blockOutput: ({ query }) => query.mul(scale).mul(0.5) };
      },
      feeds: async (t) => ({ "ip.scale": { shape: [], data: Float32Array.of(t) } }),
      key: "test",
    };
    const adapted = { ...call, adapter };
    const [a, b] = [await whole.velocity(adapted), await layered.velocity(adapted)];
    expect(difference(b.velocity.data, a.velocity.data)).toBeLessThan(1e-6);
    expect(difference(a.velocity.data, (await whole.velocity(call)).velocity.data)).toBeGreaterThan(1e-3);
    const grads = [];
    for (const model of [whole, layered]) {
      const goals = regionGoals(inputs.regions, 3, await model.features(adapted, names, inputs.cut));
      grads.push((await model.supervise(adapted, names, inputs.cut, goals)).grad.data);
    }
    expect(difference(grads[1] ?? [], grads[0] ?? [])).toBeLessThan(1e-4);
  });

  test("with no room for open sessions the numbers are the same", async () => {
    const tight = new LayeredModel(flux, 0, attentionBytes);
    const [a, b] = [await layered.velocity(call), await tight.velocity(call)];
    await tight.release();
    expect(b.velocity).toEqual(a.velocity);
  });
});
