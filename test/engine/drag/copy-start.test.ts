import { expect, it } from "vitest";
import { copyStart } from "../../../src/engine/drag/copy-start.ts";
import type { SamplingMap } from "../../../src/engine/drag/paper-affine.ts";
import { packLatents, unpackLatents } from "../../../src/engine/models/packing.ts";

/** Tokens 3 × 4, so latents 6 × 8; the map is compared at twice that. */
const grid = { h: 3, w: 4 };
const [ROWS, COLUMNS] = [6, 8];
const PLANE = ROWS * COLUMNS;
const cut = [12, 16] as const;
const latents = {
  shape: [3, 4, 64],
  data: packLatents(
    Float32Array.from({ length: 16 * PLANE }, (_, i) => i),
    grid,
  ),
};
const noise = new Float32Array(16 * PLANE).fill(1);
/** The latents of rows 2–3, columns 1–2. */
const region = {
  channels: 1,
  height: 12,
  width: 16,
  data: Float32Array.from({ length: 192 }, (_, i) => {
    const [x, y] = [i % 16, Math.floor(i / 16)];
    return x >= 2 && x < 6 && y >= 4 && y < 8 ? 1 : 0;
  }),
};
/** Three latents, which are six cut pixels, to the right. */
const map: SamplingMap = [1, 0, -6, 0, 1, 0];
const regions = [{ weight: 1, region, mapAt: () => map }];

function started(editable: Float32Array): Float32Array {
  const mask = { shape: latents.shape, data: editable };
  const { data } = copyStart({ latents, t: 0.5, cut, regions, editable: mask, noise });
  return unpackLatents(data, grid);
}

const before = unpackLatents(latents.data, grid);

it("copies the region's latents to its target, leaves noise behind, keeps the rest", () => {
  const after = started(new Float32Array(latents.data.length).fill(1));
  for (let i = 0; i < 16 * PLANE; i++) {
    const [x, y] = [i % COLUMNS, Math.floor((i % PLANE) / COLUMNS)];
    const isRow = y === 2 || y === 3;
    const wanted = isRow && (x === 4 || x === 5) ? before[i - 3] : isRow && (x === 1 || x === 2) ? 0.5 : before[i];
    expect(after[i]).toBe(wanted);
  }
});

it("changes nothing that may not change", () => {
  expect(started(new Float32Array(latents.data.length))).toEqual(before);
});
