import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Autoencoder } from "../../../src/engine/models/autoencoder.ts";
import { familyOf } from "../../../src/engine/models/autoencoder-families.ts";
import { inTiles, spansOf } from "../../../src/engine/models/autoencoder-tiles.ts";
import { readModelJson } from "../../../src/engine/models/json.ts";
import type { Tensor } from "../../../src/engine/onnx/session.ts";
import { openWeights } from "../../../src/engine/weights/source.ts";
import { CPU } from "../../helpers/evaluate.ts";

const TILING = { side: 6, overlap: 2 };

test.each([5, 6, 7, 13, 40, 41])("spans cover %i and share what they should", (length) => {
  const spans = spansOf(length, TILING);
  expect([spans[0]?.from, (spans.at(-1)?.from ?? 0) + (spans.at(-1)?.size ?? 0)]).toEqual([0, length]);
  for (const [i, { from, size }] of spans.entries()) {
    expect(size).toBeLessThanOrEqual(6);
    const before = spans[i - 1];
    if (before) expect(before.from + before.size - from).toBeGreaterThanOrEqual(2);
  }
});

const ramp = (shape: number[]): Tensor => {
  return { shape, data: Float32Array.from({ length: shape.reduce((n, s) => n * s, 1) }, (_, i) => Math.sin(i / 7)) };
};

test("what looks at one place only comes out as it would whole, and no piece is larger than a tile", async () => {
  const x = ramp([1, 2, 13, 22]);
  const sides: number[] = [];
  const doubled = await inTiles(
    x,
    1,
    1,
    async ({ shape, data }) => {
      sides.push(...shape.slice(2));
      return { shape, data: data.map((value) => 2 * value) };
    },
    TILING,
  );
  expect(doubled.shape).toEqual(x.shape);
  doubled.data.forEach((value, i) => {
    expect(value).toBeCloseTo(2 * (x.data[i] ?? 0), 5);
  });
  expect(Math.max(...sides)).toBe(6);
});

const BUNDLES = fileURLToPath(new URL("../../fixtures/parity/bundles", import.meta.url));

async function opened(name: string, tiling?: { side: number; overlap: number }): Promise<Autoencoder> {
  const dir = join(BUNDLES, name, "vae");
  const path = join(dir, "config.json");
  return new Autoencoder(familyOf(await readModelJson(path), path), await openWeights(dir), CPU, tiling);
}

/** root mean square of the difference over that of the whole */
function apart(a: Tensor, b: Tensor): number {
  const square = (values: Float32Array) => values.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(square(a.data.map((value, i) => value - (b.data[i] ?? 0))) / square(b.data));
}

/** DC's normalisation looks at one place, so there the overlap alone decides: the wider it is, the smaller the error. KL's
 * groups and attention see the whole plane, and random weights make the most of that. */
test.each([
  ["vae-dc-a", 0.12],
  ["vae-kl-a", 0.5],
])("%s in pieces stays near the whole", async (name, bound) => {
  const whole = await opened(name);
  const latents = ramp([1, 16, 24, 20]);
  const picture = await whole.decode(latents);
  const encoded = await whole.encode(picture);
  const errors: number[] = [];
  for (const overlap of [2, 8]) {
    const tiled = await opened(name, { side: 16, overlap });
    const [pieces, back] = [await tiled.decode(latents), await tiled.encode(picture)];
    expect([pieces.shape, back.shape]).toEqual([picture.shape, encoded.shape]);
    errors.push(apart(pieces, picture) + apart(back, encoded));
    await tiled.release();
  }
  const [narrow = 0, wide = 0] = errors;
  expect(narrow).toBeGreaterThan(0); // they did go through in pieces
  expect(wide).toBeLessThan(name === "vae-dc-a" ? narrow / 2 : narrow);
  expect(wide).toBeLessThan(bound);
  await whole.release();
});
