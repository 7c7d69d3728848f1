/** The DragFlow algorithm on latents (flux.md §5.3–5.10): invert, optimise the latents at one step so that the block
 * features under the moving regions match the moved source features, sample both branches back. */
import type { Stage } from "../api.ts";
import { advance, createStepper, type SolverName } from "../flow/solver.ts";
import type { FluxCall, KeysValues } from "../models/flux.ts";
import type { Tensor } from "../onnx/session.ts";
import type { StepDetails } from "../progress.ts";
import { stepLatents } from "./background.ts";
import { copyStart } from "./copy-start.ts";
import type { DragInputs, DragSettings } from "./drag-settings.ts";
import { isFlat } from "./early-stop.ts";
import { KvCache } from "./kv-cache.ts";
import type { CutFeatures, DragModel, FeatureGoal, Supervision } from "./model.ts";
import { createOptimiser, type Optimiser } from "./optimiser.ts";
import { type Handle, pointGoals, startHandles, track } from "./points.ts";
import { regionGoals } from "./region-goals.ts";

export type { DragInputs, DragSettings } from "./drag-settings.ts";

export interface Inversion {
  /** Latents at `times[skip]`. */
  readonly zOrig: Tensor;
  /** K and V of every evaluation, in order: first at t = 0, then at the middle of each interval. */
  readonly passes: KvCache;
  /** Latents at every time of the way up, first the picture's and last `zOrig`. */
  readonly path?: readonly Float32Array[];
}

/** What stays fixed while the latents are optimised. */
export interface Anchors {
  /** v(zOrig) at the start step. */
  readonly v0: Tensor;
  readonly zBackground: Tensor;
  /** Source features, F channels at cut size. */
  readonly features: CutFeatures;
}

export interface Dragged {
  readonly z: Tensor;
  /** Before each update. */
  readonly losses: readonly number[];
  /** The iterations ended early, because numbers ran out of range. */
  readonly diverged: boolean;
}

/** `expected` makes the latents [h, w, 64] that the picture would have if the sampling went on straight. */
export type OnStep = (stage: Stage, details?: StepDetails, expected?: () => Tensor) => Promise<void>;

type Iterate = (z: Tensor, iteration: number) => Promise<{ z: Tensor; loss: number }>;

export class DragFlow {
  readonly #model: DragModel;
  readonly #inputs: DragInputs;
  readonly #settings: DragSettings;
  readonly #onStep: OnStep;
  /** Of the last iteration. */
  #goals: readonly FeatureGoal[] = [];

  constructor(model: DragModel, inputs: DragInputs, settings: DragSettings, onStep: OnStep = async () => {}) {
    this.#model = model;
    this.#inputs = inputs;
    this.#settings = settings;
    this.#onStep = onStep;
  }

