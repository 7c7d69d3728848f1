/** `models check`: one look says everything that is wrong, and what the model is. */
import { cp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkModel } from "../../../src/engine/models/check/check-model.ts";
import { variantOf } from "../../../src/engine/models/check/variant.ts";
import type { FluxConfig } from "../../../src/engine/models/flux-config.ts";
import { openSafetensors, type TensorData, writeSafetensors } from "../../../src/engine/weights/safetensors.ts";
import { patchJson, patchWeights, tinyBundle, WEIGHTS } from "../../helpers/bundle.ts";
import { fluxBundle } from "../../helpers/flux-bundle.ts";

const PARITY = fileURLToPath(new URL("../../fixtures/parity/bundles", import.meta.url));
const MINI = fileURLToPath(new URL("../../../models/mini", import.meta.url));

let dir: string;
beforeEach(async () => {
  dir = await tinyBundle();
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Every problem as "part type: message". */
async function problems(path = dir): Promise<string[]> {
  const { ok, parts, problems: own } = await checkModel(path);
  const said = [
    ...own.map(({ type, message }) => `bundle ${type}: ${message}`),
    ...parts.flatMap((part) => part.problems.map(({ type, message }) => `${part.name} ${type}: ${message}`)),
  ];
  expect(ok).toBe(said.length === 0);
  return said;
}

describe("whole models", () => {
  test("a Fill bundle says its parts, sizes and memory", async () => {
    const { ok, variant, layout, parts, memory, parameters, bytes } = await checkModel(dir);
    expect({ ok, layout }).toEqual({ ok: true, layout: "diffusers" });
    expect(variant?.sizes).toMatch(/double and .* single blocks of width \d+, 384 input channels/);
    expect(parts.map(({ name }) => name)).toEqual(["transformer", "vae"]);
    expect(parts[0]?.dtypes).toEqual({ F32: parts[0]?.parameters });
    expect({ bytes, cpu: memory.cpu, gpu: memory.gpu }).toEqual({
      bytes: 4 * parameters,
      cpu: 4 * parameters,
      gpu: 2 * parameters,
    });
    expect(memory.cpuBlockByBlock).toBeGreaterThan(bytes);
    const { cpu, gpu, ...edit } = memory.edit ?? {};
    expect(edit).toEqual({ side: 512, bundle: true });
    // All copies of the weights but what packing adds, in half the bytes.
    expect(gpu?.whole).toBeLessThan(cpu?.whole ?? 0);
    expect(cpu?.blockByBlock).toBeLessThan(cpu?.whole ?? 0);
  });

  test("the embedded one, with its adapter", async () => {
    expect(await problems(MINI)).toEqual([]);
  });

  test("one with text encoders and a cheap decoder", async () => {
    await rm(dir, { recursive: true });
    dir = await fluxBundle({ preview: true });
    const { ok, parts } = await checkModel(dir);
    expect({ ok, parts: parts.map(({ name }) => name) }).toEqual({
      ok: true,
      parts: ["transformer", "vae", "preview_vae", "text_encoder", "text_encoder_2"],
    });
  });

  test.each(["flux-dev-a", "flux-fill-b", "flux-schnell-c"])(
    "%s as a single file counts what its folder counts",
    async (name) => {
      const single = await checkModel(join(PARITY, name, "flux1-tiny-bfl.safetensors"));
      const folder = await checkModel(join(PARITY, name, "transformer"));
      expect([single.layout, folder.layout]).toEqual(["single file", "diffusers"]);
      expect([single.ok, folder.ok]).toEqual([true, true]);
      expect(single.parameters).toBe(folder.parameters);
      expect(single.variant?.sizes).toBe(folder.variant?.sizes);
      expect(single.memory.edit).toEqual(folder.memory.edit);
      expect(single.memory.edit).toMatchObject({ side: 512, bundle: false });
    },
  );
});

describe("what is wrong is said at once", () => {
  const transformer = () => join(dir, "transformer", WEIGHTS);

  test("missing, misshapen and unexpected tensors of several parts", async () => {
    await patchWeights(transformer(), (shapes) => {
      shapes.delete("transformer_blocks.0.attn.to_k.weight");
      shapes.delete("proj_out.bias");
      shapes.set("context_embedder.bias", [3]);
      shapes.set("transformer_blocks.0.attn.to_z.weight", [2, 2]);
    });
    await patchWeights(join(dir, "vae", WEIGHTS), (shapes) => shapes.delete("decoder.conv_out.conv.bias"));
    const said = await problems();
    expect(said).toHaveLength(5);
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^transformer missing: transformer_blocks\.0\.attn\.to_k\.weight \[\d+, \d+\]$/),
        expect.stringMatching(/^transformer missing: proj_out\.bias \[64\]$/),
        expect.stringMatching(/^transformer shape: context_embedder\.bias: expected \[\d+\], found \[3\]$/),
        "transformer unexpected: transformer_blocks.0.attn.to_z.weight [2, 2]",
        expect.stringMatching(/^vae missing: decoder\.conv_out\.conv\.bias/),
      ]),
    );
  });

  test("a file cut off", async () => {
    const { length } = await readFile(transformer());
    await truncate(transformer(), length - 4);
    expect(await problems()).toEqual([expect.stringMatching(/^transformer unreadable: .*data_offsets/)]);
  });

  test("a folder without weights, and settings for blocks that are not there", async () => {
    await rm(join(dir, "vae"), { recursive: true });
    await patchJson(join(dir, "dragflow.json"), { hookDoubles: [40] });
    expect(await problems()).toEqual([
      expect.stringMatching(/^bundle unreadable: .*hookDoubles below \d+, got 40$/),
      expect.stringMatching(/^vae unreadable: Expected weights at .*vae, nothing is there$/),
    ]);
  });

  test("numbers that are not read", async () => {
    const file = await openSafetensors(transformer());
    const tensors = new Map<string, TensorData>();
    for (const [name, { shape }] of file.tensors) tensors.set(name, { shape, data: await file.read(name) });
    const [count = 0] = file.tensors.get("proj_out.bias")?.shape ?? [];
    tensors.set("proj_out.bias", { shape: [count], dtype: "F8_E4M3", bytes: new Uint8Array(count) });
    await writeSafetensors(transformer(), tensors);
    expect(await problems()).toEqual([
      "transformer unreadable: proj_out.bias: expected F32, F16 or BF16, found F8_E4M3",
    ]);
  });

  test("only a part of what reads prompts", async () => {
    await cp(join(PARITY, "t5-a", "text_encoder_2"), join(dir, "text_encoder_2"), { recursive: true });
    expect(await problems()).toContain("bundle missing: to read prompts: text_encoder, tokenizer, tokenizer_2");
  });

  test("an encoder of another width", async () => {
    await rm(dir, { recursive: true });
    dir = await fluxBundle();
    await patchJson(join(dir, "transformer/config.json"), { pooled_projection_dim: 21 });
    expect(await problems()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^transformer shape: time_text_embed\.text_embedder\.linear_1\.weight: expected \[\d+, 21\]/,
        ),
        "text_encoder unreadable: config.json: expected hidden_size 21 as the transformer reads, found 20",
      ]),
    );
  });
});

