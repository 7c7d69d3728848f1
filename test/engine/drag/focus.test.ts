/** Loss and gradient from the tokens under the regions alone, against the same from all tokens. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type RegionTarget,
  samplers,
  supervise,
  supervisionOutputs,
  tokensUnder,
} from "../../../src/engine/drag/supervision.ts";
import { gaussian } from "../../../src/engine/edit/noise.ts";
import { type Bundle, findBundle, openBundle } from "../../../src/engine/models/bundle.ts";
import type { FluxCall } from "../../../src/engine/models/flux.ts";
import type { KvBlocks } from "../../../src/engine/models/flux-graph.ts";
import type { Tensor } from "../../../src/engine/onnx/session.ts";
import { CPU } from "../../helpers/evaluate.ts";

const [H, W] = [6, 8];
const CUT = [48, 64] as const;
const FEATURES = ["DOUBLE-2-0", "DOUBLE-2-2", "DOUBLE-3-1", "DOUBLE-3-2"];
const CHANNELS = FEATURES.length * 64;

let bundle: Bundle;
beforeAll(async () => {
  bundle = await openBundle(await findBundle("mini"), CPU);
});
afterAll(() => bundle.release());

const tensor = (channels: number, seed: number): Tensor => {
  return { shape: [H, W, channels], data: gaussian(H * W * channels, seed) };
};

async function callWith(doubles: readonly number[]): Promise<FluxCall> {
  const call = { latents: tensor(64, 1), condition: tensor(320, 2), text: bundle.flux.emptyText(4), t: 0.4 };
  const plain: FluxCall = { ...call, guidance: null };
  if (doubles.length === 0) return plain;
  const capture: KvBlocks = { doubles, singles: [] };
  return { ...plain, inject: (await bundle.flux.velocity({ ...plain, latents: tensor(64, 3), capture })).captured };
}

function region(x: number, y: number, width: number, height: number): RegionTarget {
  const mask = new Float32Array(width * height).fill(1);
  return { box: { x, y, width, height }, mask, target: gaussian(CHANNELS * width * height, x + y), weight: 0.5 };
}

/** All rows of all blocks. */
async function unfocused(call: FluxCall, regions: readonly RegionTarget[]) {
  const feeds: Record<string, Tensor> = {};
  for (const [i, { box, mask, target, weight }] of regions.entries()) {
    const { rows, columnsT } = samplers({ h: H, w: W }, CUT, box);
    feeds[`region.${i}.rows`] = rows;
    feeds[`region.${i}.columnsT`] = columnsT;
    feeds[`region.${i}.mask`] = { shape: [box.height, box.width], data: mask };
    feeds[`region.${i}.target`] = { shape: [CHANNELS, box.height, box.width], data: target };
    const share = weight / (CHANNELS * CUT[0] * CUT[1]);
    feeds[`region.${i}.weight`] = { shape: [], data: Float32Array.of(share) };
  }
  const build = (values: Parameters<typeof supervisionOutputs>[0]) =>
    supervisionOutputs(values, FEATURES, regions.length);
  const { loss, grad } = await bundle.flux.run(`all:${regions.length}`, call, build, feeds);
  return { loss: loss?.data[0] ?? Number.NaN, grad: grad?.data ?? new Float32Array() };
}

const REGIONS = [
  { name: "one in the middle", regions: [region(20, 13, 18, 15)] },
  { name: "two in opposite corners", regions: [region(0, 0, 9, 7), region(50, 40, 14, 8)] },
  { name: "the smallest in the last corner", regions: [region(62, 46, 2, 2)] },
  { name: "everywhere", regions: [region(0, 0, 64, 48)] },
];
const REPLACED = [[], [1, 3], [0, 1, 2, 3]];

for (const { name, regions } of REGIONS) {
  for (const doubles of REPLACED) {
    test(`${name}, K and V replaced in blocks [${doubles}]`, async () => {
      const call = await callWith(doubles);
      const found = await supervise(bundle.flux, call, FEATURES, CUT, regions);
      const expected = await unfocused(call, regions);
      expect(found.loss).toBeCloseTo(expected.loss, 7);
      const largest = expected.grad.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest).toBeGreaterThan(0);
      const apart = found.grad.data.reduce((most, v, i) => Math.max(most, Math.abs(v - (expected.grad[i] ?? 0))), 0);
      expect(apart / largest).toBeLessThan(1e-5);
    });
  }
}

test("the focus holds every token that a box's pixels are mixed from, and no other", () => {
  const grid = { h: H, w: W };
  const at = (x: number, y: number, width: number, height: number) => tokensUnder(grid, CUT, [{ x, y, width, height }]);
  // Four cut pixels a latent, two latents a token: pixel 16 of 64 lies beyond the middle of latent 4, pixel 15 before it.
  expect(at(18, 18, 4, 4)).toEqual({ left: 2, top: 2, width: 2, height: 2 });
  expect(at(0, 0, 64, 48)).toEqual({ left: 0, top: 0, width: W, height: H });
  expect(at(60, 44, 4, 4)).toEqual({ left: 6, top: 4, width: 2, height: 2 });
});
