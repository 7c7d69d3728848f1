/** The gradient of a whole drag iteration on the embedded model (inversion, replayed K and V, Fill condition, feature
 * taps, resize, mask) against central differences along random directions. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DragFlow } from "../../../src/engine/drag/dragflow.ts";
import type { CutFeatures } from "../../../src/engine/drag/model.ts";
import type { SamplingMap } from "../../../src/engine/drag/paper-affine.ts";
import { regionGoals } from "../../../src/engine/drag/region-goals.ts";
import { type Penalty, type RegionTarget, supervise } from "../../../src/engine/drag/supervision.ts";
import { WholeModel } from "../../../src/engine/drag/whole-model.ts";
import { gaussian } from "../../../src/engine/edit/noise.ts";
import { Flux, type FluxCall } from "../../../src/engine/models/flux.ts";
import { parseFluxConfig } from "../../../src/engine/models/flux-config.ts";
import { readModelJson } from "../../../src/engine/models/json.ts";
import { readSettings } from "../../../src/engine/models/read-settings.ts";
import type { Tensor } from "../../../src/engine/onnx/session.ts";
import { openTransformerWeights } from "../../../src/engine/weights/layouts.ts";
import { dragInputs, dragSettings, picture } from "../../helpers/drag-case.ts";
import { CPU } from "../../helpers/evaluate.ts";

const MINI = fileURLToPath(new URL("../../../models/mini", import.meta.url));
const IDENTITY: SamplingMap = [1, 0, 0, 0, 1, 0];
const CUT = [48, 48] as const;

let flux: Flux;
let features: readonly string[];
let call: FluxCall;
/** At z, half way between no motion and the goal. */
let region: RegionTarget;
let z: Tensor;

beforeAll(async () => {
  const path = join(MINI, "transformer", "config.json");
  const weights = await openTransformerWeights(join(MINI, "transformer"));
  flux = new Flux(parseFluxConfig(await readModelJson(path), path), weights, CPU);
  const settings = await readSettings(MINI);
  features = settings.features;
  const hooks = { doubles: settings.hookDoubles.slice(0, 2), singles: settings.hookSingles };
  const inputs = dragInputs(flux);
  const model = new WholeModel(flux);
  const drag = new DragFlow(model, inputs, dragSettings(flux, { features, hooks }));
  const inversion = await drag.invert(picture());
  const anchors = await drag.anchor(inversion);
  const { sourceText: text, targetCondition: condition } = inputs;
  const inject = await inversion.passes.get(inversion.passes.length - 1);
  z = inversion.zOrig;
  const t = dragSettings(flux).times[3] ?? 0;
  call = { latents: z, text, t, guidance: null, inject, ...(condition ? { condition } : {}) };
  const [goal] = regionGoals(inputs.regions, 1, anchors.features);
  if (goal === undefined) throw new Error("Expected a goal");
  region = { ...goal, target: await goal.source.warp(goal.map, goal.box) };
});
afterAll(() => flux.release());

const at = (latents: Tensor): FluxCall => ({ ...call, latents });
const moved = (h: number, direction: Float32Array): Tensor => {
  return { shape: z.shape, data: z.data.map((value, i) => value + h * (direction[i] ?? 0)) };
};

/** m⊙(F − F*) in double precision. */
async function residuals(latents: Tensor, { box, mask, target }: RegionTarget): Promise<Float64Array> {
  const now: CutFeatures = await new WholeModel(flux).features(at(latents), features, CUT);
  const values = await now.warp(IDENTITY, box);
  return Float64Array.from(values, (value, i) => (mask[i % mask.length] ?? 0) * (value - (target[i] ?? 0)));
}

function count(): number {
  return ((features.length * flux.width) / 4) * CUT[0] * CUT[1];
}

/** Central difference of the loss, term by term in doubles, and how many residuals change their sign on the way. */
async function difference(goal: RegionTarget, direction: Float32Array, h: number, term: (r: number) => number) {
  const [plus, minus] = [await residuals(moved(h, direction), goal), await residuals(moved(-h, direction), goal)];
  const change = plus.reduce((sum, r, i) => sum + term(r) - term(minus[i] ?? 0), 0) / (2 * h * count());
  return { change, flips: plus.filter((r, i) => Math.sign(r) !== Math.sign(minus[i] ?? 0)).length };
}

/** Steps below this one are lost in the rounding of float32 forward passes, larger ones in the curvature. */
const H = 1e-2;

/** Errors of the gradient along five random directions, as shares of its length: what it measures along such a direction on the
 * average, while along a single one it may be next to nothing. */
async function errors(goal: RegionTarget, penalty: Penalty | undefined, term: (r: number) => number) {
  const { grad } = await supervise(flux, call, features, CUT, [goal], penalty);
  const length = Math.sqrt(grad.data.reduce((sum, g) => sum + g * g, 0));
  const found: { error: number; flips: number }[] = [];
  for (let seed = 1; seed <= 5; seed++) {
    const direction = gaussian(z.data.length, seed);
    const { change, flips } = await difference(goal, direction, H, term);
    const analytic = grad.data.reduce((sum, g, i) => sum + g * (direction[i] ?? 0), 0);
    found.push({ error: Math.abs(change - analytic) / length, flips });
  }
  return found;
}

const squares: Penalty = (x, target, mask, weight) => {
  const r = x.sub(target).mul(mask);
  return r.mul(r).sum([0, 1, 2]).reshape([]).mul(weight.mul(0.5));
};

const largest = (found: readonly { error: number }[]) => Math.max(...found.map(({ error }) => error));

describe("the gradient of one iteration", () => {
  test("on the smooth surrogate ½‖·‖²", async () => {
    const found = await errors(region, squares, (r) => (r * r) / 2);
    expect(largest(found)).toBeLessThan(1e-3);
  });

  test("on L1, with targets so far away that no residual changes its sign", async () => {
    const r = await residuals(z, region);
    const scale = Math.sqrt(r.reduce((sum, value) => sum + value * value, 0) / r.length);
    const away = region.target.map((value, i) => value - scale * Math.sign(r[i] ?? 0));
    const found = await errors({ ...region, target: away }, undefined, Math.abs);
    expect(found.map(({ flips }) => flips)).toEqual([0, 0, 0, 0, 0]);
    expect(largest(found)).toBeLessThan(1e-3);
  });

  test("a gradient that is off by 1 % would be seen", async () => {
    const found = await errors(region, squares, (r) => (1.01 * r * r) / 2);
    expect(largest(found)).toBeGreaterThan(5e-3);
  });
});
