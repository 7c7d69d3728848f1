/** What the kinds of image adapters share: the adapted transformer's velocity and taps, and the gradient of
 * Σ ⟨cotangent, tap⟩ with respect to the latents. */
import { z } from "zod";
import { vjp } from "../../../src/engine/graph/grad.ts";
import { input as graphInput, type Value } from "../../../src/engine/graph/value.ts";
import type { AdapterInput, Flux } from "../../../src/engine/models/flux.ts";
import type { FluxValues } from "../../../src/engine/models/flux-graph.ts";
import { input, type Outputs, type ParityCase } from "../case.ts";
import { asTokens, splitInput, textStates } from "./flux.ts";

const paramsSchema = z.object({ t: z.number(), guidance: z.number().nullable(), taps: z.array(z.string()).min(1) });

export async function adaptedOutputs(c: ParityCase, flux: Flux, adapter: AdapterInput): Promise<Outputs> {
  const { t, guidance, taps } = paramsSchema.parse(c.params);
  const call = { ...splitInput(c, flux), text: textStates(c), t, guidance, adapter };
  const outputs: Outputs = { velocity: asTokens((await flux.velocity(call)).velocity) };
  for (const [name, tap] of Object.entries(await flux.taps(call, taps))) outputs[`tap.${name}`] = asTokens(tap);
  const cotangents = Object.fromEntries(
    taps.map((name) => {
      const { shape, data } = input(c, `cotangent.${name}`);
      return [`cotangent.${name}`, { shape: shape.slice(1), data }];
    }),
  );
  const { grad } = await flux.run("cotangents", call, (values) => ({ grad: gradient(values, taps) }), cotangents);
  if (grad) outputs.grad = asTokens(grad);
  return outputs;
}

function gradient(values: FluxValues, names: readonly string[]): Value {
  const taps = names.map((name) => values.taps.get(name)).filter((tap) => tap !== undefined);
  const cotangents = taps.map((tap, i) => graphInput(`cotangent.${names[i]}`, tap.shape));
  const [grad] = vjp(taps, cotangents, [values.latents]);
  if (!grad) throw new Error(`Expected taps that depend on the latents, got ${names.join(", ")}`);
  return grad;
}
