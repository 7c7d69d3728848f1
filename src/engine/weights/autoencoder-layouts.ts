/** AutoencoderKL under diffusers' tensor names, whatever layout the file has (names of both: flux.md §2.3). */
import { openRefs, type WeightRef, type WeightSource, weightSource } from "./source.ts";

/** Single-file name → diffusers' name. */
const RENAMES: readonly (readonly [RegExp, string])[] = [
  [/^(encoder|decoder)\.norm_out\./, "$1.conv_norm_out."],
  [/\.nin_shortcut\./, ".conv_shortcut."],
  [/^encoder\.down\.(\d+)\.block\.(\d+)\./, "encoder.down_blocks.$1.resnets.$2."],
  [/^encoder\.down\.(\d+)\.downsample\./, "encoder.down_blocks.$1.downsamplers.0."],
  [/^decoder\.up\.(\d+)\.block\.(\d+)\./, "decoder.up_blocks.$1.resnets.$2."],
  [/^decoder\.up\.(\d+)\.upsample\./, "decoder.up_blocks.$1.upsamplers.0."],
  [/\.mid\.block_1\./, ".mid_block.resnets.0."],
  [/\.mid\.block_2\./, ".mid_block.resnets.1."],
  [/\.mid\.attn_1\.norm\./, ".mid_block.attentions.0.group_norm."],
  [/\.mid\.attn_1\.proj_out\./, ".mid_block.attentions.0.to_out.0."],
  [/\.mid\.attn_1\.([qkv])\./, ".mid_block.attentions.0.to_$1."],
];

/** Prefix that files with a whole pipeline in them put before the autoencoder. */
const PREFIX = "first_stage_model.";

/** Opens a `.safetensors` file in either layout, a shard index, or a folder with one of them. Throws `checkpoint-invalid`. */
export async function openAutoencoderWeights(fileOrDir: string): Promise<WeightSource> {
  return weightSource(fileOrDir, autoencoderRefs(await openRefs(fileOrDir)));
}

/** The same tensors under diffusers' names. */
export function autoencoderRefs(refs: ReadonlyMap<string, WeightRef>): ReadonlyMap<string, WeightRef> {
  const own = [...refs].filter(([name]) => name.startsWith(PREFIX));
  const plain = own.length === 0 ? refs : new Map(own.map(([name, ref]) => [name.slice(PREFIX.length), ref]));
  return plain.has("decoder.mid.attn_1.q.weight") ? toDiffusers(plain) : plain;
}

function toDiffusers(refs: ReadonlyMap<string, WeightRef>): Map<string, WeightRef> {
  const levels = Math.max(0, ...[...refs.keys()].map((name) => Number(/^decoder\.up\.(\d+)\./.exec(name)?.[1] ?? 0)));
  const out = new Map<string, WeightRef>();
  for (const [old, ref] of refs) {
    const name = renamed(fromFinest(old, levels));
    out.set(name, { ...(isPointwise(name, ref) ? asMatrix(ref) : ref), name });
  }
  return out;
}

/** The single file counts the decoder's levels from the finest, diffusers from the coarsest. */
function fromFinest(name: string, last: number): string {
  return name.replace(/^decoder\.up\.(\d+)\./, (_, level: string) => `decoder.up.${last - Number(level)}.`);
}

function renamed(name: string): string {
  return RENAMES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), name);
}

/** The attention's projections are 1×1 convolutions in the single file, matrices in diffusers. */
function isPointwise(name: string, { shape }: WeightRef): boolean {
  return name.includes(".attentions.") && shape.length === 4 && shape[2] === 1 && shape[3] === 1;
}

function asMatrix(ref: WeightRef): WeightRef {
  const flat = <T extends { readonly shape: readonly number[] }>(one: T): T => ({
    ...one,
    shape: one.shape.slice(0, 2),
  });
  return { ...flat(ref), parts: ref.parts.map(flat) };
}
