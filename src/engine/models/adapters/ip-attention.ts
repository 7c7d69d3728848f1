/** What image adapters share: keys and values of the image's tokens for every block, made once, and the attention that
 * uses them. Families differ in the rows of `IpLayout` only. */
import { input, type Value } from "../../graph/value.ts";
import { attention, mergeHeads } from "../../nn/layers.ts";
import { Params } from "../../nn/params.ts";
import { LazyGraph } from "../../onnx/lazy-graph.ts";
import { type CompileOptions, compile, type Tensor } from "../../onnx/session.ts";
import type { WeightSource } from "../../weights/source.ts";
import type { AdapterInput } from "../flux.ts";
import type { AdapterHook, AdapterSite } from "../flux-graph.ts";

export interface IpLayout {
  /** Distinguishes compiled graphs: the family's name. */
  readonly type: string;
  readonly tokens: number;
  readonly tokenWidth: number;
  readonly heads: number;
  readonly headDim: number;
  /** The adapter has keys and values for flat block indices below this. */
  readonly blocks: number;
  /** Where the result is added. */
  readonly place: "attention" | "block-output";
  readonly textRows?: boolean;
  /** Tokens [n, X] → keys as the attention uses them, and values, [n, H, d] each. */
  keysValues(params: Params, block: number, tokens: Value): { k: Value; v: Value };
  /** Queries as the attention uses them [H, rows, d]. */
  query(params: Params, site: AdapterSite): Value;
}

/** One for all blocks, or one after another; blocks beyond the list get 0, and entries beyond the blocks do nothing. */
export type IpScale = number | readonly number[];

export class IpAttention {
  readonly #layout: IpLayout;
  readonly #source: WeightSource;
  readonly #keysValues: LazyGraph;

  constructor(layout: IpLayout, source: WeightSource, options: CompileOptions) {
    this.#layout = layout;
    this.#source = source;
    this.#keysValues = new LazyGraph(async () => compile(this.#outputs(new Params(source)), options));
  }

  /** `tokensAt` gives the image's tokens [n, X] at a time. Keys and values of the last time asked for are kept: the drag
   * loop stays at one. */
  input(tokensAt: (t: number) => Promise<Tensor>, scale: IpScale): AdapterInput {
    const scales = { "ip.scale": this.#scales(scale) };
    let last: { tokens: Tensor; feeds: Promise<Record<string, Tensor>> } | undefined;
    return {
      hook: () => this.#hook(),
      key: `${this.#layout.type}:${this.#layout.tokens}`,
      feeds: async (t) => {
        const tokens = await tokensAt(t);
        if (last?.tokens !== tokens) last = { tokens, feeds: this.#run(tokens) };
        return { ...(await last.feeds), ...scales };
      },
    };
  }

  /** Throws `checkpoint-invalid` for a missing or misshapen tensor. */
  check(): void {
    const params = new Params(this.#source);
    this.#outputs(params);
    const { heads, headDim, blocks, query } = this.#layout;
    const [raw, normalQuery] = [input("query", [1, heads * headDim]), input("normalQuery", [heads, 1, headDim])];
    for (let block = 0; block < blocks; block++) query(params, { block, query: raw, normalQuery });
  }

  release(): Promise<void> {
    return this.#keysValues.release();
  }

  async #run(tokens: Tensor): Promise<Record<string, Tensor>> {
    return (await this.#keysValues.get()).run({ tokens });
  }

  /** `ip.i.k|v` [H, n, d] of every block. */
  #outputs(params: Params): Record<string, Value> {
    const { blocks, tokens: count, tokenWidth, keysValues } = this.#layout;
    const tokens = input("tokens", [count, tokenWidth]);
    const outputs: Record<string, Value> = {};
    for (let block = 0; block < blocks; block++) {
      const { k, v } = keysValues(params, block, tokens);
      outputs[`ip.${block}.k`] = k.transpose([1, 0, 2]);
      outputs[`ip.${block}.v`] = v.transpose([1, 0, 2]);
    }
    return outputs;
  }

  /** For one graph: its blocks share the scales' input. */
  #hook(): AdapterHook {
    const { place, textRows = false, blocks } = this.#layout;
    const params = new Params(this.#source);
    const scales = input("ip.scale", [blocks]);
    const add = (site: AdapterSite) =>
      site.block < blocks ? this.#attend(params, site).mul(scales.slice(0, site.block, 1)) : undefined;
    return place === "attention" ? { attention: add, textRows } : { blockOutput: add };
  }

  #attend(params: Params, site: AdapterSite): Value {
    const { heads, headDim, tokens, query } = this.#layout;
    const shape = [heads, tokens, headDim];
    const [k, v] = [input(`ip.${site.block}.k`, shape), input(`ip.${site.block}.v`, shape)];
    return mergeHeads(attention(query(params, site), k, v, headDim ** -0.5));
  }

  #scales(scale: IpScale): Tensor {
    const { blocks } = this.#layout;
    if (typeof scale === "number") return { shape: [blocks], data: new Float32Array(blocks).fill(scale) };
    return { shape: [blocks], data: Float32Array.from({ length: blocks }, (_, block) => scale[block] ?? 0) };
  }
}
