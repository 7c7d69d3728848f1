/** Every family of adapters as a bundle's part: opened, shown a picture, used in the whole drag. Their numbers are
 * compared in the parity cases. */
import { copyFile, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DragModel } from "../../../../src/engine/drag/model.ts";
import { WholeModel } from "../../../../src/engine/drag/whole-model.ts";
import { LayeredModel } from "../../../../src/engine/layered/layered-model.ts";
import type { AdapterPictures } from "../../../../src/engine/models/adapters/adapter.ts";
import { type Bundle, openBundle } from "../../../../src/engine/models/bundle.ts";
import type { AdapterInput } from "../../../../src/engine/models/flux.ts";
import type { Rgb } from "../../../../src/engine/raster.ts";
import { patchJson, patchWeights } from "../../../helpers/bundle.ts";
import { dragInputs, dragSettings, picture, runDrag } from "../../../helpers/drag-case.ts";
import { CPU } from "../../../helpers/evaluate.ts";
import { fluxBundle } from "../../../helpers/flux-bundle.ts";

const PARITY = fileURLToPath(new URL("../../../fixtures/parity/bundles", import.meta.url));
const OWN = fileURLToPath(new URL("../../../fixtures/parity-own/bundles", import.meta.url));
const LAYERS = { siglip_layers: [1, 2, 4], dinov2_layers: [1, 3, 4] };
const HEADS = { cross_attention_heads: 3, resampler_heads: 2 };

interface Family {
  readonly config: Record<string, unknown>;
  /** File in `adapter/` ← file of the cases. */
  readonly weights: readonly [to: string, from: string];
  /** Folder in `adapter/` ← folder of the cases. */
  readonly towers: Readonly<Record<string, string>>;
}

const FAMILIES = {
  xlabs: {
    config: { _class_name: "XlabsIpAdapter" },
    weights: ["ip_adapter.safetensors", join(PARITY, "xlabs-a", "ip_adapter.safetensors")],
    towers: { image_encoder: "clip-vision-a" },
  },
  instantcharacter: {
    config: { _class_name: "InstantCharacterAdapter", ...HEADS, ...LAYERS },
    weights: ["instantcharacter_ip-adapter.bin", join(PARITY, "instantcharacter-a", "instantcharacter_ip-adapter.bin")],
    towers: { siglip: "siglip-a", dinov2: "dinov2-a" },
  },
  instantx: {
    config: { _class_name: "InstantXIpAdapter" },
    weights: ["ip-adapter.bin", join(OWN, "instantx-a", "ip_adapter.bin")],
    towers: { siglip: "siglip-a" },
  },
} as const satisfies Record<string, Family>;