describe("the single file's own names", () => {
  const path = () => join(dir, "flux.safetensors");
  const damage = async (change: (shapes: Map<string, readonly number[]>) => void) => {
    await cp(join(PARITY, "flux-dev-a", "flux1-tiny-bfl.safetensors"), path());
    await patchWeights(path(), change);
    return problems(path());
  };

  test("a missing fused tensor is three missing ones, of which the file knows one", async () => {
    const said = await damage((shapes) => shapes.delete("double_blocks.1.img_attn.qkv.weight"));
    expect(said).toEqual(
      ["q", "k", "v"].map(
        (letter) =>
          `transformer missing: transformer_blocks.1.attn.to_${letter}.weight (in the file: double_blocks.1.img_attn.qkv.weight) [32, 32]`,
      ),
    );
  });

  test("a fused tensor of odd rows is one misshapen tensor", async () => {
    const said = await damage((shapes) => shapes.set("single_blocks.0.linear1.bias", [80]));
    expect(said).toEqual([
      expect.stringMatching(/^transformer shape: .*"single_blocks\.0\.linear1\.bias".*found shape \[80\]$/),
    ]);
  });

  test("norms and halves that change places", async () => {
    const said = await damage((shapes) => {
      shapes.delete("double_blocks.0.txt_attn.norm.key_norm.scale");
      shapes.delete("final_layer.adaLN_modulation.1.bias");
    });
    expect(said.join("\n")).toContain("(in the file: double_blocks.0.txt_attn.norm.key_norm.scale)");
    expect(said.join("\n")).toContain("(in the file: final_layer.adaLN_modulation.1.bias)");
  });
});

