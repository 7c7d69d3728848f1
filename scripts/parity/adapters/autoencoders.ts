import { join } from "node:path";
import { z } from "zod";
import { Autoencoder } from "../../../src/engine/models/autoencoder.ts";
import { openAutoencoder } from "../../../src/engine/models/autoencoder-families.ts";
import { inferKlConfig, klGraphs, klMoments } from "../../../src/engine/models/autoencoder-kl.ts";
import { Params } from "../../../src/engine/nn/params.ts";
import { compile } from "../../../src/engine/onnx/session.ts";
import { openAutoencoderWeights } from "../../../src/engine/weights/autoencoder-layouts.ts";
import { input, type Outputs, type ParityCase, type Tensor } from "../case.ts";
import { COMPILE } from "./flux.ts";

/** §2.5. */
export async function autoencoderDc(c: ParityCase): Promise<Outputs> {
  const { scalingFactor } = z.object({ scalingFactor: z.number() }).parse(c.params);
  const { encoded, decoded } = await bothWays(c, await openAutoencoder(join(c.bundleDir, "vae"), COMPILE));
  return { latent: { ...encoded, data: encoded.data.map((value) => value / scalingFactor) }, encoded, decoded };
}

/** §2.4. */
export async function taef1(c: ParityCase): Promise<Outputs> {
  return bothWays(c, await openAutoencoder(join(c.bundleDir, "vae"), COMPILE));
}

const klParams = z.object({ scalingFactor: z.number(), shiftFactor: z.number(), normNumGroups: z.number() });

/** §2: sizes from the tensors, as the single file has no configuration; the folder is opened as a bundle's part is. */
export async function autoencoderKl(c: ParityCase): Promise<Outputs> {
  const { scalingFactor, shiftFactor, normNumGroups } = klParams.parse(c.params);
  const source = await openAutoencoderWeights(c.layout?.path ?? join(c.bundleDir, "vae"));
  const known = { scaling_factor: scalingFactor, shift_factor: shiftFactor, norm_num_groups: normNumGroups };
  const config = inferKlConfig(source, known);
  const moments = await compile(klMoments(new Params(source), config), COMPILE);
  const { mean, logvar } = await moments.run({ image: input(c, "image") });
  await moments.release();
  return {
    mean: plain(mean),
    logvar: plain(logvar),
    ...(await bothWays(c, new Autoencoder(klGraphs(config), source, COMPILE))),
  };
}

async function bothWays(c: ParityCase, vae: Autoencoder): Promise<{ encoded: Tensor; decoded: Tensor }> {
  const encoded = plain(await vae.encode(input(c, "image")));
  const decoded = plain(await vae.decode(input(c, "latents")));
  await vae.release();
  return { encoded, decoded };
}

function plain({ shape, data }: { shape: readonly number[]; data: Float32Array }): Tensor {
  return { shape: [...shape], data };
}
