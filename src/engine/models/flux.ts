/** A loaded FLUX transformer: compiles the graphs it is asked for, once each, and runs them. */
import type { Value } from "../graph/value.ts";
import { Params } from "../nn/params.ts";
import { GraphCache } from "../onnx/graph-cache.ts";
import { type CompiledGraph, type CompileOptions, compile, type Tensor } from "../onnx/session.ts";
import type { WeightSource } from "../weights/source.ts";
import { type FluxConfig, hiddenWidth } from "./flux-config.ts";
import { type RopeTables, ropeTables, sinusoid } from "./flux-embed.ts";
import {
  type AdapterHook,
  type FluxHooks,
  type FluxTaps,
  type FluxValues,
  fluxGraph,
  focusedTaps,
  type KvBlocks,
} from "./flux-graph.ts";
import { modulationGraph } from "./flux-modulation.ts";

/** Text states [T, X] and pooled vector [1, P]. */
export interface TextStates {
  readonly txt: Tensor;
  readonly pooled: Tensor;
}

/** `kv.double.i.k|v` and `kv.single.i.k|v` of one pass. */
export type KeysValues = Readonly<Record<string, Tensor>>;

/** An adapter's graph hook and the tensors that its inputs take, made once per subject. */
export interface AdapterInput {
  readonly hook: () => AdapterHook;
  /** At time t, 0–1; adapters that do not look at the time always give the same. */
  feeds(t: number): Promise<Readonly<Record<string, Tensor>>>;
  /** Distinguishes compiled graphs; equal keys mean equal graphs. */
  readonly key: string;
}

export interface FluxCall {
  /** Noisy latents [h, w, 64]. */
  readonly latents: Tensor;
  /** Constant channels of a Fill model [h, w, 320]. */
  readonly condition?: Tensor;
  readonly text: TextStates;
  /** Time, 0 picture – 1 noise. */
  readonly t: number;
  /** Guidance scale, null for a model without guidance embedding. */
  readonly guidance: number | null;
  readonly inject?: KeysValues;
  readonly capture?: KvBlocks;
  readonly adapter?: AdapterInput;
}

/** One edit uses five or six: modulation, velocity with and without replay or capture, features, supervision. */
const GRAPHS_KEPT = 8;
/** Of one text: an edit of 25 steps has some 50. */
const TIMES_KEPT = 64;

export class Flux {
  readonly config: FluxConfig;
  readonly options: CompileOptions;
  readonly #source: WeightSource;
  readonly #graphs = new GraphCache(GRAPHS_KEPT);
  readonly #rope = new Map<string, RopeTables>();
  readonly #empty = new Map<number, TextStates>();
  #modulation: { text: TextStates; results: Map<string, Promise<Record<string, Tensor>>> } | undefined;

  constructor(config: FluxConfig, source: WeightSource, options: CompileOptions) {
    this.config = config;
    this.#source = source;
    this.options = options;
  }

  /** Where its tensors lie. */
  get source(): WeightSource {
    return this.#source;
  }

  /** Velocity [h, w, 64] and, where asked, the raw K and V of blocks. */
  async velocity(call: FluxCall): Promise<{ velocity: Tensor; captured: KeysValues }> {
    const names = call.capture === undefined ? [] : kvNames(call.capture);
    const outputs = await this.run(`velocity:${names.join(",")}`, call, (flux) => ({
      velocity: flux.velocity,
      ...Object.fromEntries(names.map((name) => [name, pick(flux.keysValues, name)])),
    }));
    const { velocity, ...captured } = outputs;
    return { velocity: velocity as Tensor, captured }; // named just above
  }

  /** Block features by tap name, each [L, D]. */
  async taps(call: FluxCall, names: readonly string[]): Promise<Record<string, Tensor>> {
    return this.run(`taps:${names.join(",")}`, call, (flux) =>
      Object.fromEntries(names.map((name) => [name, pick(flux.taps, name)])),
    );
  }

  /** Runs any outputs built on the transformer's values; `key` names what `build` makes. `extra` feeds its own inputs. */
  async run(
    key: string,
    call: FluxCall,
    build: (flux: FluxValues) => Record<string, Value>,
    extra: Readonly<Record<string, Tensor>> = {},
  ): Promise<Record<string, Tensor>> {
    return this.#run(key, call, (params, hooks) => build(fluxGraph(params, this.config, hooks)), extra);
  }

