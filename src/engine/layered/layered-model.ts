/** A transformer run one block after another, each a session of its own whose weights stay mapped from their file. The
 * backward pass keeps only the blocks' inputs and recomputes the rest (flux.md §8.1, §8.3). Single blocks and the final
 * layer take part in velocities only, never in the drag loop. */
import type { CutFeatures, DragModel, FeatureGoal, Supervision } from "../drag/model.ts";
import type { Size2 } from "../drag/resize.ts";
import type { Value } from "../graph/value.ts";
import { blocksOf, type Flux, type FluxCall, type KeysValues, kvNames } from "../models/flux.ts";
import { type RopeTables, ropeTables, sinusoid } from "../models/flux-embed.ts";
import type { FluxHooks } from "../models/flux-graph.ts";
import type { ModulatedPart } from "../models/flux-modulation.ts";
import { Params } from "../nn/params.ts";
import type { Tensor } from "../onnx/session.ts";
import { SessionPool } from "../onnx/session-pool.ts";
import { type BlockCall, Blocks, type Feeds } from "./blocks.ts";
import { type BlockPart, embedGradient, embedGraph, finalGraph, modulationPart, vectorGraph } from "./graphs.ts";
import { ATTENTION_BYTES } from "./limits.ts";
import { LayeredFeatures, layeredLoss, type Taps } from "./loss.ts";

interface Streams {
  readonly img: Tensor;
  readonly txt: Tensor;
}

/** One evaluation: what all its blocks are fed and hooked with. */
interface Pass {
  readonly call: FluxCall;
  readonly feeds: Feeds;
  /** Distinguishes graphs: replaced blocks and adapter. */
  readonly key: string;
  readonly hooks: () => FluxHooks;
}

/** Times whose modulation vectors are kept: both branches of a sampling step, both ends of an interval. */
const TIMES_KEPT = 4;

export class LayeredModel implements DragModel {
  readonly #flux: Flux;
  readonly #pool: SessionPool;
  readonly #blocks: Blocks;
  #rope: { key: string; tables: RopeTables } | undefined;
  readonly #modulations = new Map<string, Map<string, Feeds>>();
  #text: FluxCall["text"] | undefined;

  /** `weightBudget`: bytes of weights, as stored, that may stay mapped; `attentionBytes`: of one matrix of scores. */
  constructor(flux: Flux, weightBudget: number, attentionBytes = ATTENTION_BYTES) {
    this.#flux = flux;
    this.#pool = new SessionPool(weightBudget, flux.options);
    this.#blocks = new Blocks(flux, this.#pool, attentionBytes);
  }

  async velocity(call: FluxCall): Promise<{ velocity: Tensor; captured: KeysValues }> {
    const { doubles, singles } = this.#flux.config;
    const wanted = call.capture === undefined ? [] : kvNames(call.capture);
    const captured: Record<string, Tensor> = {};
    const pass = await this.#begin(call);
    let streams = await this.#embed(pass);
    for (const kind of ["double", "single"] as const) {
      for (let i = 0; i < (kind === "double" ? doubles : singles); i++) {
        const own = wanted.filter((name) => name.startsWith(`kv.${kind}.${i}.`));
        const part = await this.#part(pass, { kind, index: i }, streams);
        const { img, txt, ...kv } = await this.#blocks.forward(part, ["img", "txt", ...own]);
        streams = { img: img as Tensor, txt: txt as Tensor }; // both were asked for
        Object.assign(captured, kv);
      }
    }
    const feeds = { ...into(streams), ...(await this.#modulation(call, { kind: "final", index: 0 })) };
    const { velocity } = await this.#run("final", (params) => finalGraph(params, this.#flux.config), feeds);
    const { shape } = call.latents;
    return { velocity: { shape, data: (velocity as Tensor).data }, captured }; // named in `finalGraph`
  }

  async features(call: FluxCall, names: readonly string[], cut: Size2): Promise<CutFeatures> {
    const { taps } = await this.#toTaps(await this.#begin(call), names);
    return new LayeredFeatures(taps, cut, this.#pool);
  }

  async supervise(
    call: FluxCall,
    names: readonly string[],
    cut: Size2,
    goals: readonly FeatureGoal[],
  ): Promise<Supervision> {
    const pass = await this.#begin(call);
    const { taps, inputs } = await this.#toTaps(pass, names);
    const { loss, grads, scale } = await layeredLoss(taps, cut, goals, this.#pool);
    const data = await this.#backward(pass, inputs, new Map(names.map((name, i) => [name, grads[i] as Tensor])));
    return { loss, grad: { shape: call.latents.shape, data: data.map((value) => value / scale) } };
  }

  /** Closes every session. */
  async release(): Promise<void> {
    this.#modulations.clear();
    await this.#pool.release();
  }

  /** Runs the double blocks up to the last that has a tap; `inputs` are the streams before each. */
  async #toTaps(pass: Pass, names: readonly string[]): Promise<{ taps: Taps; inputs: Streams[] }> {
    const last = Math.max(...names.map(blockOf));
    const found = new Map<string, Tensor>();
    const inputs: Streams[] = [];
    let streams = await this.#embed(pass);
    for (let index = 0; index <= last; index++) {
      inputs.push(streams);
      const own = names.filter((name) => blockOf(name) === index);
      const wanted = index === last ? own : ["img", "txt", ...own];
      const part = await this.#part(pass, { kind: "double", index }, streams);
      const { img, txt, ...taps } = await this.#blocks.forward(part, wanted);
      if (img !== undefined && txt !== undefined) streams = { img, txt };
      for (const [name, tap] of Object.entries(taps)) found.set(name, tap);
    }
    const [h = 0, w = 0] = pass.call.latents.shape;
    return { taps: { names, tensors: names.map((name) => found.get(name) as Tensor), h, w }, inputs }; // each was wanted
  }

  /** From the taps' cotangents to that of the latents. */
  async #backward(pass: Pass, inputs: readonly Streams[], taps: ReadonlyMap<string, Tensor>): Promise<Float32Array> {
    const { config } = this.#flux;
    let above: Feeds = {};
    for (let index = inputs.length - 1; index >= 0; index--) {
      const own = [...taps].filter(([name]) => blockOf(name) === index);
      const cotangents = { ...above, ...Object.fromEntries(own) };
      // One of the inputs per block.
      const part = await this.#part(pass, { kind: "double", index }, inputs[index] as Streams);
      above = await this.#blocks.backward(part, cotangents, index > 0);
    }
    const { latents } = await this.#run("back.embed", (params) => embedGradient(params, config), {
      "d.img": above.img as Tensor, // the features depend on the image stream
    });
    return (latents as Tensor).data; // named in `embedGradient`
  }

