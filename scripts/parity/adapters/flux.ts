/** What the kinds on a FLUX bundle share: the model of a case's layout, text states, latents on their grid. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Flux, type TextStates } from "../../../src/engine/models/flux.ts";
import { inferFluxConfig } from "../../../src/engine/models/flux-infer.ts";
import { openTransformerWeights } from "../../../src/engine/weights/layouts.ts";
import { input, type ParityCase, type Tensor } from "../case.ts";

export const COMPILE = { graphDir: join(tmpdir(), "dragflow-parity-graphs"), providers: ["cpu"], threads: 2 };

export const gridSchema = z.object({
  h: z.number().int(),
  w: z.number().int(),
  axesDimsRope: z.tuple([z.number(), z.number(), z.number()]),
});

export async function openFlux(c: ParityCase): Promise<Flux> {
  const { axesDimsRope } = gridSchema.parse(c.params);
  const source = await openTransformerWeights(c.layout?.path ?? join(c.bundleDir, "transformer"));
  return new Flux(inferFluxConfig(source, axesDimsRope), source, COMPILE);
}

/** [1, T, X] → [T, X]; `prefix` is "", "source." or "target.". */
export function textStates(c: ParityCase, prefix = ""): TextStates {
  const txt = input(c, `${prefix}txt`);
  return { txt: { shape: txt.shape.slice(1), data: txt.data }, pooled: input(c, `${prefix}pooled`) };
}

/** (1, L, C) → [h, w, channels], the first `channels` or those from `start`. */
export function onGrid(c: ParityCase, tensor: Tensor, start = 0, channels = tensor.shape[2] ?? 0): Tensor {
  const { h, w } = gridSchema.parse(c.params);
  const all = tensor.shape[2] ?? 0;
  const data = new Float32Array(h * w * channels);
  for (let p = 0; p < h * w; p++)
    data.set(tensor.data.subarray(p * all + start, p * all + start + channels), p * channels);
  return { shape: [h, w, channels], data };
}

/** `latents` (1, L, C_in) as the moving channels and the constant rest. */
export function splitInput(c: ParityCase, flux: Flux): { latents: Tensor; condition?: Tensor } {
  const all = input(c, "latents");
  const { inChannels, outChannels } = flux.config;
  const latents = onGrid(c, all, 0, outChannels);
  return inChannels === outChannels
    ? { latents }
    : { latents, condition: onGrid(c, all, outChannels, inChannels - outChannels) };
}

/** Anything with L rows → (1, L, C). */
export function asTokens(tensor: { readonly shape: readonly number[]; readonly data: Float32Array }): Tensor {
  const channels = tensor.shape.at(-1) ?? 1;
  return { shape: [1, tensor.data.length / channels, channels], data: tensor.data };
}
