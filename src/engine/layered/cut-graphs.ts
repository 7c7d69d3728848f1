/** Blocks cut at their attention, for token counts whose scores do not fit: what comes before it gives queries `q.<rows>`,
 * keys `k` and values `v`; what comes after it takes `in.att.<rows>` [H, rows, d]. Both halves read the block's streams, so
 * that the backward pass recomputes each half by itself. */
import { vjp } from "../graph/grad.ts";
import { input, type Value } from "../graph/value.ts";
import type { FluxConfig } from "../models/flux-config.ts";
import type { AttentionRows, FluxHooks } from "../models/flux-graph.ts";
import type { Params } from "../nn/params.ts";
import { type BlockPart, block, type Outputs, pick } from "./graphs.ts";

/** Whether an output of a block exists before its attention. */
export function isBeforeAttention(name: string): boolean {
  return name.startsWith("kv.") || /^DOUBLE-\d+-0$/.test(name);
}

/** The streams whose attention an output of a block needs. */
export function rowsFor({ kind }: BlockPart, wanted: readonly string[]): AttentionRows[] {
  const after = wanted.filter((name) => !isBeforeAttention(name));
  if (after.length === 0) return [];
  if (kind === "single") return ["all"];
  const rows = ["img", "txt"] as const;
  return rows.filter((name) => (name === "txt" ? after.includes("txt") : after.some((other) => other !== "txt")));
}

/** `wanted` names among the block's outputs, `q.img`, `q.txt` or `q.all`, `k`, `v`. */
export function cutGraph(
  params: Params,
  config: FluxConfig,
  hooks: FluxHooks,
  part: BlockPart,
  wanted: readonly string[],
): Outputs {
  return pick(cutBlock(params, config, hooks, part).outputs, wanted);
}

/** Cotangents `d.<name>` of some outputs of one half → those of `wrt`, names among `img`, `txt` and `att.<rows>`. What the
 * outputs do not depend on has no output here. */
export function cutGradient(
  params: Params,
  config: FluxConfig,
  hooks: FluxHooks,
  part: BlockPart,
  names: readonly string[],
  wrt: readonly string[],
): Outputs {
  const { inputs, outputs } = cutBlock(params, config, hooks, part);
  const chosen = Object.values(pick(outputs, names));
  const cotangents = chosen.map((value, i) => input(`d.${names[i]}`, value.shape));
  const grads = vjp(chosen, cotangents, Object.values(pick(inputs, wrt)));
  return Object.fromEntries(wrt.flatMap((name, i) => (grads[i] ? [[name, grads[i]]] : [])));
}

function cutBlock(params: Params, config: FluxConfig, hooks: FluxHooks, part: BlockPart) {
  const before: Outputs = {};
  const attended: Outputs = {};
  const attend = (rows: AttentionRows, q: Value, k: Value, v: Value): Value => {
    Object.assign(before, { [`q.${rows}`]: q, k, v });
    const value = input(`in.att.${rows}`, q.shape);
    attended[`att.${rows}`] = value;
    return value;
  };
  const { img, txt, outputs } = block(params, config, { ...hooks, attend }, part);
  return { inputs: { img, txt, ...attended }, outputs: { ...outputs, ...before } };
}