  async #embed({ call }: Pass): Promise<Streams> {
    const { latents, condition, text } = call;
    const feeds = { latents, states: text.txt, ...(condition === undefined ? {} : { condition }) };
    const { img, txt } = await this.#run("embed", (params) => embedGraph(params, this.#flux.config), feeds);
    return { img: img as Tensor, txt: txt as Tensor }; // named in `embedGraph`
  }

  async #part({ call, feeds, hooks, key }: Pass, part: BlockPart, streams: Streams): Promise<BlockCall> {
    const all = { ...feeds, ...into(streams), ...(await this.#modulation(call, part)) };
    return { part, feeds: all, hooks, key };
  }

  async #begin(call: FluxCall): Promise<Pass> {
    const [h = 0, w = 0] = call.latents.shape;
    const { cos, sin } = this.#ropeTables(call.text.txt.shape[0] ?? 0, h, w);
    const injected = Object.keys(call.inject ?? {});
    return {
      call,
      feeds: { "pe.cos": cos, "pe.sin": sin, ...call.inject, ...(await call.adapter?.feeds(call.t)) },
      key: `${injected.join(",")}|${call.adapter?.key ?? ""}`,
      hooks: () => {
        const adapter = call.adapter?.hook();
        return { inject: blocksOf(injected), ...(adapter === undefined ? {} : { adapter }) };
      },
    };
  }

  #ropeTables(textTokens: number, h: number, w: number): RopeTables {
    const key = `${textTokens}|${h}|${w}`;
    if (this.#rope?.key !== key) {
      this.#rope = { key, tables: ropeTables(this.#flux.config.ropeAxes, textTokens, h, w) };
    }
    return this.#rope.tables;
  }

  /** Modulation vectors of one part at the call's time. */
  async #modulation({ t, guidance, text }: FluxCall, part: ModulatedPart): Promise<Feeds> {
    const known = await this.#time(t, guidance, text);
    const name = `${part.kind}.${part.index}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    const build = (params: Params) => modulationPart(params, this.#flux.config, part);
    const made = await this.#run(`modulation.${name}`, build, known.get("vec") ?? {});
    known.set(name, made);
    return made;
  }

  async #time(t: number, guidance: number | null, text: FluxCall["text"]): Promise<Map<string, Feeds>> {
    if (this.#text !== text) this.#modulations.clear();
    this.#text = text;
    const key = `${t}|${guidance}`;
    const known = this.#modulations.get(key);
    if (known !== undefined) return known;
    const feeds = { time: sinusoid(t), guidance: sinusoid(guidance ?? 0), pooled: text.pooled };
    const vec = await this.#run("vector", (params) => vectorGraph(params, this.#flux.config), feeds);
    const made = new Map([["vec", vec as Feeds]]);
    const [oldest] = this.#modulations.keys();
    if (oldest !== undefined && this.#modulations.size >= TIMES_KEPT) this.#modulations.delete(oldest);
    this.#modulations.set(key, made);
    return made;
  }

  #run(key: string, build: (params: Params) => Record<string, Value>, feeds: Feeds): Promise<Record<string, Tensor>> {
    return this.#pool.run(key, () => build(new Params(this.#flux.source)), feeds);
  }
}

/** Under the names of a block's inputs. */
function into({ img, txt }: Streams): Feeds {
  return { "in.img": img, "in.txt": txt };
}

/** k of `DOUBLE-k-n`. */
function blockOf(tap: string): number {
  return Number(tap.split("-")[1]);
}
