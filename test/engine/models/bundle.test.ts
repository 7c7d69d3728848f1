import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findBundle, openBundle } from "../../../src/engine/models/bundle.ts";
import { patchJson, patchWeights, tinyBundle, WEIGHTS } from "../../helpers/bundle.ts";
import { CPU } from "../../helpers/evaluate.ts";

const MINI = fileURLToPath(new URL("../../../models/mini", import.meta.url));

let dir: string;
beforeEach(async () => {
  dir = await tinyBundle();
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe("opening a bundle", () => {
  test("a whole one opens and says what it is", async () => {
    const bundle = await openBundle(dir, CPU);
    expect(bundle).toMatchObject({ fill: true, prompts: undefined, adapter: undefined });
    expect(bundle.settings).toMatchObject({ numSteps: 25, solver: "fireflow", kv: "on" });
    await bundle.release();
  });

  test("one as it was published, without settings, gets the paper's blocks as far as it has them", async () => {
    await rm(join(dir, "dragflow.json"));
    const { settings, release } = await openBundle(dir, CPU);
    expect(settings).toMatchObject({ hookDoubles: [0], hookSingles: [], numSteps: 25, skip: 6, textTokens: 256 });
    expect(settings.features.every((name) => /^DOUBLE-\d-[02]$/.test(name))).toBe(true);
    await release();
  });

  test("the embedded one opens: every tensor that its graphs need is there", async () => {
    const bundle = await openBundle(MINI, CPU);
    expect(bundle.adapter).toBeDefined();
    await bundle.release();
  });

  const TRANSFORMER = join("transformer", WEIGHTS);
  const VAE = join("vae", WEIGHTS);
  const remove = (file: string) => () => rm(join(dir, file), { recursive: true });
  const json = (file: string, fields: Record<string, unknown>) => () => patchJson(join(dir, file), fields);
  const drop = (file: string, name: string) => () => patchWeights(join(dir, file), (shapes) => shapes.delete(name));
  const reshape = (file: string, name: string, shape: number[]) => () =>
    patchWeights(join(dir, file), (shapes) => shapes.set(name, shape));

  /** Damage → where it must be seen, what was expected, what was found. */
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["no model_index.json", remove("model_index.json"), /JSON file at .*model_index\.json, nothing can be read/],
    ["no transformer", remove("transformer"), /Expected weights at .*transformer/],
    [
      "no transformer config, and heads that no published model has",
      remove("transformer/config.json"),
      /transformer.config\.json, as axes_dims_rope cannot be read from tensors whose heads are 8 wide/,
    ],
    ["no transformer weights", remove(TRANSFORMER), /transformer: expected one \.safetensors file.*found none/],
    ["no autoencoder", remove("vae"), /JSON file at .*vae.config\.json/],
    [
      "a config that is no JSON",
      () => writeFile(join(dir, "transformer/config.json"), "{"),
      /config\.json, its text is not JSON/,
    ],
    [
      "a field that is missing",
      json("transformer/config.json", { num_layers: undefined }),
      /transformer.config\.json: Expected a number at num_layers, got nothing/,
    ],
    [
      "a field of another type",
      json("transformer/config.json", { num_layers: "2" }),
      /Expected a number at num_layers, got "2"/,
    ],
    [
      "a rotation that does not fit the heads",
      json("transformer/config.json", { axes_dims_rope: [2, 2, 2] }),
      /axes_dims_rope to sum to 8, got 6/,
    ],
    [
      "channels of no known kind",
      json("transformer/config.json", { in_channels: 128 }),
      /expected 64 or 384 input channels, found 128/,
    ],
    [
      "more blocks than tensors",
      json("transformer/config.json", { num_layers: 9 }),
      /tensor "transformer_blocks\.\d\..*", it is missing/,
    ],
    [
      "an autoencoder of other latents",
      json("vae/config.json", { latent_channels: 4 }),
      /vae: expected 16 latent channels at 1.8 as the transformer reads, found 4 at 1.8/,
    ],
    [
      "another autoencoder",
      json("vae/config.json", { _class_name: "AutoencoderX" }),
      /expected _class_name among AutoencoderDC, .*, found "AutoencoderX"/,
    ],
    [
      "an autoencoder with attention",
      json("vae/config.json", { encoder_block_types: "EfficientViTBlock" }),
      /vae.config\.json: Expected "ResBlock".* at encoder_block_types, got "EfficientViTBlock"/,
    ],
    [
      "a missing tensor",
      drop(TRANSFORMER, "transformer_blocks.1.attn.to_k.weight"),
      /transformer: expected tensor "transformer_blocks\.1\.attn\.to_k\.weight", it is missing/,
    ],
    [
      "a missing tensor of the modulation",
      drop(TRANSFORMER, "norm_out.linear.bias"),
      /"norm_out\.linear\.bias", it is missing/,
    ],
    [
      "a misshapen tensor",
      reshape(TRANSFORMER, "proj_out.weight", [64, 23]),
      /tensor "proj_out\.weight": expected shape \[64, 24\], found \[64, 23\]/,
    ],
    [
      "a misshapen tensor of the encoder",
      reshape(VAE, "encoder.conv_out.bias", [1]),
      /tensor "encoder\.conv_out\.bias": expected shape \[\d+\], found \[1\]/,
    ],
    [
      "a missing tensor of the decoder",
      drop(VAE, "decoder.norm_out.weight"),
      /vae: expected tensor "decoder\.norm_out\.weight", it is missing/,
    ],
    [
      "an unknown setting",
      json("dragflow.json", { stepps: 3 }),
      /dragflow\.json: Expected only known keys at the top of the file, got unknown "stepps"/,
    ],
    [
      "a setting out of range",
      json("dragflow.json", { numSteps: 0 }),
      /Expected a number of at least 1 at numSteps, got 0/,
    ],
    ["a drag after the last step", json("dragflow.json", { numSteps: 5, skip: 5 }), /skip less than numSteps 5, got 5/],
    [
      "a feature of a block beyond",
      json("dragflow.json", { features: ["DOUBLE-2-0"] }),
      /features of double blocks below 2, got block 2/,
    ],
    ["replay in a block beyond", json("dragflow.json", { hookSingles: [0, 40] }), /hookSingles below \d, got 40/],
  ])("%s", async (_name, damage, message) => {
    await damage();
    await expect(openBundle(dir, CPU)).rejects.toMatchObject({
      name: "EditError",
      code: "checkpoint-invalid",
      message: expect.stringMatching(message),
    });
  });
});

describe("finding a bundle", () => {
  let base: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), "dragflow-find-"));
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  test("by the name of an embedded one, by absolute path, by a path below the base", async () => {
    expect(await findBundle("mini", base)).toBe(MINI);
    expect(await findBundle(dir, base)).toBe(dir);
    await mkdir(join(base, "models", "own"), { recursive: true });
    expect(await findBundle(join("models", "own"), base)).toBe(join(base, "models", "own"));
  });

  test.each([
    "",
    ".",
    "..",
    "../models",
    "mini/../mini",
    "./mini/../..",
    "mini\0",
    "..%2fmini",
    "mini/",
    "nothing",
    "%2e%2e",
  ])("%j is none", async (name) => {
    await expect(findBundle(name, base)).rejects.toMatchObject({
      code: "not-found",
      message: `Expected the name of a model or its folder, got ${JSON.stringify(name)}`,
    });
  });

  test("a folder that climbs out of the base is not found, even where there is one", async () => {
    const inner = join(base, "inner");
    await mkdir(inner);
    await mkdir(join(base, "beside"));
    await expect(findBundle(join("..", "beside"), inner)).rejects.toMatchObject({
      code: "not-found",
      hint: expect.stringContaining("absolute path"),
    });
  });
});
