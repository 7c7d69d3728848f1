import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeBytes, decodeImage, toRgb } from "../../../src/engine/image/decode.ts";
import type { Picture } from "../../../src/engine/image/native.ts";
import { attachToPng } from "../../../src/engine/image/png-chunks.ts";
import { attachToWebp } from "../../../src/engine/image/webp-chunks.ts";
import { EditError } from "../../../src/errors.ts";
import { exifOf, nativeOf, ownFolder, p3Profile, picture, pipeline, pngOf } from "./make.ts";

const folder = await ownFolder();
const tiff = { compression: "deflate", predictor: "none" } as const;

describe("decodeImage keeps native samples", () => {
  const lossless: Record<string, { image: Picture; encode: (image: Picture) => Promise<Buffer> }> = {
    "grey PNG": { image: picture(1, 8), encode: (p) => pngOf(p) },
    "grey + alpha PNG": { image: picture(2, 8), encode: (p) => pngOf(p) },
    "RGB PNG": { image: picture(3, 8), encode: (p) => pngOf(p) },
    "RGBA PNG": { image: picture(4, 8), encode: (p) => pngOf(p) },
    "16-bit grey PNG": { image: picture(1, 16), encode: (p) => pngOf(p) },
    "16-bit grey + alpha PNG": { image: picture(2, 16), encode: (p) => pngOf(p) },
    "16-bit RGB PNG": { image: picture(3, 16), encode: (p) => pngOf(p) },
    "16-bit RGBA PNG": { image: picture(4, 16), encode: (p) => pngOf(p) },
    "RGB PNG with a P3 profile": { image: picture(3, 8), encode: async (p) => pngOf(p, { icc: await p3Profile() }) },
    "16-bit PNG with a P3 profile": {
      image: picture(3, 16),
      encode: async (p) => pngOf(p, { icc: await p3Profile() }),
    },
    "interlaced PNG": { image: picture(3, 8), encode: (p) => pipeline(p).png({ progressive: true }).toBuffer() },
    "RGB TIFF": { image: picture(3, 8), encode: (p) => pipeline(p).tiff(tiff).toBuffer() },
    "16-bit RGBA TIFF": { image: picture(4, 16), encode: (p) => pipeline(p).tiff(tiff).toBuffer() },
    "grey TIFF": { image: picture(1, 8), encode: (p) => pipeline(p).tiff(tiff).toBuffer() },
    "RGB WebP": { image: picture(3, 8), encode: (p) => pipeline(p).webp({ lossless: true }).toBuffer() },
    "RGBA WebP": { image: picture(4, 8), encode: (p) => pipeline(p).webp({ lossless: true, exact: true }).toBuffer() },
    "RGB AVIF": { image: picture(3, 8), encode: (p) => pipeline(p).avif({ lossless: true }).toBuffer() },
  };
  it.each(Object.entries(lossless))("%s", async (name, { image, encode }) => {
    const native = await decodeBytes(await encode(image), name);
    expect(native).toMatchObject({ width: 20, height: 12, channels: image.channels, depth: image.depth, warnings: [] });
    expect(native.samples).toEqual(image.samples);
  });

  it("palette PNG becomes the RGB it stands for", async () => {
    const image: Picture = { ...picture(3, 8), samples: picture(3, 8).samples.map((v) => (v > 127 ? 255 : 0)) };
    const bytes = await pipeline(image).png({ palette: true, colours: 8, dither: 0 }).toBuffer();
    expect((await sharp(bytes).metadata()).isPalette).toBe(true);
    const native = await decodeBytes(bytes, "palette");
    expect([native.channels, native.depth]).toEqual([3, 8]);
    expect(native.samples).toEqual(image.samples);
  });

  it("JPEG equals what an ICC-blind decoder gives", async () => {
    const jpeg = await pipeline(picture(3, 8)).withIccProfile("p3").jpeg().toBuffer();
    const native = await decodeBytes(jpeg, "photo");
    expect(native.format).toBe("jpeg");
    expect(native.icc).toEqual(Uint8Array.from(await p3Profile()));
    expect(Buffer.from(native.samples)).toEqual(await sharp(jpeg, { ignoreIcc: true }).raw().toBuffer());
  });
});

/** Where the stored pixel (x, y) of a w × h picture is shown (Exif 3.0, orientation tag). */
const SHOWN: Record<number, (x: number, y: number, w: number, h: number) => [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, w) => [w - 1 - x, y],
  3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
  4: (x, y, _w, h) => [x, h - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _w, h) => [h - 1 - y, x],
  7: (x, y, w, h) => [h - 1 - y, w - 1 - x],
  8: (x, y, w) => [y, w - 1 - x],
};

