/** Bundles' autoencoders: chosen by what their folder says, the same numbers under both name sets. */
import { copyFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAutoencoder } from "../../../src/engine/models/autoencoder-families.ts";
import { inferKlConfig, parseKlConfig } from "../../../src/engine/models/autoencoder-kl.ts";
import { readModelJson } from "../../../src/engine/models/json.ts";
import { openAutoencoderWeights } from "../../../src/engine/weights/autoencoder-layouts.ts";
import { openSafetensors, type TensorData, writeSafetensors } from "../../../src/engine/weights/safetensors.ts";
import { patchJson, WEIGHTS } from "../../helpers/bundle.ts";
import { CPU, numbers } from "../../helpers/evaluate.ts";

const BUNDLES = fileURLToPath(new URL("../../fixtures/parity/bundles", import.meta.url));
const KL = join(BUNDLES, "vae-kl-a");
const SINGLE = join(KL, "ae-tiny-bfl.safetensors");

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-vae-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const image = { shape: [1, 3, 24, 40], data: numbers(3 * 24 * 40) };

test("the single file beside a configuration is read as the folder is", async () => {
  await copyFile(join(KL, "vae", "config.json"), join(dir, "config.json"));
  await copyFile(SINGLE, join(dir, "ae.safetensors"));
  const [single, folder] = [await openAutoencoder(dir, CPU), await openAutoencoder(join(KL, "vae"), CPU)];
  const latents = await folder.encode(image);
  expect(latents.shape).toEqual([1, 16, 3, 5]);
  expect(await single.encode(image)).toEqual(latents);
  expect((await single.decode(latents)).data).toEqual((await folder.decode(latents)).data);
  await single.release();
  await folder.release();
});

test("the names may have a prefix, as in files of a whole pipeline", async () => {
  const file = await openSafetensors(SINGLE);
  const tensors = new Map<string, TensorData>();
  for (const [name, { shape }] of file.tensors)
    tensors.set(`first_stage_model.${name}`, { shape, data: await file.read(name) });
  tensors.set("model.other.weight", { shape: [1], data: Float32Array.of(1) });
  await writeSafetensors(join(dir, "all.safetensors"), tensors);
  const names = (await openAutoencoderWeights(join(dir, "all.safetensors"))).names();
  expect(names.sort()).toEqual((await openAutoencoderWeights(join(KL, "vae"))).names().sort());
});

test("sizes read from the tensors are those of the configuration, FLUX's scaling included", async () => {
  const path = join(KL, "vae", "config.json");
  const inferred = inferKlConfig(await openAutoencoderWeights(SINGLE), { norm_num_groups: 4 });
  expect(inferred).toEqual(parseKlConfig(await readModelJson(path), path));
});

test("without a configuration the single file is FLUX's", async () => {
  // 32 groups do not divide the tiny model's channels, so widened weights stand for the real ones.
  const file = await openSafetensors(SINGLE);
  const wide = (size: number) => (size === 8 ? 32 : size === 16 ? 64 : size);
  const tensors = new Map<string, TensorData>();
  for (const [name, { shape }] of file.tensors) {
    const outside = name.startsWith("encoder.conv_out") ? 0 : name.startsWith("decoder.conv_in") ? 1 : -1;
    const own = shape.map((size, axis) => (axis === outside ? size : wide(size)));
    tensors.set(name, { shape: own, data: numbers(own.reduce((n, size) => n * size, 1)).map((value) => value * 0.05) });
  }
  await writeSafetensors(join(dir, "ae.safetensors"), tensors);
  const vae = await openAutoencoder(dir, CPU);
  expect(vae).toMatchObject({ compression: 8, latentChannels: 16 });
  const { shape, data } = await vae.decode(await vae.encode(image));
  expect(shape).toEqual(image.shape);
  expect(data.every(Number.isFinite)).toBe(true);
  await vae.release();
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ["quantising convolutions", { use_quant_conv: true }, /false at use_quant_conv, got true/],
  ["statistics of latents", { latents_mean: [0] }, /at latents_mean/],
  ["no attention", { mid_block_add_attention: false }, /true at mid_block_add_attention, got false/],
  ["groups that do not divide", { norm_num_groups: 5 }, /norm_num_groups that divide 8 channels, found 5/],
])("what is not computed is refused: %s", async (_, fields, message) => {
  await cp(join(KL, "vae"), dir, { recursive: true });
  await patchJson(join(dir, "config.json"), fields);
  const opened = openAutoencoder(dir, CPU).then((vae) => vae.check());
  await expect(opened).rejects.toMatchObject({
    code: "checkpoint-invalid",
    message: expect.stringMatching(message),
  });
});

test("a folder with neither configuration nor autoencoder says what is missing", async () => {
  await copyFile(join(BUNDLES, "lpips-a", "lpips_alex.safetensors"), join(dir, WEIGHTS));
  await expect(openAutoencoder(dir, CPU)).rejects.toMatchObject({ code: "checkpoint-invalid" });
  await rm(dir, { recursive: true });
  await expect(openAutoencoder(dir, CPU)).rejects.toThrow(/Expected a JSON file at .*config\.json/);
});
