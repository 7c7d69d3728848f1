import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openTransformerWeights } from "../../../src/engine/weights/layouts.ts";
import { openSafetensors, type TensorData, writeSafetensors } from "../../../src/engine/weights/safetensors.ts";
import { openWeights, readWeight } from "../../../src/engine/weights/source.ts";

const bundles = new URL("../../fixtures/parity/bundles/", import.meta.url).pathname;
const temp = () => mkdtemp(join(tmpdir(), "weights-"));

describe.each(["flux-dev-a", "flux-fill-b", "flux-schnell-c"])("%s", (bundle) => {
  const single = join(bundles, bundle, "flux1-tiny-bfl.safetensors");
  const folder = join(bundles, bundle, "transformer");

  test("both layouts present the same names, shapes and values", async () => {
    const [theirs, ours] = [await openTransformerWeights(single), await openTransformerWeights(folder)];
    expect(theirs.names().sort()).toEqual(ours.names().sort());
    for (const name of ours.names()) {
      expect(theirs.get(name).shape).toEqual(ours.get(name).shape);
      expect(await readWeight(theirs.get(name)), name).toEqual(await readWeight(ours.get(name)));
    }
  });

  test("only the final modulation is in two parts", async () => {
    const source = await openTransformerWeights(single);
    const parted = source.names().filter((name) => source.get(name).parts.length > 1);
    expect(parted.sort()).toEqual(["norm_out.linear.bias", "norm_out.linear.weight"]);
  });
});

test("a prefix before every name is stripped", async () => {
  const original = await openSafetensors(join(bundles, "flux-schnell-c/flux1-tiny-bfl.safetensors"));
  const tensors: Record<string, TensorData> = {};
  for (const { name, shape } of original.tensors.values()) {
    tensors[`model.diffusion_model.${name}`] = { shape, data: await original.read(name) };
  }
  const path = join(await temp(), "prefixed.safetensors");
  await writeSafetensors(path, { ...tensors, "vae.conv.weight": { shape: [1], data: Float32Array.of(1) } });
  const source = await openTransformerWeights(path);
  expect(source.names().sort()).toEqual((await openTransformerWeights(original.path)).names().sort());
});

test("fused rows that do not divide are refused with the tensor's name", async () => {
  const path = join(await temp(), "broken.safetensors");
  await writeSafetensors(path, {
    "img_in.weight": { shape: [2, 4], data: new Float32Array(8) },
    "double_blocks.0.img_attn.qkv.bias": { shape: [7], data: new Float32Array(7) },
  });
  await expect(openTransformerWeights(path)).rejects.toMatchObject({
    code: "checkpoint-invalid",
    message: expect.stringMatching(/double_blocks\.0\.img_attn\.qkv\.bias.*3 blocks of 2 rows.*\[7\]/),
  });
});

describe("openWeights", () => {
  const shard = (value: number) => ({ shape: [1], data: Float32Array.of(value) });

  async function sharded(map: Record<string, string>): Promise<string> {
    const dir = await temp();
    await writeSafetensors(join(dir, "model-1.safetensors"), { a: shard(1) });
    await writeSafetensors(join(dir, "model-2.safetensors"), { b: shard(2) });
    await writeFile(join(dir, "model.safetensors.index.json"), JSON.stringify({ weight_map: map }));
    return dir;
  }

  test("reads shards through their index", async () => {
    const source = await openWeights(await sharded({ a: "model-1.safetensors", b: "model-2.safetensors" }));
    expect(await readWeight(source.get("b"))).toEqual(Float32Array.of(2));
  });

  test.each([
    [{ a: "model-2.safetensors" }, /tensor "a" in model-2/],
    [{ a: "../model-1.safetensors" }, /beside the index/],
    [{ a: "model-3.safetensors" }, /model-3\.safetensors/],
  ])("refuses the index %j", async (map, message) => {
    await expect(openWeights(await sharded(map))).rejects.toMatchObject({
      code: "checkpoint-invalid",
      message: expect.stringMatching(message),
    });
  });

  test("refuses a folder with two files and no index", async () => {
    const dir = await temp();
    await writeSafetensors(join(dir, "x.safetensors"), { a: shard(1) });
    await writeSafetensors(join(dir, "y.safetensors"), { a: shard(1) });
    await expect(openWeights(dir)).rejects.toThrow(/found x\.safetensors, y\.safetensors/);
  });

  test("leaves integers out and refuses floats it cannot read", async () => {
    const path = join(await temp(), "t.safetensors");
    await writeSafetensors(path, { ids: { shape: [1], dtype: "I64", bytes: new Uint8Array(8) }, a: shard(1) });
    expect((await openWeights(path)).names()).toEqual(["a"]);
    await writeSafetensors(path, { a: { shape: [1], dtype: "F8_E4M3", bytes: new Uint8Array(1) } });
    await expect(openWeights(path)).rejects.toThrow(/"a": expected F32, F16 or BF16, found F8_E4M3/);
  });

  test("names the missing tensor and the unexpected shape", async () => {
    const source = await openWeights(await sharded({ a: "model-1.safetensors" }));
    expect(() => source.get("c")).toThrow(/"c", it is missing/);
    expect(() => source.expectShape("a", [2, 3])).toThrow(/"a": expected shape \[2, 3\], found \[1\]/);
    expect(source.expectShape("a", [1]).dtype).toBe("F32");
  });
});