describe("shards", () => {
  const folder = () => join(dir, "transformer");
  const index = () => join(folder(), "diffusion_pytorch_model.safetensors.index.json");
  let names: string[];
  beforeEach(async () => {
    const file = await openSafetensors(join(folder(), WEIGHTS));
    names = [...file.tensors.keys()];
    const halves: [string, string[]][] = [
      ["a.safetensors", names.slice(0, 50)],
      ["b.safetensors", names.slice(50)],
    ];
    for (const [shard, part] of halves) {
      const tensors = new Map<string, TensorData>();
      for (const name of part)
        tensors.set(name, { shape: file.tensors.get(name)?.shape ?? [], data: await file.read(name) });
      await writeSafetensors(join(folder(), shard), tensors);
    }
    await rm(join(folder(), WEIGHTS));
    const weight_map = Object.fromEntries(halves.flatMap(([shard, part]) => part.map((name) => [name, shard])));
    await writeFile(index(), JSON.stringify({ weight_map }));
  });

  test("are read through their index", async () => {
    const { ok, parts } = await checkModel(dir);
    expect({ ok, files: parts[0]?.files }).toEqual({ ok: true, files: 2 });
  });

  test("one that is not there takes its tensors along and hides no other problem", async () => {
    await rm(join(folder(), "b.safetensors"));
    await patchWeights(join(folder(), "a.safetensors"), (shapes) => shapes.delete(names[3] ?? ""));
    const said = await problems();
    expect(said).toContainEqual(expect.stringMatching(/^transformer unreadable: .*b\.safetensors/));
    expect(said).toContain(`transformer missing: ${names[3]}: the index names a.safetensors, which has none`);
    expect(said.filter((line) => line.startsWith("transformer missing")).length).toBe(names.length - 50 + 1);
  });

  test("tensors that the index does not name are not there for anybody", async () => {
    const { weight_map } = JSON.parse(await readFile(index(), "utf8"));
    delete weight_map[names[0] ?? ""];
    await writeFile(index(), JSON.stringify({ weight_map }));
    const said = await problems();
    expect(said).toContain(`transformer unexpected: ${names[0]}: in a.safetensors, but the index does not say so`);
  });
});

const FLUX: FluxConfig = {
  inChannels: 64,
  outChannels: 64,
  doubles: 19,
  singles: 38,
  heads: 24,
  headDim: 128,
  textWidth: 4096,
  pooledWidth: 768,
  guidance: true,
  ropeAxes: [16, 56, 56],
};

test.each<[string, Partial<FluxConfig>, string | undefined, RegExp]>([
  ["dev", {}, "FluxPipeline", /^FLUX\.1 \[dev\].*Non-Commercial/],
  ["schnell", { guidance: false }, "FluxPipeline", /^FLUX\.1 \[schnell\].*Apache-2\.0/],
  ["Fill", { inChannels: 384 }, "FluxFillPipeline", /^FLUX\.1 Fill \[dev\].*Non-Commercial/],
  ["Kontext", {}, "FluxKontextPipeline", /^FLUX\.1 Kontext \[dev\].*Non-Commercial/],
  ["Canny", { inChannels: 128 }, undefined, /^FLUX\.1 Canny or Depth/],
  ["lite", { doubles: 8 }, undefined, /^FLUX\.1-lite-8B.*Non-Commercial/],
  ["another depth", { doubles: 5 }, undefined, /^a model of its own.*see what came/],
  ["another width", { heads: 4 }, undefined, /^a model of its own/],
])("%s is known by its sizes", (_, sizes, pipeline, expected) => {
  const { name, licence } = variantOf({ ...FLUX, ...sizes }, pipeline);
  expect(`${name}: ${licence}`).toMatch(expected);
});
