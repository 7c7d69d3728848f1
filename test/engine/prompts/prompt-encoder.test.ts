import { readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openBundle } from "../../../src/engine/models/bundle.ts";
import { openSafetensors, type TensorData, writeSafetensors } from "../../../src/engine/weights/safetensors.ts";
import { patchJson } from "../../helpers/bundle.ts";
import { CPU } from "../../helpers/evaluate.ts";
import { fluxBundle } from "../../helpers/flux-bundle.ts";

let dir: string;
beforeEach(async () => {
  dir = await fluxBundle();
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function encode(prompts: readonly string[], tokens = 6) {
  const bundle = await openBundle(dir, CPU);
  const states = await bundle.prompts?.encode(prompts, tokens);
  await bundle.release();
  if (states === undefined) throw new Error("Expected a bundle that reads prompts");
  return states;
}

describe("encoding prompts", () => {
  test("has the sizes that the transformer reads, and differs by prompt", async () => {
    const [cat, dog, short] = [...(await encode(["a cat", "a dog"])), ...(await encode(["a cat"], 4))];
    expect(cat?.txt.shape).toEqual([6, 24]);
    expect(cat?.pooled.shape).toEqual([1, 20]);
    expect(short?.txt.shape).toEqual([4, 24]);
    expect(cat?.txt.data).not.toEqual(dog?.txt.data);
    expect(cat?.pooled.data).not.toEqual(dog?.pooled.data);
  });

  test("is done once per prompt and length", async () => {
    const bundle = await openBundle(dir, CPU);
    const [first, again] = [
      await bundle.prompts?.encode(["a cat", "a cat"], 6),
      await bundle.prompts?.encode(["a cat"], 6),
    ];
    expect(first?.[0]).toBe(first?.[1]);
    expect(again?.[0]).toBe(first?.[0]);
    expect((await bundle.prompts?.encode(["a cat"], 4))?.[0]).not.toBe(first?.[0]);
    await bundle.release();
  });

  test("keeps the latest only", async () => {
    const bundle = await openBundle(dir, CPU);
    const encodeOne = async (prompt: string) => (await bundle.prompts?.encode([prompt], 4))?.[0];
    const [old, used] = [await encodeOne("a"), await encodeOne("b")];
    for (let i = 0; i < 15; i++) {
      await encodeOne("cat ".repeat(i + 1));
      await encodeOne("b");
    }
    expect(await encodeOne("b")).toBe(used);
    expect(await encodeOne("a")).not.toBe(old);
    await bundle.release();
  });

  test("survives the process: what is on disk is not encoded again, unless an encoder changed", async () => {
    const promptDir = join(dir, "kept");
    const open = async (prompt: string) => {
      const bundle = await openBundle(dir, { ...CPU, promptDir });
      let groups = 0;
      const states = await bundle.prompts?.encode([prompt], 6, async () => void groups++);
      await bundle.release();
      return { states: states?.[0], groups };
    };
    const [first, again, other] = [await open("a cat"), await open("a cat"), await open("a dog")];
    expect([first.groups > 0, again.groups, other.groups > 0]).toEqual([true, 0, true]);
    expect(again.states).toEqual(first.states);
    expect(other.states).not.toEqual(first.states);
    await utimes(join(dir, "text_encoder_2", "model.safetensors"), new Date(), new Date(0));
    expect((await open("a cat")).groups).toBeGreaterThan(0);
    const files = await readdir(promptDir);
    await writeFile(join(promptDir, files[0] ?? ""), "damaged");
    expect((await open("a cat")).states).toEqual(first.states);
  });

  test("ends between groups of layers when that is asked for", async () => {
    const bundle = await openBundle(dir, CPU);
    const stop = () => Promise.reject(new Error("stop"));
    await expect(bundle.prompts?.encode(["a cat"], 6, stop)).rejects.toThrow("stop");
    await bundle.release();
  });

  test("a sharded text encoder gives the same", async () => {
    const [whole] = await encode(["a cat"]);
    await shard(join(dir, "text_encoder_2"));
    const [sharded] = await encode(["a cat"]);
    expect(sharded?.txt.data).toEqual(whole?.txt.data);
  });
});

/** Two files and an index in place of `model.safetensors`. */
async function shard(folder: string): Promise<void> {
  const file = await openSafetensors(join(folder, "model.safetensors"));
  const names = [...file.tensors.keys()];
  const map: Record<string, string> = {};
  for (const [i, part] of [names.slice(0, 9), names.slice(9)].entries()) {
    const shardName = `model-0000${i + 1}-of-00002.safetensors`;
    const tensors = new Map<string, TensorData>();
    for (const name of part) {
      tensors.set(name, { shape: file.tensors.get(name)?.shape ?? [], data: await file.read(name) });
      map[name] = shardName;
    }
    await writeSafetensors(join(folder, shardName), tensors);
  }
  await rm(join(folder, "model.safetensors"));
  await writeFile(join(folder, "model.safetensors.index.json"), JSON.stringify({ metadata: {}, weight_map: map }));
}

describe("text encoders that do not fit", () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["one of two", () => rm(join(dir, "text_encoder"), { recursive: true }), /missing text_encoder$/],
    ["no tokenizer", () => rm(join(dir, "tokenizer_2"), { recursive: true }), /missing tokenizer_2$/],
    [
      "a sentencepiece model alone",
      () => rename(join(dir, "tokenizer_2", "tokenizer.json"), join(dir, "tokenizer_2", "spiece.model")),
      /expected tokenizer\.json, found only spiece\.model/,
    ],
    [
      "states of another width",
      () => patchJson(join(dir, "text_encoder_2", "config.json"), { d_model: 32 }),
      /expected d_model 24 as the transformer reads, found 32/,
    ],
    [
      "more layers than tensors",
      () => patchJson(join(dir, "text_encoder_2", "config.json"), { num_layers: 5 }),
      /tensor "encoder\.block\.3\..*", it is missing/,
    ],
    [
      "another activation",
      () => patchJson(join(dir, "text_encoder_2", "config.json"), { feed_forward_proj: "relu" }),
      /"gated-gelu" at feed_forward_proj, got "relu"/,
    ],
    [
      "places that have no embedding",
      () => patchJson(join(dir, "text_encoder", "config.json"), { max_position_embeddings: 77 }),
      /position_embedding\.weight": expected shape \[77, 20\], found \[12, 20\]/,
    ],
  ])("%s", async (_, damage, message) => {
    await damage();
    await expect(openBundle(dir, CPU)).rejects.toMatchObject({
      code: "checkpoint-invalid",
      message: expect.stringMatching(message),
    });
  });

  test("a tokenizer of another model says so when it gives an unknown id", async () => {
    const path = join(dir, "tokenizer_2", "tokenizer.json");
    const json = JSON.parse(await readFile(path, "utf8"));
    const filler = Array.from({ length: 200 }, (_, i) => [`x${i}`, -9]);
    json.model.vocab.splice(4, 0, ...filler);
    await writeFile(path, JSON.stringify(json));
    await expect(encode(["a cat"])).rejects.toMatchObject({
      code: "checkpoint-invalid",
      message: expect.stringMatching(/expected token ids below 90, the tokenizer gave 2\d\d/),
    });
  });
});
