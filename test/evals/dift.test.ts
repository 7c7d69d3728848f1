/** DIFT on a small Stable Diffusion: the network's numbers are checked by the parity case, here what is asked of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompileOptions } from "../../src/engine/onnx/session.ts";
import { type Dift, openDift } from "../../src/evals/metrics/dift/dift.ts";
import { nearestRgb } from "../../src/evals/metrics/dift/nearest.ts";
import { parseUnetConfig } from "../../src/evals/metrics/dift/unet-config.ts";
import { openNetworks } from "../../src/evals/metrics/open-networks.ts";
import { discOnGround } from "../helpers/pictures.ts";

const TINY = fileURLToPath(new URL("../fixtures/parity-own/bundles/sd-tiny", import.meta.url));

let home: string;
let dift: Dift;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-dift-"));
  const options: CompileOptions = { graphDir: join(home, "graphs"), providers: ["cpu"], threads: 1 };
  dift = await openDift(TINY, "sd-tiny", options);
});
afterAll(async () => {
  await dift.release();
  await rm(home, { recursive: true, force: true });
});

describe("feature maps", () => {
  const picture = discOnGround(50, 34, 14, 16, 8);

  it("MD_2's are of a square, MD_1's of the picture's own shape, the same each time", async () => {
    const square = await dift.maps(picture, "square");
    // 16 latents a side are 8 places of the second upward block.
    expect(square).toMatchObject({ channels: 8, width: 8, height: 8 });
    // 50 × 34 rounds to 48 × 32 pixels, 24 × 16 latents.
    const native = await dift.maps(picture, "native");
    expect(native).toMatchObject({ channels: 8, width: 12, height: 8 });
    expect(native.data.every(Number.isFinite)).toBe(true);
    expect(dift.maps(picture, "square")).toBe(dift.maps(picture, "square"));
    const again = await dift.maps({ ...picture }, "square");
    expect(again.data).toEqual(square.data);
  });

  it("tell one picture from another", async () => {
    const [a, b] = [await dift.maps(picture, "square"), await dift.maps(discOnGround(50, 34, 36, 16, 8), "square")];
    expect(a.data).not.toEqual(b.data);
  });
});

it("takes pixels as PyTorch's nearest does", () => {
  const row = (values: readonly number[]) => ({
    width: values.length,
    height: 1,
    data: Uint8Array.from(values.flatMap((value) => [value, value, value])),
  });
  expect(nearestRgb(row([1, 2, 3]), 5, 1)).toEqual(row([1, 1, 2, 2, 3]));
  expect(nearestRgb(row([1, 2, 3, 4, 5]), 2, 1)).toEqual(row([1, 3]));
});

it("a folder of Stable Diffusion is known as one, and the report names whose features they are", async () => {
  const opened = await openNetworks({ home, features: TINY });
  expect(opened.notes).toContain("MD_1 and MD_2: DIFT on sd-tiny, step 261, upward block 1, mean of 8 noises.");
  await opened.close();
});

it.each([
  ["lists of levels that do not agree", { up_block_types: ["UpBlock2D", "UpBlock2D"] }, /lists of 4 levels/],
  ["convolutions where linear projections are expected", { use_linear_projection: false }, /use_linear_projection/],
])("refuses %s", async (_, change, message) => {
  const { default: json } = await import("../fixtures/parity-own/bundles/sd-tiny/unet/config.json", {
    with: { type: "json" },
  });
  expect(() => parseUnetConfig({ ...json, ...change }, "unet/config.json")).toThrow(message);
});
