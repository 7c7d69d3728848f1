import { resolve } from "node:path";
import { z } from "zod";
import { InstantCharacter } from "../../../src/engine/models/adapters/instantcharacter.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { input, type Outputs, type ParityCase } from "../case.ts";
import { adaptedOutputs } from "./adapted-flux.ts";
import { asTokens, COMPILE, openFlux } from "./flux.ts";

const paramsSchema = z.object({
  adapter: z.string(),
  scale: z.number(),
  t: z.number(),
  projector: z.object({ num_attention_heads: z.number().int(), heads: z.number().int() }),
});

/** §6.1. */
export async function instantCharacter(c: ParityCase): Promise<Outputs> {
  const { adapter: file, scale, t, projector } = paramsSchema.parse(c.params);
  const flux = await openFlux(c);
  const config = { crossHeads: projector.num_attention_heads, resamplerHeads: projector.heads, timestepScale: 1 };
  const source = await openWeights(c.adapterFile?.path ?? resolve(c.dir, file));
  const adapter = new InstantCharacter(source, flux.config, config, COMPILE);
  adapter.check();
  const features = { lowDeep: rows(c, "lowDeep"), lowShallow: rows(c, "lowShallow"), highDeep: rows(c, "highDeep") };
  const tokens = await adapter.tokens(features, t);
  const outputs = await adaptedOutputs(c, flux, await adapter.input(features, scale));
  await flux.release();
  await adapter.release();
  return { ...outputs, ipTokens: asTokens(tokens) };
}

function rows(c: ParityCase, name: string) {
  const { shape, data } = input(c, name);
  return { shape: shape.slice(1), data };
}
