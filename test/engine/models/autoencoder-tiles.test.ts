import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Autoencoder } from "../../../src/engine/models/autoencoder.ts";
import { familyOf } from "../../../src/engine/models/autoencoder-families.ts";
import { inTiles, piecesOf, spansOf, type Tiling } from "../../../src/engine/models/autoencoder-tiles.ts";
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

const fixture = (path: string) => fileURLToPath(new URL(`../../fixtures/${path}/vae`, import.meta.url));
const DC = fixture("parity/bundles/vae-dc-a");
const KL = fixture("parity/bundles/vae-kl-a");
const KL_ODD = fixture("parity-own/bundles/vae-kl-b");

async function opened(dir: string, tiling?: Tiling): Promise<Autoencoder> {
  const path = join(dir, "config.json");
  return new Autoencoder(familyOf(await readModelJson(path), path), await openWeights(dir), CPU, tiling);
}

/** root mean square of the difference over that of the whole */
function apart(a: Tensor, b: Tensor): number {
  const square = (values: Float32Array) => values.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt(square(a.data.map((value, i) => value - (b.data[i] ?? 0))) / square(b.data));
}

/** How far encoding and decoding in pieces lie from the whole. */
async function errors(dir: string, latents: Tensor, tiling: Tiling): Promise<[latent: number, picture: number]> {
  const [whole, tiled] = [await opened(dir), await opened(dir, tiling)];
  const picture = await whole.decode(latents);
  const encoded = await whole.encode(picture);
  const [pieces, back] = [await tiled.decode(latents), await tiled.encode(picture)];
  await Promise.all([whole.release(), tiled.release()]);
  expect([pieces.shape, back.shape]).toEqual([picture.shape, encoded.shape]);
  return [apart(back, encoded), apart(pieces, picture)];
}

/** DC's normalisation looks at one place, so the overlap decides, and what its attention misses. */
test("AutoencoderDC in pieces comes nearer to the whole the more they overlap", async () => {
  const latents = ramp([1, 16, 24, 20]);
  const narrow = await errors(DC, latents, { side: 16, overlap: 2 });
  const wide = await errors(DC, latents, { side: 16, overlap: 8 });
  for (const i of [0, 1] as const) {
    expect(narrow[i]).toBeGreaterThan(0); // they did go through in pieces
    expect(wide[i]).toBeLessThan(narrow[i]);
  }
  expect(wide[0] + wide[1]).toBeLessThan(0.12);
});

describe("AutoencoderKL in pieces", () => {
  /** Random weights let every statistic depend on all before it, so that only as many rounds as norms suffice: 9 in the
   * encoder and 13 in the decoder up to, and from, the middle. */
  test("is the whole, once every norm was measured after those before it", async () => {
    const [latent, picture] = await errors(KL_ODD, ramp([1, 5, 30, 26]), { side: 24, overlap: 16, rounds: 40 });
    // Measuring ends when no statistic changes by more than half a hundredth of its deviation.
    expect(latent).toBeLessThan(1e-3);
    expect(picture).toBeLessThan(1e-3);
  });

  test("is not with too little overlap, or with statistics measured too few times", async () => {
    const size = ramp([1, 5, 30, 26]);
    expect(Math.min(...(await errors(KL_ODD, size, { side: 24, overlap: 4, rounds: 40 })))).toBeGreaterThan(1e-3);
    expect(Math.min(...(await errors(KL_ODD, size, { side: 24, overlap: 16, rounds: 1 })))).toBeGreaterThan(1e-3);
  });

  test("a plane within a tile goes through whole", async () => {
    expect(await errors(KL, ramp([1, 16, 12, 9]), { side: 12, overlap: 4 })).toEqual([0, 0]);
  });
});

test.each([5, 6, 7, 13, 40, 41])(
  "pieces of %i: own parts meet, and what is read goes beyond by half the overlap",
  (length) => {
    const rows = piecesOf(length, 1, TILING).map((piece) => piece.rows);
    let end = 0;
    for (const { from, size, own } of rows) {
      expect(own.from).toBe(end);
      end = own.from + own.size;
      expect(from).toBe(Math.max(0, own.from - 1));
      expect(from + size).toBe(Math.min(length, end + 1));
      expect(size).toBeLessThanOrEqual(TILING.side);
    }
    expect(end).toBe(length);
  },
);
