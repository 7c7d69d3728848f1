/** Every ablation switch does what it says, on a dev, a schnell and a Fill transformer and on the embedded model. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DragInputs, DragSettings, OnStep } from "../../../src/engine/drag/dragflow.ts";
import { WholeModel } from "../../../src/engine/drag/whole-model.ts";
import { type AdapterInput, Flux } from "../../../src/engine/models/flux.ts";
import { parseFluxConfig } from "../../../src/engine/models/flux-config.ts";
import { readModelJson } from "../../../src/engine/models/json.ts";
import { openTransformerWeights } from "../../../src/engine/weights/layouts.ts";
import { dragInputs, dragSettings, meanDistance, picture, type Ran, runDrag } from "../../helpers/drag-case.ts";
import { CPU } from "../../helpers/evaluate.ts";

const folder = (path: string) => fileURLToPath(new URL(`../../../${path}/transformer`, import.meta.url));
const BUNDLES = {
  dev: folder("test/fixtures/parity/bundles/flux-dev-a"),
  schnell: folder("test/fixtures/parity/bundles/flux-schnell-c"),
  Fill: folder("test/fixtures/parity/bundles/flux-fill-b"),
  "the embedded model": folder("models/mini"),
};

describe.each(Object.entries(BUNDLES))("%s", (_name, dir) => {
  let flux: Flux;
  let inputs: DragInputs;
  let full: Ran;
  const run = (other: Partial<DragSettings> = {}, onStep?: OnStep) =>
    runDrag(new WholeModel(flux), inputs, dragSettings(flux, other), onStep);

  beforeAll(async () => {
    const path = join(dir, "config.json");
    flux = new Flux(parseFluxConfig(await readModelJson(path), path), await openTransformerWeights(dir), CPU);
    inputs = dragInputs(flux);
    full = await run();
  });
  afterAll(() => flux.release());

  const outside = ({ z, zBackground }: Ran) => meanDistance(z, zBackground, inputs.editable, 0);
  const inside = (a: Ran, b: Ran) => meanDistance(a.z, b.z, inputs.editable, 1);

  test("background: hard keeps its latents in the drag and the sampling; none and loss do not", async () => {
    expect(outside(full)).toBe(0);
    expect(meanDistance(full.edited, full.reconstructed, inputs.editable, 0)).toBe(0);
    const free = await run({ background: "none" });
    expect(outside(free)).toBeGreaterThan(0);
    expect(meanDistance(free.edited, free.reconstructed, inputs.editable, 0)).toBeGreaterThan(0);
    const half = meanDistance(free.zOrig, free.zBackground, inputs.editable, 0);
    // A step of the loss moves each latent by rate · weight / count: here 1/16 of their mean distance.
    const backgroundWeight = (half / 16 / 30) * free.z.data.length;
    const held = await run({ background: "loss", backgroundWeight });
    expect(outside(held)).toBeGreaterThan(0);
    expect(outside(held)).toBeLessThan(outside(free));
    expect(held.losses[0]).toBeGreaterThan(free.losses[0] ?? 0);
  });

  test("backgroundFrom: the inversion's latents end at the picture itself and save the second way back", async () => {
    let evaluations = 0;
    const model = new WholeModel(flux);
    const counted = new Proxy(model, {
      get(target, name: keyof WholeModel) {
        if (name === "velocity") evaluations++;
        return target[name].bind(target);
      },
    });
    const ran = await runDrag(counted, inputs, dragSettings(flux, { backgroundFrom: "inversion" }));
    const saved = evaluations;
    evaluations = 0;
    await runDrag(counted, inputs, dragSettings(flux, { backgroundFrom: "sampling" }));
    const intervals = dragSettings(flux).times.length - 1 - dragSettings(flux).skip;
    expect(evaluations - saved).toBe(intervals + 1); // FireFlow's
    expect(ran.z.data).toEqual(full.z.data);
    expect(meanDistance(ran.edited, picture(), inputs.editable, 0)).toBe(0);
    expect(meanDistance(ran.edited, full.edited, inputs.editable, 1)).toBeLessThan(0.2);
  });

  test("earlyStop ends the iterations at the goal, and only those", async () => {
    const long = { transportIterations: 2, intensifyIterations: 12 };
    let accounted = 0;
    const ran = await run({ ...long, earlyStop: 1 }, async (stage, { skipped = 0 } = {}) => {
      if (stage === "drag") accounted += 1 + skipped;
    }); // no loss falls by more than itself
    expect(accounted).toBe(2 + 12);
    expect(ran.losses).toHaveLength(2 + 6);
    const whole = await run({ ...long, earlyStop: 0 });
    expect(whole.losses).toHaveLength(14);
    expect(ran.losses).toEqual(whole.losses.slice(0, 8));
  });

  test("supervision: none leaves the latents inside where they start; points lead them elsewhere than regions", async () => {
    const none = await run({ supervision: "none" });
    expect(none.losses).toEqual([]);
    expect(none.z.data).toEqual(none.zOrig.data);
    const point = await run({ supervision: "point" });
    expect(point.losses).toHaveLength(full.losses.length);
    expect(inside(point, none)).toBeGreaterThan(0);
    expect(inside(point, full)).toBeGreaterThan(0);
    expect(inside(full, none)).toBeGreaterThan(0);
  });

  test("kv: off captures nothing, and the sampling no longer leans on the source", async () => {
    expect(full.captured).toBe(4);
    const off = await run({ hooks: { doubles: [], singles: [] } });
    expect(off.captured).toBe(0);
    expect(off.zOrig.data).toEqual(full.zOrig.data); // capturing changes nothing
    expect(meanDistance(off.reconstructed, full.reconstructed, inputs.editable, 1)).toBeGreaterThan(0);
  });

  test("init: warp starts from the given latents, noised, inside only", async () => {
    const { drag } = full;
    const inversion = await drag.invert(picture());
    const noise = new Float32Array(inversion.zOrig.data.length).fill(2);
    const start = drag.warpStart(inversion, { shape: picture().shape, data: noise.map(() => 1) }, noise);
    const t = dragSettings(flux).times[3] ?? 0;
    for (const [i, value] of start.data.entries()) {
      if (inputs.editable.data[i]) expect(value).toBeCloseTo(1 + t, 6);
      else expect(value).toBe(inversion.zOrig.data[i]);
    }
  });

  test("adapter: on changes the inversion and the drag, not what is held outside", async () => {
    const adapter: AdapterInput = {
      hook: () => ({ attention: ({ query }) => query.mul(0.2) }),
      feeds: async () => ({}),
      key: "a fifth of the queries",
    };
    const on = await runDrag(new WholeModel(flux), { ...inputs, adapter }, dragSettings(flux));
    expect(inside({ ...on, z: on.zOrig }, { ...full, z: full.zOrig })).toBeGreaterThan(0);
    expect(on.losses[0]).not.toBe(full.losses[0]);
    expect(outside(on)).toBe(0); // whatever the adapter says, the background is the inversion's
  });

  test("solver: each gives other latents", async () => {
    const runs = [full, await run({ solver: "euler" }), await run({ solver: "midpoint" })];
    const sums = runs.map(({ zOrig }) => zOrig.data.reduce((sum, value) => sum + Math.abs(value), 0));
    expect(new Set(sums).size).toBe(3);
  });
});
