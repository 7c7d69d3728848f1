import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DcAutoencoder } from "../../../src/engine/models/autoencoder.ts";
import { parseDcConfig } from "../../../src/engine/models/autoencoder-dc.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { input, type Outputs, type ParityCase, type Tensor } from "../case.ts";
import { COMPILE } from "./flux.ts";

/** §2.5. */
export async function autoencoderDc(c: ParityCase): Promise<Outputs> {
  const { scalingFactor } = z.object({ scalingFactor: z.number() }).parse(c.params);
  const dir = join(c.bundleDir, "vae");
  const config = parseDcConfig(JSON.parse(await readFile(join(dir, "config.json"), "utf8")), dir);
  const vae = new DcAutoencoder(config, await openWeights(dir), COMPILE);
  const encoded = await vae.encode(input(c, "image"));
  const decoded = await vae.decode(input(c, "latents"));
  const latent = { shape: encoded.shape, data: encoded.data.map((value) => value / scalingFactor) };
  const plain = ({ shape, data }: { shape: readonly number[]; data: Float32Array }): Tensor => ({
    shape: [...shape],
    data,
  });
  return { latent: plain(latent), encoded: plain(encoded), decoded: plain(decoded) };
}