describe.each(Object.entries(SHOWN))("orientation %s", (tag, place) => {
  const image = picture(3, 8, 7, 5);
  const exif = exifOf(Number(tag));
  it.each([
    ["PNG", () => pngOf(image, { exif })],
    [
      "WebP",
      async () => {
        const webp = await pipeline(image).webp({ lossless: true }).toBuffer();
        return attachToWebp(webp, { width: 7, height: 5, alpha: false }, { exif });
      },
    ],
    [
      "JPEG",
      () =>
        pipeline(image)
          .withMetadata({ orientation: Number(tag) })
          .jpeg({ quality: 100 })
          .toBuffer(),
    ],
  ] as const)("%s", async (format, encode) => {
    const bytes = await encode();
    const stored =
      format === "JPEG" ? await sharp(bytes, { autoOrient: false }).raw().toBuffer() : Buffer.from(image.samples);
    const native = await decodeBytes(bytes, "turned");
    expect([native.width, native.height]).toEqual(Number(tag) > 4 ? [5, 7] : [7, 5]);
    for (let y = 0; y < 5; y++) {
      for (let x = 0; x < 7; x++) {
        const [sx, sy] = place(x, y, 7, 5);
        const at = (sy * native.width + sx) * 3;
        expect([...native.samples.slice(at, at + 3)]).toEqual([
          ...stored.subarray((y * 7 + x) * 3, (y * 7 + x) * 3 + 3),
        ]);
      }
    }
  });
});

describe("attached data", () => {
  const exif = exifOf(1);
  const xmp = new TextEncoder().encode('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>');
  it("PNG: profile, EXIF and XMP byte for byte", async () => {
    const icc = await p3Profile();
    const native = await decodeBytes(await pngOf(picture(3, 8), { icc, exif, xmp }), "tagged");
    expect(native.icc).toEqual(Uint8Array.from(icc));
    expect(native.exif).toEqual(Uint8Array.from(exif));
    expect(native.xmp).toEqual(xmp);
  });
  it("WebP: the same", async () => {
    const icc = await p3Profile();
    const webp = await pipeline(picture(4, 8)).webp({ lossless: true, exact: true }).toBuffer();
    const bytes = attachToWebp(webp, { width: 20, height: 12, alpha: true }, { icc, exif, xmp });
    const native = await decodeBytes(bytes, "tagged");
    expect(native.icc).toEqual(Uint8Array.from(icc));
    expect(native.exif).toEqual(Uint8Array.from(exif));
    expect(native.xmp).toEqual(xmp);
    expect(native.samples).toEqual(picture(4, 8).samples);
  });
});

describe("CMYK", () => {
  it("is converted to sRGB with a warning and loses its profile", async () => {
    const native = await decodeBytes(await pipeline(picture(3, 8)).toColourspace("cmyk").jpeg().toBuffer(), "print");
    expect(native).toMatchObject({ channels: 3, depth: 8, warnings: [{ code: "converted-colourspace" }] });
    expect(native.icc).toBeUndefined();
  });
});

describe("toRgb", () => {
  it("copies sRGB numbers and repeats grey", async () => {
    const rgb = picture(3, 8);
    expect((await toRgb(nativeOf(rgb))).data).toEqual(rgb.samples);
    const grey = picture(1, 8);
    const seen = await toRgb(nativeOf(grey));
    expect([...seen.data.slice(0, 6)]).toEqual([0, 0, 0, 1, 1, 1].map((i) => grey.samples[i]));
  });
  it("rounds 16 bits to 8", async () => {
    const samples = Uint16Array.of(0, 128, 129, 65535, 257, 32896);
    const seen = await toRgb(nativeOf({ width: 2, height: 1, channels: 3, depth: 16, samples }));
    expect([...seen.data]).toEqual([0, 0, 1, 255, 1, 128]);
  });
  it("keeps thin colours and shows fully transparent pixels as neutral grey", async () => {
    const samples = Uint8Array.of(200, 10, 30, 1, 255, 255, 255, 0);
    const seen = await toRgb(nativeOf({ width: 2, height: 1, channels: 4, depth: 8, samples }));
    expect([...seen.data]).toEqual([200, 10, 30, 128, 128, 128]);
  });
  it.each([8, 16] as const)("applies a P3 profile to %i-bit samples", async (depth) => {
    const unit = depth === 16 ? 257 : 1;
    const values = [200, 100, 50].map((v) => v * unit);
    const samples = depth === 16 ? Uint16Array.from(values) : Uint8Array.from(values);
    const seen = await toRgb(
      nativeOf({ width: 1, height: 1, channels: 3, depth, samples }, { icc: await p3Profile() }),
    );
    // P3 (200, 100, 50) is more saturated than the same sRGB numbers: red up, blue down.
    expect(seen.data[0]).toBeGreaterThan(205);
    expect(seen.data[2]).toBeLessThan(45);
  });
  it("leaves the native samples alone", async () => {
    const rgba = nativeOf(picture(4, 8));
    await toRgb(rgba);
    expect(rgba.samples).toEqual(picture(4, 8).samples);
  });
});