  get #start(): number {
    return this.#time(this.#settings.skip);
  }

  /** Picture latents at t = 0 → noisy latents at the start step, K and V captured on the way. */
  async invert(picture: Tensor): Promise<Inversion> {
    const { times, skip, solver, hooks, inversionGuidance, kvCache } = this.#settings;
    const up = times.slice(skip).toReversed();
    const passes = new KvCache(kvCache);
    const stepper = createStepper(solver);
    const velocity = async (z: Float32Array, t: number) => {
      const call = this.#sourceCall({ shape: picture.shape, data: z }, t, inversionGuidance);
      const result = await this.#model.velocity({ ...call, capture: hooks });
      await passes.add(result.captured);
      await this.#onStep("invert");
      return result.velocity.data;
    };
    let z = picture.data;
    const path = [z];
    // Both indices are inside the list.
    for (let i = 0; i + 1 < up.length; i++) {
      z = await stepper.step(z, up[i] as number, up[i + 1] as number, velocity);
      path.push(z);
    }
    return { zOrig: { shape: picture.shape, data: z }, passes, path };
  }

  async anchor({ zOrig, passes }: Inversion): Promise<Anchors> {
    const call = this.#targetCall(zOrig, this.#start, this.#settings.samplingGuidance, await lastOf(passes));
    const { velocity: v0 } = await this.#model.velocity(call);
    const half = (this.#time(this.#settings.skip + 1) - this.#start) / 2;
    const zBackground = { shape: zOrig.shape, data: advance(zOrig.data, half, v0.data) };
    const features = await this.#model.features(call, this.#settings.features, this.#inputs.cut);
    return { v0, zBackground, features };
  }

  /** One iteration from z under region supervision; the loss is that before the update. `grad` is of the loss with its
   * whole denominator. */
  async iterate(
    z: Tensor,
    iteration: number,
    inversion: Inversion,
    anchors: Anchors,
    optimise: Optimiser = createOptimiser("plain"),
  ): Promise<{ z: Tensor; loss: number; grad: Tensor }> {
    const call = this.#dragCall(z, await lastOf(inversion.passes));
    this.#goals = regionGoals(this.#inputs.regions, iteration, anchors.features, this.#goals);
    const supervision = await this.#supervise(call, this.#goals);
    return { ...this.#step(z, supervision, iteration, anchors, optimise), grad: supervision.grad };
  }

  /** The start of `init: "warp"`: the moved picture's latents noised to the start time inside the editable area. */
  warpStart({ zOrig }: Inversion, moved: Tensor, noise: Float32Array): Tensor {
    const t = this.#start;
    const data = zOrig.data.map((value, i) =>
      this.#inputs.editable.data[i] ? (1 - t) * (moved.data[i] ?? 0) + t * (noise[i] ?? 0) : value,
    );
    return { shape: zOrig.shape, data };
  }

  /** The start of `init: "copy"`: every region's latents at its target, noise where it was. */
  copyStart({ zOrig }: Inversion, noise: Float32Array): Tensor {
    const { cut, regions, editable } = this.#inputs;
    return copyStart({ latents: zOrig, t: this.#start, cut, regions, editable, noise });
  }

  /** All iterations from zOrig; the losses in order. A loss or latents that are no numbers end them: the last latents
   * whose loss was one are kept. With supervision "none" there are no iterations. */
  async drag(inversion: Inversion, anchors: Anchors, start = inversion.zOrig): Promise<Dragged> {
    const { transportIterations, intensifyIterations, supervision, earlyStop = 0 } = this.#settings;
    const count = supervision === "none" ? 0 : transportIterations + intensifyIterations;
    const optimise = createOptimiser(this.#settings.optimiser ?? "plain");
    const iterate =
      supervision === "point"
        ? await this.#byPoints(inversion, anchors, optimise)
        : (at: Tensor, k: number) => this.iterate(at, k, inversion, anchors, optimise);
    const losses: number[] = [];
    let [good, z] = [start, start]; // z has not been judged yet
    for (let k = 0; k < count; k++) {
      const next = await iterate(z, k);
      if (!Number.isFinite(next.loss)) {
        this.#goals = [];
        await this.#onStep("drag", { skipped: count - k - 1 });
        return { z: good, losses, diverged: true };
      }
      good = z;
      z = next.z;
      losses.push(next.loss);
      const flat = isFlat(losses, transportIterations, earlyStop);
      await this.#onStep("drag", { loss: next.loss, skipped: flat ? count - k - 1 : 0 });
      if (flat) break;
    }
    this.#goals = []; // and the features that they are made of
    const diverged = !z.data.every(Number.isFinite);
    return { z: diverged ? good : z, losses, diverged };
  }

  /** Carries the handles from iteration to iteration. Needs the features twice: to find the handles, then for the loss. */
  async #byPoints({ passes }: Inversion, anchors: Anchors, optimise: Optimiser): Promise<Iterate> {
    const { features } = this.#settings;
    const { cut, regions } = this.#inputs;
    const replay = await lastOf(passes);
    let handles: readonly Handle[] = await startHandles(regions, anchors.features);
    return async (z, k) => {
      const call = this.#dragCall(z, replay);
      const now = await this.#model.features(call, features, cut);
      handles = await track(handles, now, cut);
      const supervision = await this.#supervise(call, pointGoals(handles, now, cut));
      return this.#step(z, supervision, k, anchors, optimise);
    };
  }

  async #supervise(call: FluxCall, goals: readonly FeatureGoal[]): Promise<Supervision> {
    if (goals.length > 0) return this.#model.supervise(call, this.#settings.features, this.#inputs.cut, goals);
    const { shape, data } = call.latents; // every handle has arrived
    return { loss: 0, grad: { shape, data: new Float32Array(data.length) } };
  }

  #step(z: Tensor, { loss, grad }: Supervision, iteration: number, { zBackground }: Anchors, optimise: Optimiser) {
    const { transportIterations, lrTransport, lrIntensify, background = "hard", backgroundWeight = 1 } = this.#settings;
    const rate = iteration < transportIterations ? lrTransport : lrIntensify;
    const anchor = { mode: background, weight: backgroundWeight, zBackground, editable: this.#inputs.editable };
    return stepLatents(z, { loss, grad: { ...grad, data: optimise(grad.data) } }, rate, anchor);
  }

  /** Both branches to t = 0; after every interval the edit takes the reconstruction's background, where it is kept hard. */
  async sample(dragged: Tensor, inversion: Inversion): Promise<{ edited: Tensor; reconstructed: Tensor }> {
    const { times, skip, solver, samplingGuidance, background = "hard" } = this.#settings;
    const down = times.slice(skip);
    const edit = this.#branch(dragged, inversion, samplingGuidance, solver);
    const original = this.#original(inversion);
    let [z, zOrig] = [dragged.data, inversion.zOrig.data];
    for (let i = 0; i + 1 < down.length; i++) {
      const [a, b] = [down[i] as number, down[i + 1] as number]; // inside the list
      const before = z;
      z = await edit(before, a, b);
      zOrig = await original(zOrig, a, b);
      if (background === "hard") z = z.map((value, j) => (this.#inputs.editable.data[j] ? value : (zOrig[j] ?? 0)));
      await this.#onStep("sample", {}, () => ({ shape: dragged.shape, data: expectedPicture(before, z, a, b) }));
    }
    return { edited: { shape: dragged.shape, data: z }, reconstructed: { shape: dragged.shape, data: zOrig } };
  }

  /** Latents of the original at the end of each interval. */
  #original(inversion: Inversion): (z: Float32Array, a: number, b: number) => Promise<Float32Array> {
    const { backgroundFrom = "sampling" } = this.#settings;
    const { path } = inversion;
    if (backgroundFrom === "sampling" || path === undefined) return this.#back(inversion);
    let at = path.length - 1;
    return async (z) => path[--at] ?? z;
  }

  /** With guidance 1 on models that have a guidance embedding (flux.md §5.10). */
  #back(inversion: Inversion) {
    const { solver, samplingGuidance } = this.#settings;
    return this.#branch(inversion.zOrig, inversion, samplingGuidance === null ? null : 1, solver);
  }

  /** The inverted latents back to t = 0 without any edit: what inversion and replay alone keep of the picture. */
  async reconstruct(inversion: Inversion): Promise<Tensor> {
    const { times, skip } = this.#settings;
    const down = times.slice(skip);
    const branch = this.#back(inversion);
    let z = inversion.zOrig.data;
    // Both indices are inside the list.
    for (let i = 0; i + 1 < down.length; i++) z = await branch(z, down[i] as number, down[i + 1] as number);
    return { shape: inversion.zOrig.shape, data: z };
  }

  /** Steps of one branch; replays the captured passes from the last to the first, staying at the last for the start. */
  #branch(like: Tensor, { passes }: Inversion, guidance: number | null, solver: SolverName) {
    const stepper = createStepper(solver);
    let calls = 0;
    const velocity = async (z: Float32Array, t: number) => {
      const first = t === this.#start;
      if (!first) calls++;
      const pass = await passes.get(Math.max(passes.length - 1 - calls, 0));
      const call = this.#targetCall({ shape: like.shape, data: z }, t, guidance, pass);
      return (await this.#model.velocity(call)).velocity.data;
    };
    return (z: Float32Array, a: number, b: number) => stepper.step(z, a, b, velocity);
  }

  #dragCall(z: Tensor, replay: KeysValues): FluxCall {
    return this.#targetCall(z, this.#start, this.#settings.samplingGuidance, replay);
  }

  #sourceCall(latents: Tensor, t: number, guidance: number | null): FluxCall {
    const { sourceText, sourceCondition, adapter } = this.#inputs;
    const condition = sourceCondition === undefined ? {} : { condition: sourceCondition };
    return { latents, text: sourceText, t, guidance, ...condition, ...(adapter === undefined ? {} : { adapter }) };
  }

  #targetCall(latents: Tensor, t: number, guidance: number | null, inject: KeysValues): FluxCall {
    const { targetText, targetCondition, adapter } = this.#inputs;
    const condition = targetCondition === undefined ? {} : { condition: targetCondition };
    const replay = Object.keys(inject).length === 0 ? {} : { inject };
    return { latents, text: targetText, t, guidance, ...condition, ...replay, ...(adapter ? { adapter } : {}) };
  }

  #time(index: number): number {
    const t = this.#settings.times[index];
    if (t === undefined) throw new TypeError(`Expected a time at index ${index} of ${this.#settings.times.length}`);
    return t;
  }
}

/** Of the pass nearest to the start; every inversion has one. */
function lastOf(passes: KvCache): Promise<KeysValues> {
  return passes.get(passes.length - 1);
}

/** Latents at t = 0 on the line through those at times a and b: the velocity of the last interval, kept. */
function expectedPicture(before: Float32Array, z: Float32Array, a: number, b: number): Float32Array {
  return z.map((value, i) => value - (b * (value - (before[i] ?? 0))) / (b - a));
}
