import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readFluxConfig } from "../../../src/engine/models/read-config.ts";
import { readSettings } from "../../../src/engine/models/read-settings.ts";
import { type TensorData, writeSafetensors } from "../../../src/engine/weights/safetensors.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-config-"));
  await mkdir(join(dir, "transformer"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** What tells the sizes of a single file: two heads of `head`, two double blocks, one single block. */
async function singleFile(head: number, extra: Record<string, number[]> = {}): Promise<void> {
  const shapes: Record<string, number[]> = {
    "img_in.weight": [2 * head, 384],
    "txt_in.weight": [2 * head, 20],
    "vector_in.in_layer.weight": [2 * head, 12],
    "final_layer.linear.weight": [64, 2 * head],
    "double_blocks.0.img_attn.norm.query_norm.scale": [head],
    "double_blocks.1.img_attn.norm.query_norm.scale": [head],
    "single_blocks.0.norm.query_norm.scale": [head],
    ...extra,
  };
  const tensors = Object.entries(shapes).map(([name, shape]): [string, TensorData] => {
    return [name, { shape, data: new Float32Array(shape.reduce((n, size) => n * size, 1)) }];
  });
  await writeSafetensors(join(dir, "transformer", "flux1.safetensors"), new Map(tensors));
}

const SIZES = {
  inChannels: 384,
  outChannels: 64,
  doubles: 2,
  singles: 1,
  heads: 2,
  headDim: 128,
  textWidth: 20,
  pooledWidth: 12,
  ropeAxes: [16, 56, 56],
};

test("a single file without config.json: every size comes from its tensors", async () => {
  await singleFile(128);
  expect(await readFluxConfig(join(dir, "transformer"))).toEqual({ ...SIZES, guidance: false });
  expect(await readSettings(dir)).toMatchObject({ features: expect.arrayContaining(["DOUBLE-1-2"]), hookSingles: [] });
});

test("its guidance embedding shows", async () => {
  await singleFile(128, { "guidance_in.in_layer.weight": [256, 256] });
  expect(await readFluxConfig(join(dir, "transformer"))).toEqual({ ...SIZES, guidance: true });
});

test("what cannot be read is named", async () => {
  await singleFile(16);
  await expect(readFluxConfig(join(dir, "transformer"))).rejects.toMatchObject({
    code: "checkpoint-invalid",
    message: expect.stringMatching(
      /config\.json, as axes_dims_rope cannot be read from tensors whose heads are 16 wide/,
    ),
  });
});

test("config.json counts where it is there", async () => {
  await singleFile(128);
  await writeFile(join(dir, "transformer", "config.json"), "{}");
  await expect(readFluxConfig(join(dir, "transformer"))).rejects.toThrow(/config\.json: /);
});