  /** As `run`, for what is wanted of the focus's tokens in double block `last` and those before it; `extra` feeds the focus. */
  async runFocused(
    key: string,
    call: FluxCall,
    last: number,
    build: (flux: FluxTaps) => Record<string, Value>,
    extra: Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>> {
    const outputs = (params: Params, hooks: FluxHooks) => build(focusedTaps(params, this.config, hooks, last));
    return this.#run(`${key}|${last}`, call, outputs, extra);
  }

  async #run(
    key: string,
    call: FluxCall,
    outputs: (params: Params, hooks: FluxHooks) => Record<string, Value>,
    extra: Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>> {
    const injected = Object.keys(call.inject ?? {});
    const graph = await this.graph(`${key}|${injected.join(",")}|${call.adapter?.key ?? ""}`, (params) => {
      const adapter = call.adapter?.hook();
      return outputs(params, { inject: blocksOf(injected), ...(adapter === undefined ? {} : { adapter }) });
    });
    return graph.run({ ...(await this.#feeds(call)), ...extra });
  }

  /** The conditioning vector [1, D] and all modulation vectors at one time. */
  async conditioning(t: number, guidance: number | null, text: TextStates): Promise<Record<string, Tensor>> {
    if (this.#modulation?.text !== text) this.#modulation = { text, results: new Map() };
    const key = `${t}|${guidance}`;
    const { results } = this.#modulation;
    const known = results.get(key);
    if (known !== undefined) return known;
    if (results.size >= TIMES_KEPT) results.clear();
    const result = this.#condition(t, guidance, text);
    results.set(key, result);
    result.catch(() => results.delete(key)); // the next call tries again
    return result;
  }

  async #condition(t: number, guidance: number | null, text: TextStates): Promise<Record<string, Tensor>> {
    const graph = await this.graph("modulation", (params) => modulationGraph(params, this.config));
    return graph.run({ time: sinusoid(t), guidance: sinusoid(guidance ?? 0), pooled: text.pooled });
  }

  /** The transformer's values without compiling them, for counting and printing. */
  symbolic(hooks: FluxHooks = {}): FluxValues {
    return fluxGraph(new Params(this.#source), this.config, hooks);
  }

  /** Compiles once per key. */
  graph(key: string, build: (params: Params) => Record<string, Value>): Promise<CompiledGraph> {
    return this.#graphs.get(key, () => compile(build(new Params(this.#source)), this.options));
  }

  /** Throws `checkpoint-invalid` for a missing or misshapen tensor; compiles nothing. */
  check(): void {
    const params = new Params(this.#source);
    modulationGraph(params, this.config);
    fluxGraph(params, this.config);
  }

  /** Zero text states, for models that never saw a text encoder; the same ones each time, so that what is known of their
   * conditioning serves the next edit. */
  emptyText(tokens: number): TextStates {
    const { textWidth, pooledWidth } = this.config;
    const text = this.#empty.get(tokens) ?? {
      txt: { shape: [tokens, textWidth], data: new Float32Array(tokens * textWidth) },
      pooled: { shape: [1, pooledWidth], data: new Float32Array(pooledWidth) },
    };
    this.#empty.set(tokens, text);
    return text;
  }

  async release(): Promise<void> {
    await this.#graphs.release();
  }

  async #feeds(call: FluxCall): Promise<Record<string, Tensor>> {
    const [h = 0, w = 0] = call.latents.shape;
    const rope = this.#ropeTables(call.text.txt.shape[0] ?? 0, h, w);
    return {
      latents: call.latents,
      ...(call.condition === undefined ? {} : { condition: call.condition }),
      txt: call.text.txt,
      "pe.cos": rope.cos,
      "pe.sin": rope.sin,
      ...(await this.conditioning(call.t, call.guidance, call.text)),
      ...call.inject,
      ...(await call.adapter?.feeds(call.t)),
    };
  }

  #ropeTables(textTokens: number, h: number, w: number): RopeTables {
    const key = `${textTokens}|${h}|${w}`;
    const known = this.#rope.get(key);
    if (known !== undefined) return known;
    const tables = ropeTables(this.config.ropeAxes, textTokens, h, w);
    this.#rope.set(key, tables);
    return tables;
  }

  get width(): number {
    return hiddenWidth(this.config);
  }
}

export function kvNames({ doubles, singles }: KvBlocks): string[] {
  const both = (kind: string, i: number) => [`kv.${kind}.${i}.k`, `kv.${kind}.${i}.v`];
  return [...doubles.flatMap((i) => both("double", i)), ...singles.flatMap((i) => both("single", i))];
}

/** The blocks that such names belong to. */
export function blocksOf(names: readonly string[]): KvBlocks {
  const indices = (kind: string) => [
    ...new Set(names.filter((name) => name.startsWith(`kv.${kind}.`)).map((name) => Number(name.split(".")[2]))),
  ];
  return { doubles: indices("double"), singles: indices("single") };
}

function pick(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new TypeError(`Expected one of ${[...values.keys()].join(", ")}, got ${name}`);
  return value;
}
