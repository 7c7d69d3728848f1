/** One transformer however its file is written: single file or folder, prefixed, in 16 bits. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LayeredModel } from "../../../src/engine/layered/layered-model.ts";
import { Flux } from "../../../src/engine/models/flux.ts";
import { inferFluxConfig } from "../../../src/engine/models/flux-infer.ts";
import { bfloatToFloat, halfToFloat } from "../../../src/engine/weights/dtypes.ts";
import { floatToBfloat, floatToHalf } from "../../../src/engine/weights/half.ts";
import { openTransformerWeights } from "../../../src/engine/weights/layouts.ts";
import { openSafetensors, type TensorData, writeSafetensors } from "../../../src/engine/weights/safetensors.ts";
import { picture } from "../../helpers/drag-case.ts";
import { CPU } from "../../helpers/evaluate.ts";

const BUNDLE = fileURLToPath(new URL("../../fixtures/parity/bundles/flux-dev-a", import.meta.url));
const SINGLE = join(BUNDLE, "flux1-tiny-bfl.safetensors");
const FOLDER = join(BUNDLE, "transformer", "diffusion_pytorch_model.safetensors");

const TYPES = {
  F32: { round: (values: Float32Array) => values, bits: (values: Float32Array) => values },
  F16: { round: (values: Float32Array) => halfToFloat(floatToHalf(values)), bits: floatToHalf },
  BF16: { round: (values: Float32Array) => bfloatToFloat(floatToBfloat(values)), bits: floatToBfloat },
} as const;
type Type = keyof typeof TYPES;

let dir: string;
const expected = new Map<Type, Float32Array>();
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-files-"));
  for (const type of Object.keys(TYPES) as Type[]) {
    const path = await rewrite(FOLDER, `rounded-${type}.safetensors`, ({ values }) => TYPES[type].round(values));
    expected.set(type, await velocity(path));
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The file's tensors changed and renamed. */
async function rewrite(
  from: string,
  name: string,
  change: (tensor: { values: Float32Array }) => Float32Array | { dtype: Type; bytes: Uint8Array },
  rename = (one: string) => one,
): Promise<string> {
  const file = await openSafetensors(from);
  const tensors = new Map<string, TensorData>();
  for (const [tensor, { shape }] of file.tensors) {
    const changed = change({ values: await file.read(tensor) });
    tensors.set(rename(tensor), changed instanceof Float32Array ? { shape, data: changed } : { shape, ...changed });
  }
  const path = join(dir, name);
  await writeSafetensors(path, tensors);
  return path;
}

/** Whole, or block by block with a few queries at a time. */
async function velocity(path: string, execution: "whole" | "layerwise" = "whole"): Promise<Float32Array> {
  const source = await openTransformerWeights(path);
  const flux = new Flux(inferFluxConfig(source, [4, 6, 6]), source, CPU);
  const call = { latents: picture(), text: flux.emptyText(3), t: 0.4, guidance: 3.5 };
  const layered = new LayeredModel(flux, 0, 4 * 39 * 10);
  const { velocity: out } = await (execution === "whole" ? flux : layered).velocity(call);
  await Promise.all([flux.release(), layered.release()]);
  return out.data;
}

/** max |a − b| / max |b|. */
function furthest(a: Float32Array, b: Float32Array): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? 0)))) / Math.max(...b.map(Math.abs));
}

const PREFIX = "model.diffusion_model.";

describe.each(Object.keys(TYPES) as Type[])("%s", (type) => {
  const stored = ({ values }: { values: Float32Array }) => {
    const bits = TYPES[type].bits(values);
    return { dtype: type, bytes: new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength) };
  };

  test.each([
    ["single file", SINGLE, (name: string) => name],
    ["single file, prefixed", SINGLE, (name: string) => PREFIX + name],
    ["folder's names", FOLDER, (name: string) => name],
    ["folder's names, prefixed", FOLDER, (name: string) => PREFIX + name],
  ])("%s", async (what, from, rename) => {
    const path = await rewrite(from, `${what}-${type}.safetensors`, stored, rename);
    for (const execution of ["whole", "layerwise"] as const) {
      const got = await velocity(path, execution);
      expect(furthest(got, expected.get(type) ?? got.map(() => 0))).toBeLessThan(2e-6);
    }
  });
});

test("the three differ by their rounding, so the comparison means something", () => {
  const [exact, half, bfloat] = [expected.get("F32"), expected.get("F16"), expected.get("BF16")];
  if (!exact || !half || !bfloat) throw new TypeError("Expected three velocities");
  expect(furthest(half, exact)).toBeGreaterThan(1e-5);
  expect(furthest(bfloat, exact)).toBeGreaterThan(1e-4);
});
