/** The FLUX transformer as graph functions (flux.md §1.5–1.7), with the hooks of the drag algorithm: feature taps,
 * capture and replay of K and V, an adapter's cross-attention. Only what an output needs is ever emitted. */
import { dimAdd, dimMul } from "../graph/dim.ts";
import { concat, input, type Value } from "../graph/value.ts";
import { attention, mergeHeads, modulate, rmsNorm, splitHeads } from "../nn/layers.ts";
import type { Params } from "../nn/params.ts";
import { conditionChannels, type FluxConfig, hiddenWidth } from "./flux-config.ts";
import { Focus } from "./focus.ts";

/** Block indices whose K and V are captured or replaced. */
export interface KvBlocks {
  readonly doubles: readonly number[];
  readonly singles: readonly number[];
}

/** What a block shows an adapter: its image rows, and its text rows before them where the hook asks for both. */
export interface AdapterSite {
  /** Flat index: double blocks first, then single blocks. */
  readonly block: number;
  /** Queries as they leave `to_q` [rows, D]. */
  readonly query: Value;
  /** The same after their norm, before rotation [H, rows, d]. */
  readonly normalQuery: Value;
}

/** What an adapter adds to a block [rows, D]; undefined adds nothing there. */
export interface AdapterHook {
  /** To the attention output, before it is projected (double) or meets the MLP's features (single). */
  attention?(site: AdapterSite): Value | undefined;
  /** To the image stream as it leaves a double block. */
  blockOutput?(site: AdapterSite): Value | undefined;
  /** Whether single blocks show their text rows too. */
  readonly textRows?: boolean;
}

/** Rows whose queries attend together: the two streams of a double block, all tokens of a single block. */
export type AttentionRows = "img" | "txt" | "all";

export interface FluxHooks {
  /** Takes the place of attention; q [H, rows, d], k and v [H, T+L, d], normalised and rotated; gives [H, rows, d]. */
  readonly attend?: (rows: AttentionRows, q: Value, k: Value, v: Value) => Value;
  /** Replaced K and V become the inputs `kv.double.i.k` [L, D] (image rows) and `kv.single.i.k` [T+L, D]. */
  readonly inject?: KvBlocks;
  readonly adapter?: AdapterHook;
  /** Of this double block, and of all that only it reads, the image rows outside the focus are left out. */
  readonly focusedBlock?: number;
}

export interface FluxTaps {
  /** `DOUBLE-k-0|1|2`: modulated attention input, modulated MLP input, block output, each [L, D] or the focus's rows. */
  readonly taps: ReadonlyMap<string, Value>;
  /** The noisy latents' input, [h, w, 64]: what gradients are taken with respect to. */
  readonly latents: Value;
  readonly focus?: Focus;
}

export interface FluxValues extends FluxTaps {
  readonly velocity: Value;
  /** `kv.double.i.k|v` [L, D] and `kv.single.i.k|v` [T+L, D], raw: before norm and rotation. */
  readonly keysValues: ReadonlyMap<string, Value>;
}

const LN_EPS = 1e-6;
/** Image tokens of a grid with named sides. */
export const L = dimMul("h", "w");
export const S = dimAdd("T", L);

/** Inputs: `latents` [h, w, 64], `condition` [h, w, 320] for Fill models, `txt` [T, X], `pe.cos|sin` [T+h·w, d], and the
 * outputs of the modulation graph under their names. */
export function fluxGraph(params: Params, config: FluxConfig, hooks: FluxHooks = {}): FluxValues {
  const build = new FluxBuilder(params, config, hooks);
  const { latents, img, txt } = doubleBlocks(build, params, config, config.doubles);
  let x = concat([txt, img], 0); // [T+L, D]
  for (let i = 0; i < config.singles; i++) x = build.singleBlock(i, x);
  const velocity = build.finalLayer(x.slice(0, "T", L)).reshape(["h", "w", config.outChannels]);
  return { velocity, taps: build.taps, keysValues: build.keysValues, latents };
}

/** The double blocks up to `last`, for what is wanted of the focus's tokens: inputs as of `fluxGraph` and `Focus`. */
export function focusedTaps(params: Params, config: FluxConfig, hooks: FluxHooks, last: number): FluxTaps {
  const build = new FluxBuilder(params, config, { ...hooks, focusedBlock: last });
  const { latents } = doubleBlocks(build, params, config, last + 1);
  return { taps: build.taps, latents, ...(build.focus && { focus: build.focus }) };
}

function doubleBlocks(build: FluxBuilder, params: Params, config: FluxConfig, count: number) {
  const latents = input("latents", ["h", "w", config.outChannels]);
  let img = build.embedImage(latents);
  let txt = params.linear(input("txt", ["T", config.textWidth]), "context_embedder", hiddenWidth(config));
  for (let i = 0; i < count; i++) [img, txt] = build.doubleBlock(i, img, txt);
  return { latents, img, txt };
}

