/** A FLUX transformer of random bfloat16 weights in the diffusers layout, written to a folder as it is made. */
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gaussian } from "../../src/engine/edit/noise.ts";
import { floatToBfloat } from "../../src/engine/weights/half.ts";

export interface SyntheticSize {
  readonly heads: number;
  readonly headDim: number;
  readonly doubles: number;
  readonly singles: number;
  readonly guidance?: boolean;
}

const TEXT = 64;
const POOLED = 64;

/** Tensor names and shapes (docs/flux.md §1.8). */
function tensorsOf({ heads, headDim, doubles, singles, guidance = true }: SyntheticSize): [string, number[]][] {
  const d = heads * headDim;
  const linear = (name: string, out: number, width: number): [string, number[]][] => [
    [`${name}.weight`, [out, width]],
    [`${name}.bias`, [out]],
  ];
  const norms = (prefix: string, names: readonly string[]) =>
    names.map((name): [string, number[]] => [`${prefix}.attn.${name}.weight`, [headDim]]);
  const square = (prefix: string, names: readonly string[]) =>
    names.flatMap((n) => linear(`${prefix}.attn.${n}`, d, d));
  const embedder = (name: string, width: number) => [
    ...linear(`time_text_embed.${name}.linear_1`, d, width),
    ...linear(`time_text_embed.${name}.linear_2`, d, d),
  ];
  const double = (p: string) => [
    ...linear(`${p}.norm1.linear`, 6 * d, d),
    ...linear(`${p}.norm1_context.linear`, 6 * d, d),
    ...square(p, ["to_q", "to_k", "to_v", "add_q_proj", "add_k_proj", "add_v_proj", "to_out.0", "to_add_out"]),
    ...norms(p, ["norm_q", "norm_k", "norm_added_q", "norm_added_k"]),
    ...["ff", "ff_context"].flatMap((ff) => [
      ...linear(`${p}.${ff}.net.0.proj`, 4 * d, d),
      ...linear(`${p}.${ff}.net.2`, d, 4 * d),
    ]),
  ];
  const single = (p: string) => [
    ...linear(`${p}.norm.linear`, 3 * d, d),
    ...square(p, ["to_q", "to_k", "to_v"]),
    ...norms(p, ["norm_q", "norm_k"]),
    ...linear(`${p}.proj_mlp`, 4 * d, d),
    ...linear(`${p}.proj_out`, d, 5 * d),
  ];
  return [
    ...linear("x_embedder", d, 64),
    ...linear("context_embedder", d, TEXT),
    ...embedder("timestep_embedder", 256),
    ...(guidance ? embedder("guidance_embedder", 256) : []),
    ...embedder("text_embedder", POOLED),
    ...Array.from({ length: doubles }, (_, i) => double(`transformer_blocks.${i}`)).flat(),
    ...Array.from({ length: singles }, (_, i) => single(`single_transformer_blocks.${i}`)).flat(),
    ...linear("norm_out.linear", 2 * d, d),
    ...linear("proj_out", 64, d),
  ];
}

/** Writes `config.json` and the weights; returns the bytes of all tensors. Norms are 1, all else is random with the
 * variance that keeps activations of order one. */
export async function writeSyntheticFlux(dir: string, size: SyntheticSize): Promise<number> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "config.json"), JSON.stringify(configOf(size)));
  const tensors = tensorsOf(size);
  const header: Record<string, unknown> = {};
  let at = 0;
  for (const [name, shape] of tensors) {
    const bytes = 2 * shape.reduce((product, side) => product * side, 1);
    header[name] = { dtype: "BF16", shape, data_offsets: [at, at + bytes] };
    at += bytes;
  }
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  const padding = (8 - (json.length % 8)) % 8;
  prefix.writeBigUInt64LE(BigInt(json.length + padding));
  const file = await open(join(dir, "diffusion_pytorch_model.safetensors"), "w");
  try {
    for (const part of [prefix, json, Buffer.alloc(padding, " ")]) await file.writeFile(part);
    for (const [i, [name, shape]] of tensors.entries()) await file.writeFile(values(name, shape, i));
  } finally {
    await file.close();
  }
  return at;
}

function configOf({ heads, headDim, doubles, singles, guidance = true }: SyntheticSize) {
  const rows = 2 * Math.floor((headDim * 7) / 32);
  return {
    in_channels: 64,
    num_layers: doubles,
    num_single_layers: singles,
    num_attention_heads: heads,
    attention_head_dim: headDim,
    joint_attention_dim: TEXT,
    pooled_projection_dim: POOLED,
    guidance_embeds: guidance,
    axes_dims_rope: [headDim - 2 * rows, rows, rows],
  };
}

const NORMALS = gaussian(2 ** 18, 7);

/** Rows of one long list of normal numbers, from another place for each tensor: cheap, and no two rows alike. */
function values(name: string, shape: readonly number[], seed: number): Uint8Array {
  const count = shape.reduce((product, side) => product * side, 1);
  if (name.includes("norm_")) {
    if (!name.startsWith("norm_out")) return new Uint8Array(floatToBfloat(new Float32Array(count).fill(1)).buffer);
  }
  const scale = 1 / Math.sqrt(shape[1] ?? 400);
  const scaled = floatToBfloat(NORMALS.map((value) => value * scale));
  const out = new Uint16Array(count);
  const width = shape[1] ?? count;
  for (let at = 0, row = 0; at < count; at += width, row++) {
    const from = (seed * 7919 + row * 104_729) % (scaled.length - width);
    out.set(scaled.subarray(from, from + width), at);
  }
  return new Uint8Array(out.buffer);
}
