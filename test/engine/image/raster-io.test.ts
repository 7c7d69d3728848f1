import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../../src/engine/image/decode.ts";
import { encodeMaskPng, maskDataUri, readMask, rgbFrom, writePng } from "../../../src/engine/image/raster-io.ts";
import type { Rgb } from "../../../src/engine/raster.ts";
import { maskOf, ownFolder, picture, pipeline } from "./make.ts";

const folder = await ownFolder();
const half = maskOf(20, 12, (x) => x < 10);

describe("readMask", () => {
  const paint = (channels: 3 | 4, on: number[], off: number[]) =>
    pipeline({
      width: 20,
      height: 12,
      channels,
      depth: 8,
      samples: Uint8Array.from(Array.from(half.data, (v) => (v ? on : off)).flat()),
    });
  const files: Record<string, () => Promise<Uint8Array>> = {
    "8-bit grey": () => encodeMaskPng(half),
    "faint grey": () => encodeMaskPng(maskOf(20, 12, (x) => x < 10, 1)),
    "a single colour channel": () => paint(3, [0, 0, 1], [0, 0, 0]).png().toBuffer(),
    palette: () => paint(3, [128, 0, 0], [0, 0, 0]).png({ palette: true }).toBuffer(),
    "opaque black and white": () => paint(4, [255, 255, 255, 255], [0, 0, 0, 255]).png().toBuffer(),
    "paint on transparent white": () => paint(4, [255, 0, 0, 255], [255, 255, 255, 0]).png().toBuffer(),
    JPEG: () => paint(3, [255, 255, 255], [0, 0, 0]).jpeg({ quality: 60 }).toBuffer(),
  };
  it.each(Object.entries(files))("%s", async (name, encode) => {
    await writeFile(join(folder, `${name}.png`), await encode());
    expect(await readMask(`${name}.png`, folder)).toEqual(half);
  });
  it("data URI there and back", async () => {
    const uri = await maskDataUri(half);
    expect(uri).toMatch(/^data:image\/png;base64,/);
    expect(await readMask(uri, "/nowhere")).toEqual(half);
  });
  it.each([
    ["a missing file", "none.png", /none\.png/],
    ["a data URI that is not base64", "data:image/png,abc", /not of the form/],
    ["a data URI that is no picture", "data:image/png;base64,aGVsbG8=", /text/],
    ["an endless data URI", `data:image/png;base64,${"A".repeat(33 * 1024 * 1024)}`, /more than/],
  ])("refuses %s", async (_name, mask, says) => {
    const read = readMask(mask, folder);
    await expect(read).rejects.toMatchObject({ code: "mask-unreadable" });
    await expect(read).rejects.toThrow(says);
  });
});

describe("writePng", () => {
  it("grey for a mask, with its shades", async () => {
    const path = join(folder, "soft.png");
    const soft = maskOf(20, 12, (x) => x < 10, 77);
    await writePng(path, soft);
    expect(await decodeImage(path)).toMatchObject({ channels: 1, depth: 8, samples: soft.data });
  });
  it("RGB for a raster, and rgbFrom reads it back", async () => {
    const path = join(folder, "rgb.png");
    const rgb: Rgb = { width: 20, height: 12, data: Uint8Array.from(picture(3, 8).samples) };
    await writePng(path, rgb);
    expect((await decodeImage(path)).samples).toEqual(rgb.data);
    expect(await rgbFrom(await pipeline(picture(3, 8)).png().toBuffer())).toEqual(rgb);
  });
});
