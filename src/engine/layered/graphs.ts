/** The transformer's parts as graphs of their own, with streams as inputs `in.img` [L, D] and `in.txt` [T, D], and the gradient
 * of the parts that the drag runs through. The blocks themselves are those of the whole graph. */
import { vjp } from "../graph/grad.ts";
import { concat, input, type Value } from "../graph/value.ts";
import { type FluxConfig, hiddenWidth } from "../models/flux-config.ts";
import { FluxBuilder, type FluxHooks, L } from "../models/flux-graph.ts";
import { conditioningVector, type ModulatedPart, partModulation } from "../models/flux-modulation.ts";
import { silu } from "../nn/layers.ts";
import type { Params } from "../nn/params.ts";

export type Outputs = Record<string, Value>;

export interface BlockPart {
  readonly kind: "double" | "single";
  readonly index: number;
}

/** `latents` [h, w, 64] (and `condition`) and text states `states` [T, X] → `img`, `txt`. */
export function embedGraph(params: Params, config: FluxConfig): Outputs {
  const build = new FluxBuilder(params, config, {});
  const img = build.embedImage(input("latents", ["h", "w", config.outChannels]));
  const txt = params.linear(input("states", ["T", config.textWidth]), "context_embedder", hiddenWidth(config));
  return { img, txt };
}

/** Cotangent `d.img` → that of the latents, [L, 64]. */
export function embedGradient(params: Params, config: FluxConfig): Outputs {
  const tokens = input("tokens", [L, config.inChannels]);
  const img = params.linear(tokens, "x_embedder", hiddenWidth(config));
  const [grad] = vjp([img], [input("d.img", img.shape)], [tokens]);
  if (!grad) throw new TypeError("The image stream does not depend on its tokens");
  return { latents: grad.slice(1, 0, config.outChannels) };
}

/** `wanted` names among `img`, `txt`, `kv.*` and, of a double block, its taps. */
export function blockGraph(
  params: Params,
  config: FluxConfig,
  hooks: FluxHooks,
  part: BlockPart,
  wanted: readonly string[],
): Outputs {
  return pick(block(params, config, hooks, part).outputs, wanted);
}

/** Cotangents `d.<name>` of some outputs of a block → `img` and, where wanted, `txt`: those of its inputs. The
 * forward pass is recomputed inside. An input that the outputs do not depend on has no output here. */
export function blockGradient(
  params: Params,
  config: FluxConfig,
  hooks: FluxHooks,
  part: BlockPart,
  names: readonly string[],
  wrtText: boolean,
): Outputs {
  const { img, txt, outputs } = block(params, config, hooks, part);
  const chosen = Object.values(pick(outputs, names));
  const cotangents = chosen.map((value, i) => input(`d.${names[i]}`, value.shape));
  const [dImg, dTxt] = vjp(chosen, cotangents, wrtText ? [img, txt] : [img]);
  return { ...(dImg ? { img: dImg } : {}), ...(dTxt ? { txt: dTxt } : {}) };
}

/** `in.img` → `velocity` [L, 64]. */
export function finalGraph(params: Params, config: FluxConfig): Outputs {
  const build = new FluxBuilder(params, config, {});
  return { velocity: build.finalLayer(streams(config).img) };
}

/** `time`, `guidance`, `pooled` → `vec` [1, D]. */
export function vectorGraph(params: Params, config: FluxConfig): Outputs {
  return { vec: conditioningVector(params, config) };
}

/** `vec` → the modulation vectors of one part. */
export function modulationPart(params: Params, config: FluxConfig, part: ModulatedPart): Outputs {
  return partModulation(params, config, part, silu(input("vec", [1, hiddenWidth(config)])));
}

/** A block on its inputs, and everything that can be asked of it. */
export function block(params: Params, config: FluxConfig, hooks: FluxHooks, { kind, index }: BlockPart) {
  const build = new FluxBuilder(params, config, hooks);
  const { img, txt } = streams(config);
  const [imgOut, txtOut] = kind === "double" ? build.doubleBlock(index, img, txt) : single(build, index, img, txt);
  const outputs: Outputs = { ...Object.fromEntries([...build.taps, ...build.keysValues]), img: imgOut, txt: txtOut };
  return { img, txt, outputs };
}

function single(build: FluxBuilder, index: number, img: Value, txt: Value): [img: Value, txt: Value] {
  const x = build.singleBlock(index, concat([txt, img], 0)); // [T+L, D]
  return [x.slice(0, "T", L), x.slice(0, 0, "T")];
}

function streams(config: FluxConfig): { img: Value; txt: Value } {
  const d = hiddenWidth(config);
  return { img: input("in.img", [L, d]), txt: input("in.txt", ["T", d]) };
}

export function pick(outputs: Outputs, names: readonly string[]): Outputs {
  const found = names.map((name) => {
    const value = outputs[name];
    if (value === undefined) throw new TypeError(`Expected one of ${Object.keys(outputs).join(", ")}, got ${name}`);
    return [name, value] as const;
  });
  return Object.fromEntries(found);
}
