import { join } from "node:path";
import { z } from "zod";
import { Params } from "../../../src/engine/nn/params.ts";
import { compile } from "../../../src/engine/onnx/session.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { emptyPrompt } from "../../../src/evals/metrics/dift/empty-prompt.ts";
import { pictureShare } from "../../../src/evals/metrics/dift/noise-level.ts";
import { openSdEncoder } from "../../../src/evals/metrics/dift/sd-encoder.ts";
import { parseUnetConfig } from "../../../src/evals/metrics/dift/unet-config.ts";
import { timeWaves, unetFeatures } from "../../../src/evals/metrics/dift/unet-graph.ts";
import { input, type Outputs, type ParityCase, tensorOf } from "../case.ts";
import { COMPILE } from "./flux.ts";
import { part } from "./text-encoders.ts";

/** §7.3, §7.4: the network whose features both mean distances compare, and what it is fed with. */
export async function dift(c: ParityCase): Promise<Outputs> {
  const { step, block } = z.object({ step: z.number(), block: z.number() }).parse(c.params);
  const { dir, json } = await part(c, "unet");
  const config = parseUnetConfig(json, dir);
  const encoder = await openSdEncoder(join(c.bundleDir, "vae"), COMPILE);
  const { mean, logvar } = await encoder.moments(input(c, "image"));
  await encoder.release();
  const text = await emptyPrompt(c.bundleDir, COMPILE);
  const unet = await compile({ features: unetFeatures(new Params(await openWeights(dir)), config, block) }, COMPILE);
  const width = config.block_out_channels[0] ?? 0;
  const time = tensorOf(timeWaves(step, width), [1, width]);
  const { features } = await unet.run({ latents: input(c, "latents"), time, text });
  await unet.release();
  return {
    mean: tensorOf(mean.data, [...mean.shape]),
    logvar: tensorOf(logvar.data, [...logvar.shape]),
    text: tensorOf(text.data, [1, ...text.shape]),
    features: tensorOf(features.data, [...features.shape]),
    share: tensorOf([await pictureShare(c.bundleDir, step)]),
  };
}
