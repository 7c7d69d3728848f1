import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeImage } from "../../../src/engine/image/encode.ts";
import type { Picture } from "../../../src/engine/image/native.ts";
import { makeReceipt, outsideSha256 } from "../../../src/engine/image/receipt.ts";
import { maskOf, nativeOf, ownFolder, picture } from "./make.ts";

const folder = await ownFolder();
const editable = maskOf(20, 12, (x, y) => x >= 3 && x < 9 && y >= 2 && y < 7, 1);

/** The picture with the sample at pixel (x, y) moved by one step. */
function changedAt(image: Picture, x: number, y: number, channel = 0): Picture {
  const samples = image.samples.slice();
  const at = (y * image.width + x) * image.channels + channel;
  samples[at] = (samples[at] ?? 0) ^ 1;
  return { ...image, samples };
}

describe.each([
  [1, 8],
  [2, 8],
  [3, 8],
  [4, 8],
  [3, 16],
  [4, 16],
] as const)("%i channels of %i bits", (channels, depth) => {
  const image = picture(channels, depth);
  const path = join(folder, `${channels}-${depth}.png`);
  it("counts nothing for a change inside, and both sides hash alike", async () => {
    await writeImage(path, changedAt(image, 3, 2), { format: "png", embed: true });
    const receipt = await makeReceipt(nativeOf(image), path, editable);
    expect(receipt).toEqual({
      lossless: true,
      outsideChanged: 0,
      outsideSha256: outsideSha256(image, editable),
      outsidePixels: 240 - 30,
      editedBox: [3, 2, 9, 7],
      editableArea: 0.125,
    });
  });
  it("counts a change of one step outside, in any channel", async () => {
    await writeImage(path, changedAt(changedAt(image, 2, 2), 19, 11, channels - 1), { format: "png", embed: true });
    const receipt = await makeReceipt(nativeOf(image), path, editable);
    expect(receipt).toMatchObject({ lossless: true, outsideChanged: 2, outsideMaxDiff: 1 });
    expect(receipt.outsideSha256).not.toBe(outsideSha256(image, editable));
    const peak = depth === 16 ? 65535 : 255;
    expect(receipt.outsidePsnr).toBeCloseTo(10 * Math.log10((peak * peak * 210 * channels) / 2), 6);
  });
});

describe("other containers", () => {
  it("hashes little-endian samples with the editable ones zeroed", () => {
    const two: Picture = { width: 2, height: 1, channels: 1, depth: 16, samples: Uint16Array.of(0x1234, 0xabcd) };
    const hash = createHash("sha256")
      .update(Uint8Array.of(0x34, 0x12, 0, 0))
      .digest("hex");
    expect(
      outsideSha256(
        two,
        maskOf(2, 1, (x) => x === 1, 7),
      ),
    ).toBe(hash);
  });
  it.each([
    ["webp", 4],
    ["webp", 1],
    ["avif", 3],
    ["tiff", 4],
  ] as const)("%s holds %i channels", async (format, channels) => {
    const path = join(folder, `held.${format}`);
    await writeImage(path, picture(channels, 8), { format, embed: true });
    const receipt = await makeReceipt(nativeOf(picture(channels, 8)), path, editable);
    expect(receipt).toMatchObject({ lossless: true, outsideChanged: 0 });
  });
  it("JPEG is called lossy, with numbers", async () => {
    const path = join(folder, "lossy.jpg");
    await writeImage(path, picture(3, 8), { format: "jpeg", embed: true });
    const receipt = await makeReceipt(nativeOf(picture(3, 8)), path, editable);
    expect(receipt.lossless).toBe(false);
    expect(receipt.outsideChanged).toBeGreaterThan(0);
    expect(receipt.outsideMaxDiff).toBeGreaterThan(0);
    expect(receipt.outsidePsnr).toBeGreaterThan(25);
  });
  it("16 bits in WebP are called lossy", async () => {
    const path = join(folder, "narrow.webp");
    await writeImage(path, picture(3, 16), { format: "webp", embed: true });
    expect((await makeReceipt(nativeOf(picture(3, 16)), path, editable)).lossless).toBe(false);
  });
  it("an empty mask has an empty box, a full one covers everything", async () => {
    const path = join(folder, "all.png");
    await writeImage(path, picture(3, 8), { format: "png", embed: true });
    const none = await makeReceipt(
      nativeOf(picture(3, 8)),
      path,
      maskOf(20, 12, () => false),
    );
    expect(none).toMatchObject({ editedBox: [0, 0, 0, 0], editableArea: 0, outsidePixels: 240 });
    const all = await makeReceipt(
      nativeOf(picture(3, 8)),
      path,
      maskOf(20, 12, () => true),
    );
    expect(all).toMatchObject({ editedBox: [0, 0, 20, 12], editableArea: 1, outsidePixels: 0 });
  });
  it("refuses a mask of another size", async () => {
    const receipt = makeReceipt(
      nativeOf(picture(3, 8)),
      join(folder, "all.png"),
      maskOf(12, 20, () => true),
    );
    await expect(receipt).rejects.toMatchObject({ code: "mask-size-mismatch" });
    await expect(receipt).rejects.toThrow("Expected editable mask of 20x12 to match the image, got 12x20");
  });
});

it("hashes large pictures as if they were copied whole", () => {
  const [width, height] = [1100, 1000];
  const samples = Uint8Array.from({ length: width * height }, (_, i) => (i * 7) & 0xff);
  const inside = (x: number, y: number) => x > 1000 && y > 900; // on both sides of a million pixels
  const outside = samples.map((value, i) => (inside(i % width, Math.floor(i / width)) ? 0 : value));
  const picture = { width, height, channels: 1, depth: 8, samples } as const;
  const whole = createHash("sha256").update(outside).digest("hex");
  expect(outsideSha256(picture, maskOf(width, height, inside))).toBe(whole);
});
