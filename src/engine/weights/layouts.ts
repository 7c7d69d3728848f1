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
  return weightSource(fileOrDir, transformerRefs(fileOrDir, await openRefs(fileOrDir)).refs);
}

export interface TransformerRefs {
  readonly layout: "diffusers" | "single file";
  /** By diffusers' names. */
  readonly refs: ReadonlyMap<string, WeightRef>;
}

/** `onFailure` is told of a fused tensor that cannot be divided, and of the names it stands for; without it that throws. */
export function transformerRefs(
  path: string,
  refs: ReadonlyMap<string, WeightRef>,
  onFailure?: (error: unknown, names: readonly string[]) => void,
): TransformerRefs {
  const plain = stripPrefix(refs);
  if (!plain.has("img_in.weight")) return { layout: "diffusers", refs: plain };
  return { layout: "single file", refs: toDiffusers(path, plain, onFailure) };
}

/** What a tensor of the diffusers layout is part of in the single file; undefined for names of neither. */
export function singleFileName(name: string): string | undefined {
  const { stack, index, stem = "", kind } = DIFFUSERS_NAME.exec(name)?.groups ?? {};
  const known = stack === undefined ? undefined : stack.startsWith("single") ? STACKS.single : STACKS.double;
  const rule = Object.entries(known?.rules ?? TOP).find(([, one]) => targetsOf(one).includes(stem));
  if (rule === undefined) return undefined;
  const prefix = known === undefined ? "" : `${known === STACKS.single ? "single" : "double"}_blocks.${index}.`;
  return `${prefix}${rule[0]}.${rule[0].endsWith("_norm") ? "scale" : kind}`;
}

const DIFFUSERS_NAME =
  /^(?:(?<stack>(?:single_)?transformer_blocks)\.(?<index>\d+)\.)?(?<stem>.+)\.(?<kind>weight|bias)$/;

function targetsOf(rule: Rule): readonly string[] {
  if (typeof rule === "string") return [rule];
  if ("swap" in rule) return [rule.swap];
  return rule.rest === undefined ? rule.fused : [...rule.fused, rule.rest];
}

function stripPrefix(refs: ReadonlyMap<string, WeightRef>): ReadonlyMap<string, WeightRef> {
  const prefixed = [...refs].filter(([name]) => name.startsWith(PREFIX));
  return prefixed.length === 0
    ? refs
    : new Map(
        prefixed.map(([prefixedName, ref]) => {
          const name = prefixedName.slice(PREFIX.length);
          return [name, { ...ref, name }];
        }),
      );
}

function toDiffusers(
  path: string,
  refs: ReadonlyMap<string, WeightRef>,
  onFailure?: (error: unknown, names: readonly string[]) => void,
): Map<string, WeightRef> {
  const width = refs.get("img_in.weight")?.shape[0] ?? 0;
  const out = new Map<string, WeightRef>();
  for (const ref of refs.values()) {
    for (const renamed of renameOr(path, width, ref, onFailure)) out.set(renamed.name, renamed);
  }
  return out;
}

function renameOr(
  path: string,
  width: number,
  ref: WeightRef,
  onFailure: ((error: unknown, names: readonly string[]) => void) | undefined,
): WeightRef[] {
  try {
    return rename(path, width, ref);
  } catch (error) {
    if (onFailure === undefined) throw error;
    onFailure(error, namesOf(ref.name));
    return [];
  }
}

const NAME = /^(?:(?<stack>double|single)_blocks\.(?<index>\d+)\.)?(?<stem>.+)\.(?<kind>weight|bias|scale)$/;
const STACKS = {
  double: { rules: DOUBLE_BLOCK, prefix: "transformer_blocks" },
  single: { rules: SINGLE_BLOCK, prefix: "single_transformer_blocks" },
} as const;

/** Tensors that the layout does not know keep their names. */
function rename(path: string, width: number, ref: WeightRef): WeightRef[] {
  const found = ruleOf(ref.name);
  if (found === undefined) return [ref];
  const { rule, full } = found;
  if (typeof rule === "string") return [{ ...ref, name: full(rule) }];
  return "swap" in rule ? [swapHalves(path, ref, full(rule.swap))] : unfuse(path, width, ref, rule, full);
}

/** The rule of a single-file name, and what makes a whole name of a rule's target. */
function ruleOf(name: string): { rule: Rule; full: (target: string) => string } | undefined {
  const { stack, index, stem = "", kind } = NAME.exec(name)?.groups ?? {};
  const known = stack === "double" || stack === "single" ? STACKS[stack] : undefined;
  const rules = known?.rules ?? TOP;
  const rule = Object.hasOwn(rules, stem) ? rules[stem] : undefined;
  if (rule === undefined) return undefined;
  const prefix = known ? `${known.prefix}.${index}.` : "";
  return { rule, full: (target) => `${prefix}${target}.${kind === "bias" ? "bias" : "weight"}` };
}

function namesOf(name: string): string[] {
  const found = ruleOf(name);
  return found === undefined ? [] : targetsOf(found.rule).map(found.full);
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
