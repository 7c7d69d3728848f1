import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "../../../src/engine/models/read-settings.ts";

/** Settings of a folder that holds nothing but a transformer's configuration. */
async function published(doubles: number, singles: number) {
  const dir = await mkdtemp(join(tmpdir(), "dragflow-settings-"));
  await mkdir(join(dir, "transformer"));
  const config = {
    in_channels: 64,
    num_layers: doubles,
    num_single_layers: singles,
    num_attention_heads: 24,
    attention_head_dim: 128,
    joint_attention_dim: 4096,
    pooled_projection_dim: 768,
    guidance_embeds: true,
  };
  await writeFile(join(dir, "transformer", "config.json"), JSON.stringify(config));
  const settings = await readSettings(dir);
  await rm(dir, { recursive: true });
  return settings;
}

test("FLUX.1 gets what DragFlow uses of it", async () => {
  expect(await published(19, 38)).toMatchObject({
    features: ["DOUBLE-17-0", "DOUBLE-17-2", "DOUBLE-18-0", "DOUBLE-18-2"],
    hookDoubles: [0, 7, 8, 9, 10, 18],
    hookSingles: [6, 9, 18, 23, 26, 31, 37],
    inversionGuidance: 1,
    samplingGuidance: 3.5,
  });
});

test("a model with fewer blocks gets its own last ones", async () => {
  expect(await published(8, 38)).toMatchObject({
    features: ["DOUBLE-6-0", "DOUBLE-6-2", "DOUBLE-7-0", "DOUBLE-7-2"],
    hookDoubles: [0, 7],
  });
  expect((await published(1, 0)).features).toEqual(["DOUBLE-0-0", "DOUBLE-0-2"]);
});
