import { resolve } from "node:path";
import { z } from "zod";
import { XlabsAdapter } from "../../../src/engine/models/adapters/xlabs.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { input, type Outputs, type ParityCase } from "../case.ts";
import { adaptedOutputs } from "./adapted-flux.ts";
import { asTokens, COMPILE, openFlux } from "./flux.ts";

const paramsSchema = z.object({ adapter: z.string(), scales: z.array(z.number()) });

/** §6.2. */
export async function xlabsIp(c: ParityCase): Promise<Outputs> {
  const { adapter: file, scales } = paramsSchema.parse(c.params);
  const flux = await openFlux(c);
  const adapter = new XlabsAdapter(await openWeights(resolve(c.dir, file)), flux.config, COMPILE);
  adapter.check();
  const tokens = await adapter.tokens(input(c, "imageEmbeds"));
  const outputs = await adaptedOutputs(c, flux, adapter.input(tokens, scales));
  await flux.release();
  await adapter.release();
  return { ...outputs, ipTokens: asTokens(tokens) };
}