let dir: string;
beforeEach(async () => {
  dir = await fluxBundle({ prompts: false });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function addAdapter({ config, weights, towers }: Family): Promise<void> {
  const folder = join(dir, "adapter");
  await mkdir(folder);
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  await copyFile(weights[1], join(folder, weights[0]));
  for (const [to, from] of Object.entries(towers)) await cp(join(OWN, from), join(folder, to), { recursive: true });
}

function stripes(width: number, height: number): Rgb {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => 128 + 100 * Math.sin(i / 7));
  return { width, height, data };
}

/** A picture whose encoder must not be needed. */
function pictures(): AdapterPictures {
  return {
    original: stripes(120, 90),
    subject: [30, 20, 70, 60],
    view: stripes(64, 48),
    encode: () => Promise.reject(new TypeError("Expected no latents to be asked for")),
  };
}

async function velocity(bundle: Bundle, adapter?: AdapterInput, model: Pick<DragModel, "velocity"> = bundle.flux) {
  const call = { latents: picture(), text: bundle.flux.emptyText(3), t: 0.5, guidance: 1 };
  return (await model.velocity(adapter === undefined ? call : { ...call, adapter })).velocity.data;
}

describe.each(Object.entries(FAMILIES))("%s", (_name, family) => {
  test("changes the velocity, block by block alike; at scale 0 nothing", async () => {
    await addAdapter(family);
    const bundle = await openBundle(dir, CPU);
    const [zero, one] = [await bundle.adapter?.describe(pictures(), 0), await bundle.adapter?.describe(pictures(), 1)];
    const none = await velocity(bundle);
    expect(await velocity(bundle, zero)).toEqual(none);
    const changed = await velocity(bundle, one);
    expect(furthest(changed, none)).toBeGreaterThan(1e-3);
    const layers = new LayeredModel(bundle.flux, 2 ** 30);
    expect(furthest(await velocity(bundle, one, layers), changed)).toBeLessThan(1e-5);
    await layers.release();
    await bundle.release();
  });

  test("a scale for each block: equal ones are one for all, 0 is nothing, one block changes less than all", async () => {
    await addAdapter(family);
    const bundle = await openBundle(dir, CPU);
    const { doubles, singles } = bundle.flux.config;
    const count = doubles + singles;
    const at = async (scales: readonly number[] | number) =>
      velocity(bundle, await bundle.adapter?.describe(pictures(), scales));
    const none = await velocity(bundle);
    const all = await at(0.7);
    expect(await at(new Array(count).fill(0.7))).toEqual(all);
    expect(await at(new Array(count).fill(0))).toEqual(none);
    const first = await at([0.7]);
    expect(first).toEqual(await at([0.7, ...new Array(count - 1).fill(0)]));
    expect(first).not.toEqual(none);
    expect(first).not.toEqual(all);
    await bundle.release();
  });

  test("sees the picture", async () => {
    await addAdapter(family);
    const bundle = await openBundle(dir, CPU);
    const other = { ...pictures(), view: stripes(48, 64) };
    const [a, b] = [await bundle.adapter?.describe(pictures(), 1), await bundle.adapter?.describe(other, 1)];
    const [first, second] = [await a?.feeds(0.5), await b?.feeds(0.5)];
    await bundle.release();
    expect(first?.["ip.0.k"]?.data).not.toEqual(second?.["ip.0.k"]?.data);
  });
});

test("the whole drag runs with one, gradients included, and block by block alike", async () => {
  await addAdapter(FAMILIES.instantcharacter);
  const bundle = await openBundle(dir, CPU);
  const adapter = await bundle.adapter?.describe(pictures(), 1);
  if (adapter === undefined) throw new TypeError("Expected the bundle to have an adapter");
  const inputs = { ...dragInputs(bundle.flux), adapter };
  const settings = dragSettings(bundle.flux, { transportIterations: 2, intensifyIterations: 0 });
  const whole = await runDrag(new WholeModel(bundle.flux), inputs, settings);
  const layers = new LayeredModel(bundle.flux, 2 ** 30);
  const layered = await runDrag(layers, inputs, settings);
  await layers.release();
  await bundle.release();
  expect(whole.losses).toHaveLength(2);
  expect(whole.z.data).not.toEqual(whole.zOrig.data);
  expect(furthest(layered.edited.data, whole.edited.data)).toBeLessThan(1e-3);
});

/** max |a − b| / max |b|. */
function furthest(a: Float32Array, b: Float32Array): number {
  const difference = a.map((value, i) => Math.abs(value - (b[i] ?? 0)));
  return Math.max(...difference) / Math.max(...b.map(Math.abs));
}

test("only InstantCharacter's tokens depend on the time", async () => {
  await addAdapter(FAMILIES.instantcharacter);
  const bundle = await openBundle(dir, CPU);
  const adapter = await bundle.adapter?.describe(pictures(), 1);
  const [early, again, late] = [await adapter?.feeds(0.9), await adapter?.feeds(0.9), await adapter?.feeds(0.1)];
  await bundle.release();
  expect(again?.["ip.0.k"]).toBe(early?.["ip.0.k"]);
  expect(late?.["ip.0.k"]?.data).not.toEqual(early?.["ip.0.k"]?.data);
});

describe("what does not fit is refused before anything runs", () => {
  const failure = () => openBundle(dir, CPU).then(() => "opened", String);

  test("an unknown family", async () => {
    await addAdapter({ ...FAMILIES.xlabs, config: { _class_name: "Redux" } });
    expect(await failure()).toMatch(
      /adapter\/config\.json: expected _class_name to be one of .*XlabsIpAdapter.*"Redux"/,
    );
  });

  test("an encoder whose vectors are of another length", async () => {
    await addAdapter(FAMILIES.xlabs);
    await patchJson(join(dir, "adapter/image_encoder/config.json"), { projection_dim: 10 });
    await patchWeights(join(dir, "adapter/image_encoder/model.safetensors"), (shapes) =>
      shapes.set("visual_projection.weight", [10, 24]),
    );
    expect(await failure()).toMatch(/expected image vectors of 12 as the adapter reads, found 10/);
  });

  test("a missing layer of a tower", async () => {
    await addAdapter(FAMILIES.instantcharacter);
    await patchWeights(join(dir, "adapter/dinov2/model.safetensors"), (shapes) =>
      shapes.delete("encoder.layer.1.mlp.weights_in.weight"),
    );
    expect(await failure()).toMatch(/encoder\.layer\.1\.mlp\.weights_in\.weight.*missing/);
  });

  test("a layer that a tower does not have", async () => {
    await addAdapter(FAMILIES.instantcharacter);
    await patchJson(join(dir, "adapter/config.json"), { siglip_layers: [1, 2, 9] });
    expect(await failure()).toMatch(/expected more than 8 layers, found 4/);
  });
});
