import { describe, expect, test } from "vitest";
import { concatChannels, maskImage, packLatents, packMask, unpackLatents } from "../../../src/engine/models/packing.ts";

const grid = { h: 2, w: 3 };

describe("packing", () => {
  test("channel 4·c + 2·dy + dx of a token is the latent at (c, 2r + dy, 2q + dx)", () => {
    const latents = Float32Array.from({ length: 2 * 4 * 6 }, (_, i) => i);
    const tokens = packLatents(latents, grid);
    const [c, dy, dx, r, q] = [1, 1, 0, 1, 2];
    expect(tokens[(r * 3 + q) * 8 + 4 * c + 2 * dy + dx]).toBe(c * 24 + (2 * r + dy) * 6 + 2 * q + dx);
    expect(unpackLatents(tokens, grid)).toEqual(latents);
  });

  test("a mask pixel goes to channel 4·(8·py + px) + 2·dy + dx", () => {
    const mask = new Float32Array(32 * 48);
    const [y, x] = [8 * 3 + 5, 8 * 4 + 7]; // latent (3, 4): token (1, 2), dy 1, dx 0
    mask[y * 48 + x] = 1;
    expect(packMask(mask, grid).indexOf(1)).toBe((1 * 3 + 2) * 256 + 4 * (8 * 5 + 7) + 2);
  });

  test("masked pixels become mid grey in every channel", () => {
    expect(maskImage(Float32Array.of(0.5, -1, 0.25, 1), Float32Array.of(0, 1))).toEqual(
      Float32Array.of(0.5, -0, 0.25, 0),
    );
  });

  test("channels are joined row by row", () => {
    expect(concatChannels([Float32Array.of(1, 2), Float32Array.of(3, 4, 5, 6)], 2)).toEqual(
      Float32Array.of(1, 3, 4, 2, 5, 6),
    );
  });

  test("sizes that do not fit the grid are refused", () => {
    expect(() => packLatents(new Float32Array(23), grid)).toThrow(/2x3 token grid, got 23/);
    expect(() => packMask(new Float32Array(24), grid)).toThrow(/mask of a 2x3 token grid/);
    expect(() => concatChannels([new Float32Array(3)], 2)).toThrow(/arrays of 2 rows/);
  });
});
