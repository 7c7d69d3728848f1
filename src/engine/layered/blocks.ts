/** Runs one block of a transformer, and the gradient of one: as a single graph, or cut at its attention where that
 * would take too much memory at once. */
import type { Flux } from "../models/flux.ts";
import type { AttentionRows, FluxHooks } from "../models/flux-graph.ts";
import { Params } from "../nn/params.ts";
import type { Tensor } from "../onnx/session.ts";
import type { SessionPool } from "../onnx/session-pool.ts";
import { type Attended, TiledAttention } from "./attention.ts";
import { cutGradient, cutGraph, isBeforeAttention, rowsFor } from "./cut-graphs.ts";
import { type BlockPart, blockGradient, blockGraph, type Outputs } from "./graphs.ts";

export type Feeds = Readonly<Record<string, Tensor>>;
export type Results = Record<string, Tensor>;

/** What a block is run with: its hooks, everything its inputs take, and a key of the graphs that the hooks make. */
export interface BlockCall {
  readonly part: BlockPart;
  readonly feeds: Feeds;
  readonly hooks: () => FluxHooks;
  readonly key: string;
}

export class Blocks {
  readonly #flux: Flux;
  readonly #pool: SessionPool;
  readonly #attention: TiledAttention;

  /** `attentionBytes`: of one matrix of attention scores. */
  constructor(flux: Flux, pool: SessionPool, attentionBytes: number) {
    this.#flux = flux;
    this.#pool = pool;
    this.#attention = new TiledAttention(pool, attentionBytes);
  }

  /** `wanted` names among `img`, `txt`, `kv.*` and taps. */
  async forward(call: BlockCall, wanted: readonly string[]): Promise<Results> {
    const rows = rowsFor(call.part, wanted);
    if (!this.#isCut(call) || rows.length === 0) {
      return this.#run(call, `|${wanted.join(",")}`, (...at) => blockGraph(...at, call.part, wanted));
    }
    const { own, heads } = await this.#before(call, rows, wanted.filter(isBeforeAttention));
    const attended = await this.#attend(heads);
    const after = wanted.filter((name) => !isBeforeAttention(name));
    return { ...own, ...(await this.#half(withFeeds(call, attended), after)) };
  }

  /** From cotangents of a block's outputs to those of `img` and, where wanted, `txt`: its inputs. */
  async backward(call: BlockCall, cotangents: Feeds, wrtText: boolean): Promise<Results> {
    const names = Object.keys(cotangents);
    const rows = rowsFor(call.part, names);
    if (!this.#isCut(call) || rows.length === 0) {
      const fed = withFeeds(call, prefixed(cotangents));
      const key = `|back ${wrtText}|${names.join(",")}`;
      return this.#run(fed, key, (...at) => blockGradient(...at, call.part, names, wrtText));
    }
    const streams = wrtText ? ["img", "txt"] : ["img"];
    const { heads } = await this.#before(call, rows, []);
    const [late, early] = split(cotangents);
    const fed = withFeeds(call, { ...(await this.#attend(heads)), ...prefixed(late) });
    const wrt = [...streams, ...rows.map((name) => `att.${name}`)];
    const above = await this.#halfGradient(fed, Object.keys(late), wrt);
    const queries = await this.#attentionBack(heads, above);
    const begin = { ...early, ...queries };
    const below = await this.#halfGradient(withFeeds(call, prefixed(begin)), Object.keys(begin), streams);
    return sums(streams, above, below);
  }

  #isCut({ part, feeds }: BlockCall): boolean {
    const [image = 0, text = 0] = [feeds["in.img"]?.shape[0], feeds["in.txt"]?.shape[0]];
    const queries = part.kind === "double" ? image : image + text;
    return this.#attention.isNeeded(this.#flux.config.heads, queries, image + text);
  }

  /** What comes before attention: outputs of their own, and heads by the rows that attend. */
  async #before(call: BlockCall, rows: readonly AttentionRows[], own: readonly string[]) {
    const queries = rows.map((name) => `q.${name}`);
    const found = await this.#half(call, [...own, ...queries, "k", "v"]);
    const heads = new Map<AttentionRows, Attended>();
    const { k, v } = found as { k: Tensor; v: Tensor }; // both were asked for
    for (const name of rows) heads.set(name, { q: found[`q.${name}`] as Tensor, k, v });
    return { own: Object.fromEntries(own.map((name) => [name, found[name] as Tensor])), heads };
  }

  async #attend(heads: ReadonlyMap<AttentionRows, Attended>): Promise<Results> {
    const out: Results = {};
    for (const [rows, one] of heads) out[`in.att.${rows}`] = await this.#attention.forward(one);
    return out;
  }

  /** Cotangents of queries, keys and values from those of what they gave. */
  async #attentionBack(heads: ReadonlyMap<AttentionRows, Attended>, above: Results): Promise<Results> {
    const out: Results = {};
    for (const [rows, one] of heads) {
      const cotangent = above[`att.${rows}`];
      if (cotangent === undefined) continue;
      out.k ??= zerosLike(one.k);
      out.v ??= zerosLike(one.v);
      out[`q.${rows}`] = await this.#attention.backward(one, cotangent, out.k, out.v);
    }
    return out;
  }

  #half(call: BlockCall, wanted: readonly string[]): Promise<Results> {
    return this.#run(call, `|half|${wanted.join(",")}`, (...at) => cutGraph(...at, call.part, wanted));
  }

  #halfGradient(call: BlockCall, names: readonly string[], wrt: readonly string[]): Promise<Results> {
    const key = `|half back|${names.join(",")}|${wrt.join(",")}`;
    return this.#run(call, key, (...at) => cutGradient(...at, call.part, names, wrt));
  }

  #run(
    { part, feeds, hooks, key }: BlockCall,
    what: string,
    build: (params: Params, config: Flux["config"], hooks: FluxHooks) => Outputs,
  ): Promise<Results> {
    const make = () => build(new Params(this.#flux.source), this.#flux.config, hooks());
    return this.#pool.run(`${part.kind}.${part.index}${what}|${key}`, make, feeds);
  }
}

function withFeeds(call: BlockCall, feeds: Feeds): BlockCall {
  return { ...call, feeds: { ...call.feeds, ...feeds } };
}

/** Under the names of a gradient's inputs. */
function prefixed(cotangents: Feeds): Feeds {
  return Object.fromEntries(Object.entries(cotangents).map(([name, value]) => [`d.${name}`, value]));
}

/** After and before attention. */
function split(cotangents: Feeds): [late: Feeds, early: Feeds] {
  const entries = Object.entries(cotangents);
  const part = (early: boolean) => Object.fromEntries(entries.filter(([name]) => isBeforeAttention(name) === early));
  return [part(false), part(true)];
}

function zerosLike({ shape, data }: Tensor): Tensor {
  return { shape, data: new Float32Array(data.length) };
}

function sums(names: readonly string[], a: Results, b: Results): Results {
  const entries = names.flatMap((name) => {
    const [x, y] = [a[name], b[name]];
    if (x === undefined || y === undefined) return x || y ? [[name, (x ?? y) as Tensor] as const] : [];
    return [[name, { shape: x.shape, data: x.data.map((value, i) => value + (y.data[i] ?? 0)) }] as const];
  });
  return Object.fromEntries(entries);
}
