import { join } from "node:path";
import { z } from "zod";
import { openSubjectAdapter } from "../../../src/engine/models/adapters/subject.ts";
import { readModelJson } from "../../../src/engine/models/json.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { input, type Outputs, type ParityCase } from "../case.ts";
import { asTokens, COMPILE, openFlux, splitInput, textStates } from "./flux.ts";

const paramsSchema = z.object({
  t: z.number(),
  guidance: z.number().nullable(),
  scales: z.array(z.number()),
  blocks: z.array(z.number().int().nonnegative()),
});

/** test/fixtures/parity-own/README.md: subject tokens as keys and values of blocks, velocities at several scales. */
export async function subjectAdapter(c: ParityCase): Promise<Outputs> {
  const { t, guidance, scales, blocks } = paramsSchema.parse(c.params);
  const flux = await openFlux(c);
  const dir = join(c.bundleDir, "adapter");
  const path = join(dir, "config.json");
  const adapter = await openSubjectAdapter({
    dir,
    json: await readModelJson(path),
    path,
    flux: flux.config,
    options: COMPILE,
    open: openWeights,
  });
  const subject = input(c, "subject");
  const latents = { shape: subject.shape.slice(1), data: subject.data };
  const call = { ...splitInput(c, flux), text: textStates(c), t, guidance };
  const outputs: Outputs = { "velocity.none": asTokens((await flux.velocity(call)).velocity) };
  for (const scale of scales) {
    const adapted = { ...call, adapter: await adapter.input(latents, scale) };
    outputs[`velocity.${scale}`] = asTokens((await flux.velocity(adapted)).velocity);
  }
  const feeds = await (await adapter.input(latents, 1)).feeds(t);
  for (const name of blocks.flatMap((block) => [`${block}.k`, `${block}.v`])) {
    const tensor = feeds[`ip.${name}`];
    const [block, letter] = name.split(".");
    if (tensor) outputs[`${letter}.${block}`] = { shape: [1, ...tensor.shape], data: tensor.data };
  }
  await flux.release();
  await adapter.release();
  return outputs;
}
