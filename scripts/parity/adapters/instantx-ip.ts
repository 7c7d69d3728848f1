import { resolve } from "node:path";
import { z } from "zod";
import { InstantX } from "../../../src/engine/models/adapters/instantx.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { input, type Outputs, type ParityCase } from "../case.ts";
import { adaptedOutputs } from "./adapted-flux.ts";
import { asTokens, COMPILE, openFlux } from "./flux.ts";

const paramsSchema = z.object({ adapter: z.string(), scale: z.number() });

/** §6.3. */
export async function instantxIp(c: ParityCase): Promise<Outputs> {
  const { adapter: file, scale } = paramsSchema.parse(c.params);
  const flux = await openFlux(c);
  const source = await openWeights(c.adapterFile?.path ?? resolve(c.dir, file));
  const adapter = new InstantX(source, flux.config, COMPILE);
  adapter.check();
  const tokens = await adapter.tokens(input(c, "imageEmbeds"));
  const outputs = await adaptedOutputs(c, flux, adapter.input(tokens, scale));
  await flux.release();
  await adapter.release();
  return { ...outputs, ipTokens: asTokens(tokens) };
}
