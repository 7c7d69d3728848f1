/** FLUX transformers under diffusers' tensor names, whatever layout the file has (names of both: flux.md §1.8). */
import { EditError } from "../../errors.ts";
import { openRefs, shapeText, sliceRows, type WeightRef, type WeightSource, weightSource } from "./source.ts";

/** Prefix that some single files put before every name of the transformer. */
const PREFIX = "model.diffusion_model.";

/**
 * A new name; or one name per row block of a fused tensor, each as tall as the model is wide, `rest` taking what is left;
 * or a tensor whose halves change places (scale and shift of the final layer).
 */
type Rule = string | Fused | { readonly swap: string };
interface Fused {
  readonly fused: readonly string[];
  readonly rest?: string;
}

const TOP: Readonly<Record<string, Rule>> = {
  img_in: "x_embedder",
  txt_in: "context_embedder",
  "time_in.in_layer": "time_text_embed.timestep_embedder.linear_1",
  "time_in.out_layer": "time_text_embed.timestep_embedder.linear_2",
  "guidance_in.in_layer": "time_text_embed.guidance_embedder.linear_1",
  "guidance_in.out_layer": "time_text_embed.guidance_embedder.linear_2",
  "vector_in.in_layer": "time_text_embed.text_embedder.linear_1",
  "vector_in.out_layer": "time_text_embed.text_embedder.linear_2",
  "final_layer.adaLN_modulation.1": { swap: "norm_out.linear" },
  "final_layer.linear": "proj_out",
};

const DOUBLE_BLOCK: Readonly<Record<string, Rule>> = {
  "img_mod.lin": "norm1.linear",
  "txt_mod.lin": "norm1_context.linear",
  "img_attn.qkv": { fused: ["attn.to_q", "attn.to_k", "attn.to_v"] },
  "txt_attn.qkv": { fused: ["attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"] },
  "img_attn.norm.query_norm": "attn.norm_q",
  "img_attn.norm.key_norm": "attn.norm_k",
  "txt_attn.norm.query_norm": "attn.norm_added_q",
  "txt_attn.norm.key_norm": "attn.norm_added_k",
  "img_attn.proj": "attn.to_out.0",
  "txt_attn.proj": "attn.to_add_out",
  "img_mlp.0": "ff.net.0.proj",
  "img_mlp.2": "ff.net.2",
  "txt_mlp.0": "ff_context.net.0.proj",
  "txt_mlp.2": "ff_context.net.2",
};

const SINGLE_BLOCK: Readonly<Record<string, Rule>> = {
  "modulation.lin": "norm.linear",
  linear1: { fused: ["attn.to_q", "attn.to_k", "attn.to_v"], rest: "proj_mlp" },
  "norm.query_norm": "attn.norm_q",
  "norm.key_norm": "attn.norm_k",
  linear2: "proj_out",
};

/**
 * Opens a transformer: a `.safetensors` file in either layout, a shard index, or a folder with one of them.
 * Every tensor is a slice of the file, also where the single-file layout fuses several.
 * Throws `checkpoint-invalid` for a broken file and for fused tensors whose rows cannot be divided.
 */
export async function openTransformerWeights(fileOrDir: string): Promise<WeightSource> {
  const refs = await openRefs(fileOrDir);
  const plain = stripPrefix(refs);
  return weightSource(fileOrDir, plain.has("img_in.weight") ? toDiffusers(fileOrDir, plain) : plain);
}

function stripPrefix(refs: ReadonlyMap<string, WeightRef>): ReadonlyMap<string, WeightRef> {
  const prefixed = [...refs].filter(([name]) => name.startsWith(PREFIX));
  return prefixed.length === 0 ? refs : new Map(prefixed.map(([name, ref]) => [name.slice(PREFIX.length), ref]));
}

function toDiffusers(path: string, refs: ReadonlyMap<string, WeightRef>): Map<string, WeightRef> {
  const width = refs.get("img_in.weight")?.shape[0] ?? 0;
  const out = new Map<string, WeightRef>();
  for (const [name, ref] of refs) {
    for (const renamed of rename(path, width, name, ref)) out.set(renamed.name, renamed);
  }
  return out;
}

const NAME = /^(?:(?<stack>double|single)_blocks\.(?<index>\d+)\.)?(?<stem>.+)\.(?<kind>weight|bias|scale)$/;
const STACKS = {
  double: { rules: DOUBLE_BLOCK, prefix: "transformer_blocks" },
  single: { rules: SINGLE_BLOCK, prefix: "single_transformer_blocks" },
} as const;

/** Tensors that the layout does not know keep their names. */
function rename(path: string, width: number, name: string, ref: WeightRef): WeightRef[] {
  const { stack, index, stem = "", kind } = NAME.exec(name)?.groups ?? {};
  const known = stack === "double" || stack === "single" ? STACKS[stack] : undefined;
  const rules = known?.rules ?? TOP;
  const rule = Object.hasOwn(rules, stem) ? rules[stem] : undefined;
  if (rule === undefined) return [ref];
  const full = (target: string) =>
    `${known ? `${known.prefix}.${index}.` : ""}${target}.${kind === "bias" ? "bias" : "weight"}`;
  if (typeof rule === "string") return [{ ...ref, name: full(rule) }];
  return "swap" in rule ? [swapHalves(path, ref, full(rule.swap))] : unfuse(path, width, ref, rule, full);
}

function swapHalves(path: string, ref: WeightRef, name: string): WeightRef {
  const rows = ref.shape[0] ?? 0;
  if (rows % 2 !== 0) throw wrongRows(path, ref, "an even number of rows");
  const parts = [sliceRows(ref, name, rows / 2, rows), sliceRows(ref, name, 0, rows / 2)].flatMap((half) => half.parts);
  return { ...ref, name, parts };
}

function unfuse(path: string, width: number, ref: WeightRef, rule: Fused, full: (name: string) => string): WeightRef[] {
  const { fused, rest } = rule;
  const rows = ref.shape[0] ?? 0;
  const taken = fused.length * width;
  if (rest === undefined ? rows !== taken : rows <= taken) {
    throw wrongRows(path, ref, `${rest === undefined ? "" : "more than "}${fused.length} blocks of ${width} rows`);
  }
  const slices = fused.map((name, i) => sliceRows(ref, full(name), i * width, (i + 1) * width));
  return rest === undefined ? slices : [...slices, sliceRows(ref, full(rest), taken, rows)];
}

function wrongRows(path: string, ref: WeightRef, expected: string): EditError {
  const found = `found shape ${shapeText(ref.shape)}`;
  return new EditError("checkpoint-invalid", `${path}: tensor "${ref.name}": expected ${expected}, ${found}`);
}
