import { z } from "zod";
import type { Outputs, ParityCase } from "../case.ts";
import { asTokens, openFlux, splitInput, textStates } from "./flux.ts";

const paramsSchema = z.object({ t: z.number(), guidance: z.number().nullable(), taps: z.array(z.string()) });

/** §1. */
export async function fluxForward(c: ParityCase): Promise<Outputs> {
  const { t, guidance, taps } = paramsSchema.parse(c.params);
  const flux = await openFlux(c);
  const call = { ...splitInput(c, flux), text: textStates(c), t, guidance };
  const outputs: Outputs = { velocity: asTokens((await flux.velocity(call)).velocity) };
  const { vec } = await flux.conditioning(t, guidance, call.text);
  if (vec) outputs.vec = { shape: [...vec.shape], data: vec.data };
  for (const [name, tap] of Object.entries(await flux.taps(call, taps))) outputs[`tap.${name}`] = asTokens(tap);
  await flux.release();
  return outputs;
}