describe("refusals", () => {
  const big = picture(3, 8, 64, 48);
  const cases: Record<string, { bytes: () => Promise<Uint8Array> | Uint8Array; code: string; says: RegExp }> = {
    empty: { bytes: () => new Uint8Array(), code: "image-unreadable", says: /empty file/ },
    text: { bytes: () => Buffer.from("hello"), code: "image-unreadable", says: /text \("hello"\)/ },
    html: { bytes: () => Buffer.from("<!doctype html><p>404"), code: "image-unreadable", says: /web page/ },
    noise: { bytes: () => Buffer.from([1, 2, 3, 200]), code: "image-unreadable", says: /010203c8/ },
    svg: {
      bytes: () => Buffer.from('<?xml version="1.0"?><svg width="9"/>'),
      code: "image-unsupported",
      says: /rsvg-convert/,
    },
    pdf: { bytes: () => Buffer.from("%PDF-1.7 x"), code: "image-unsupported", says: /pdftoppm/ },
    heic: {
      bytes: () => Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
      code: "image-unsupported",
      says: /heif-convert/,
    },
    jxl: { bytes: () => Buffer.from([0xff, 0x0a, 1, 2]), code: "image-unsupported", says: /djxl/ },
    "animated WebP": {
      bytes: () =>
        sharp([onePixelGif(0), onePixelGif(200)], { join: { animated: true } })
          .webp()
          .toBuffer(),
      code: "image-unsupported",
      says: /several pages/,
    },
    "animated PNG": {
      bytes: async () => attachToPngWithAnimation(await pngOf(big)),
      code: "image-unsupported",
      says: /several pages/,
    },
  };
  it.each(Object.entries(cases))("%s", async (name, { bytes, code, says }) => {
    const path = join(folder, `${name}.png`);
    await writeFile(path, await bytes());
    const error = await decodeImage(path).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(EditError);
    expect(error).toMatchObject({ code });
    expect(String(error)).toMatch(says);
    expect(String(error)).toContain(path);
  });

  const encoders: Record<string, () => Promise<Buffer>> = {
    png: () => pngOf(big),
    jpeg: () => pipeline(big).jpeg().toBuffer(),
    webp: () => pipeline(big).webp().toBuffer(),
    "lossless webp": () => pipeline(big).webp({ lossless: true }).toBuffer(),
    tiff: () => pipeline(big).tiff(tiff).toBuffer(),
    avif: () => pipeline(big).avif().toBuffer(),
    gif: () => pipeline(big).gif().toBuffer(),
  };
  describe.each(Object.entries(encoders))("truncated %s", (_name, encode) => {
    it.each([0.98, 0.6, 0.2])("at %d of its length", async (share) => {
      const whole = await encode();
      await expect(decodeBytes(whole.subarray(0, Math.trunc(whole.length * share)), "cut")).rejects.toMatchObject({
        code: "image-unreadable",
      });
    });
  });
  it("PNG without its last chunk", async () => {
    const whole = await pngOf(big);
    await expect(decodeBytes(whole.subarray(0, whole.length - 12), "cut")).rejects.toThrow(/ends early/);
  });
  it("PNG with a damaged byte in its pixel data", async () => {
    const bytes = await pngOf(big);
    const at = bytes.indexOf("IDAT") + 200;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    await expect(decodeBytes(bytes, "damaged")).rejects.toMatchObject({ code: "image-unreadable" });
  });
  it("missing file and folder", async () => {
    await expect(decodeImage(join(folder, "none.png"))).rejects.toMatchObject({ code: "not-found" });
    await expect(decodeImage(folder)).rejects.toThrow(/got a folder/);
  });
  it("too many pixels, naming limit and size", async () => {
    const error = decodeBytes(await pngOf(big), "big", { maxPixels: 3000 });
    await expect(error).rejects.toMatchObject({ code: "image-too-large" });
    await expect(error).rejects.toThrow(/at most 3000 pixels, got 64x48 = 3072/);
  });
  it("reads content whatever the name says", async () => {
    const path = join(folder, "really-a-jpeg.png");
    await writeFile(path, await pipeline(big).jpeg().toBuffer());
    expect((await decodeImage(path)).format).toBe("jpeg");
  });

  function onePixelGif(value: number): Buffer {
    // A one-frame GIF of one colour, 1 × 1 (GIF 89a).
    const colour = [value, value, value, 0, 0, 0];
    const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b];
    return Buffer.from([...Buffer.from("GIF89a"), 1, 0, 1, 0, 0x80, 0, 0, ...colour, ...frame]);
  }
  function attachToPngWithAnimation(png: Buffer): Buffer {
    return attachToPng(png, [{ type: "acTL", data: Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0) }]);
  }
});
