import { z } from "zod";
import { integrate, SOLVERS } from "../../../src/engine/flow/solver.ts";
import { timeGrid } from "../../../src/engine/flow/timesteps.ts";
import type { Flux } from "../../../src/engine/models/flux.ts";
import { input, type Outputs, type ParityCase, type Tensor, tensorOf } from "../case.ts";
import { gridSchema, onGrid, openFlux, textStates } from "./flux.ts";

const paramsSchema = gridSchema.extend({
  solver: z.enum(SOLVERS),
  numSteps: z.number().int(),
  skip: z.number().int(),
  shift: z.boolean(),
  timesteps: z.array(z.number()),
  inversionGuidance: z.number().nullable(),
  samplingGuidance: z.number().nullable(),
});

/** §4. */
export async function fireflow(c: ParityCase): Promise<Outputs> {
  const p = paramsSchema.parse(c.params);
  const flux = await openFlux(c);
  const down = p.timesteps.slice(p.skip);
  const latents = input(c, "latents").data;
  const inversion = await integrate(p.solver, latents, down.toReversed(), velocityOf(c, flux, p.inversionGuidance));
  const inverted = inversion.at(-1) ?? latents;
  const sampling = await integrate(p.solver, inverted, down, velocityOf(c, flux, p.samplingGuidance));
  await flux.release();
  return {
    timesteps: tensorOf(timeGrid(p.numSteps, p.h * p.w, { shift: p.shift })),
    inversion: path(inversion),
    sampling: path(sampling),
    inverted: row(inverted),
    sampled: row(sampling.at(-1) ?? latents),
  };
}

export function velocityOf(c: ParityCase, flux: Flux, guidance: number | null) {
  const { h, w } = gridSchema.parse(c.params);
  const text = textStates(c);
  const condition = c.inputs.has("condition") ? { condition: onGrid(c, input(c, "condition")) } : {};
  return async (z: Float32Array, t: number) => {
    const latents = { shape: [h, w, flux.config.outChannels], data: z };
    return (await flux.velocity({ latents, ...condition, text, t, guidance })).velocity.data;
  };
}

function row(z: Float32Array): Tensor {
  return { shape: [1, z.length / 64, 64], data: z };
}

function path(rows: readonly Float32Array[]): Tensor {
  const size = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * size);
  for (const [i, z] of rows.entries()) data.set(z, i * size);
  return { shape: [rows.length, size / 64, 64], data };
}