/** One block after another; a builder belongs to one graph. */
export class FluxBuilder {
  readonly taps = new Map<string, Value>();
  readonly keysValues = new Map<string, Value>();
  readonly focus: Focus | undefined;
  readonly #params: Params;
  readonly #config: FluxConfig;
  readonly #hooks: FluxHooks;
  readonly #cos: Value;
  readonly #sin: Value;
  readonly #cosImage: Value;
  readonly #sinImage: Value;

  constructor(params: Params, config: FluxConfig, hooks: FluxHooks) {
    this.#params = params;
    this.#config = config;
    this.#hooks = hooks;
    this.#cos = input("pe.cos", [S, config.headDim]);
    this.#sin = input("pe.sin", [S, config.headDim]);
    this.#cosImage = this.#cos.slice(0, "T", L);
    this.#sinImage = this.#sin.slice(0, "T", L);
    this.focus = hooks.focusedBlock === undefined ? undefined : new Focus();
  }

  embedImage(latents: Value): Value {
    const channels = conditionChannels(this.#config);
    const packed = latents.reshape([L, this.#config.outChannels]);
    const tokens =
      channels === 0 ? packed : concat([packed, input("condition", ["h", "w", channels]).reshape([L, channels])], 1);
    return this.#params.linear(tokens, "x_embedder", hiddenWidth(this.#config));
  }

  doubleBlock(i: number, img: Value, txt: Value): [img: Value, txt: Value] {
    const name = `transformer_blocks.${i}`;
    const [imgMod, txtMod] = [this.#modulation(`mod.double.${i}.img`, 6), this.#modulation(`mod.double.${i}.txt`, 6)];
    const imgIn = modulate(img.layerNorm(LN_EPS), imgMod(0), imgMod(1));
    const txtIn = modulate(txt.layerNorm(LN_EPS), txtMod(0), txtMod(1));
    this.taps.set(`DOUBLE-${i}-0`, imgIn);

    const own = this.#rowsOf(i);
    const query = this.#project(own(imgIn), `${name}.attn.to_q`);
    const [k, v] = this.#keyValue("double", i, L, (letter) => this.#project(imgIn, `${name}.attn.to_${letter}`));
    const qNormal = this.#heads(query, `${name}.attn.norm_q`);
    const qImg = qNormal.rotate(own(this.#cosImage), own(this.#sinImage));
    const kImg = this.#heads(k, `${name}.attn.norm_k`).rotate(this.#cosImage, this.#sinImage);
    // Text tokens sit at position 0, where the rotation is the identity.
    const qTxt = this.#heads(this.#project(txtIn, `${name}.attn.add_q_proj`), `${name}.attn.norm_added_q`);
    const kTxt = this.#heads(this.#project(txtIn, `${name}.attn.add_k_proj`), `${name}.attn.norm_added_k`);
    const vTxt = this.#heads(this.#project(txtIn, `${name}.attn.add_v_proj`));
    const keys = concat([kTxt, kImg], 0); // [T+L, H, d]
    const values = concat([vTxt, this.#heads(v)], 0);
    // Two calls, so that the text rows of the last tapped block are never computed.
    const site = { block: i, query, normalQuery: headsFirst(qNormal) };
    const imgAttention = plus(this.#attend("img", qImg, keys, values), this.#hooks.adapter?.attention?.(site));
    const txtAttention = this.#attend("txt", qTxt, keys, values);

    const imgOut = this.#streamOut(`${name}.attn.to_out.0`, `${name}.ff`, own(img), imgAttention, imgMod, i);
    return [
      this.#tapped(i, plus(imgOut, this.#hooks.adapter?.blockOutput?.(site))),
      this.#streamOut(`${name}.attn.to_add_out`, `${name}.ff_context`, txt, txtAttention, txtMod),
    ];
  }

  singleBlock(i: number, x: Value): Value {
    const name = `single_transformer_blocks.${i}`;
    const mod = this.#modulation(`mod.single.${i}`, 3);
    const xIn = modulate(x.layerNorm(LN_EPS), mod(0), mod(1));
    const query = this.#project(xIn, `${name}.attn.to_q`);
    const [k, v] = this.#keyValue("single", i, S, (letter) => this.#project(xIn, `${name}.attn.to_${letter}`));
    const qNormal = this.#heads(query, `${name}.attn.norm_q`);
    const q = qNormal.rotate(this.#cos, this.#sin);
    const keys = this.#heads(k, `${name}.attn.norm_k`).rotate(this.#cos, this.#sin);
    const site = { block: this.#config.doubles + i, query, normalQuery: headsFirst(qNormal) };
    const attended = this.#adaptedRows(site, this.#attend("all", q, keys, this.#heads(v)));
    const mlp = this.#params.linear(xIn, `${name}.proj_mlp`, 4 * hiddenWidth(this.#config)).gelu();
    const out = this.#params.linear(concat([attended, mlp], 1), `${name}.proj_out`, hiddenWidth(this.#config));
    return x.add(out.mul(mod(2)));
  }

  finalLayer(img: Value): Value {
    const mod = this.#modulation("mod.final", 2);
    const normal = modulate(img.layerNorm(LN_EPS), mod(1), mod(0)); // diffusers stores scale first
    return this.#params.linear(normal, "proj_out", this.#config.outChannels);
  }

  /** Picks the image rows that a double block's output is wanted of: all, or the focus's where the next block reads no other
   * row. That block reads all of them for its own K and V, unless these are replaced. */
  #rowsOf(i: number): (x: Value) => Value {
    const { focusedBlock = i, inject } = this.#hooks;
    const replaced = (block: number) => inject?.doubles.includes(block) ?? false;
    const below = Array.from({ length: Math.max(0, focusedBlock - i) }, (_, k) => focusedBlock - k);
    const { focus } = this;
    return focus !== undefined && below.every(replaced) ? (x) => focus.pick(x) : (x) => x;
  }

  /** Attention output → residual → MLP → residual of one stream. */
  #streamOut(out: string, mlp: string, x: Value, attended: Value, mod: (row: number) => Value, tap?: number): Value {
    const d = hiddenWidth(this.#config);
    const x1 = x.add(this.#params.linear(attended, out, d).mul(mod(2)));
    const mlpIn = modulate(x1.layerNorm(LN_EPS), mod(3), mod(4));
    const hidden = this.#params.linear(mlpIn, `${mlp}.net.0.proj`, 4 * d).gelu();
    const x2 = x1.add(this.#params.linear(hidden, `${mlp}.net.2`, d).mul(mod(5)));
    if (tap !== undefined) this.taps.set(`DOUBLE-${tap}-1`, mlpIn);
    return x2;
  }

  #tapped(i: number, x: Value): Value {
    this.taps.set(`DOUBLE-${i}-2`, x);
    return x;
  }

  #modulation(name: string, count: number): (row: number) => Value {
    const rows = input(name, [count, hiddenWidth(this.#config)]);
    return (row) => rows.slice(0, row, 1); // [1, D]
  }

  #project(x: Value, name: string): Value {
    return this.#params.linear(x, name, hiddenWidth(this.#config));
  }

  /** [tokens, D] → [tokens, H, d], normalised where the block has a norm for it. */
  #heads(x: Value, norm?: string): Value {
    const split = splitHeads(x, this.#config.heads);
    if (norm === undefined) return split;
    return rmsNorm(split, this.#params.get(`${norm}.weight`, [this.#config.headDim]), LN_EPS);
  }

  /** q [rows, H, d], k and v [T+L, H, d] → [rows, D]. Heads come first only where the products read them, which is free. */
  #attend(rows: AttentionRows, q: Value, k: Value, v: Value): Value {
    const heads = [headsFirst(q), headsFirst(k), headsFirst(v)] as const;
    return mergeHeads(this.#hooks.attend?.(rows, ...heads) ?? attention(...heads, this.#config.headDim ** -0.5));
  }

  #keyValue(
    kind: "double" | "single",
    i: number,
    rows: string | number,
    project: (letter: "k" | "v") => Value,
  ): [Value, Value] {
    const blocks = kind === "double" ? this.#hooks.inject?.doubles : this.#hooks.inject?.singles;
    const injected = blocks?.includes(i) ?? false;
    const pick = (letter: "k" | "v") => {
      const name = `kv.${kind}.${i}.${letter}`;
      const value = injected ? input(name, [rows, hiddenWidth(this.#config)]) : project(letter);
      this.keysValues.set(name, value);
      return value;
    };
    return [pick("k"), pick("v")];
  }

  /** An adapter sees and changes the image rows, or all rows where it asks for them. */
  #adaptedRows(site: AdapterSite, attended: Value): Value {
    const { adapter } = this.#hooks;
    if (adapter?.attention === undefined || adapter.textRows) return plus(attended, adapter?.attention?.(site));
    const added = adapter.attention({
      block: site.block,
      query: site.query.slice(0, "T", L),
      normalQuery: site.normalQuery.slice(1, "T", L),
    });
    if (added === undefined) return attended;
    return concat([attended.slice(0, 0, "T"), attended.slice(0, "T", L).add(added)], 0);
  }
}

/** [tokens, H, d] → [H, tokens, d]. */
function headsFirst(x: Value): Value {
  return x.transpose([1, 0, 2]);
}

function plus(x: Value, added: Value | undefined): Value {
  return added === undefined ? x : x.add(added);
}
