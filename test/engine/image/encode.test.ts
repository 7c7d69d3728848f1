import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../../src/engine/image/decode.ts";
import { type OutputFormat, outputFormat, writeImage } from "../../../src/engine/image/encode.ts";
import { cleanExif } from "../../../src/engine/image/exif.ts";
import type { Picture } from "../../../src/engine/image/native.ts";
import { recipeOf } from "../../../src/engine/image/xmp.ts";
import { exifOf, ownFolder, p3Profile, picture } from "./make.ts";

const folder = await ownFolder();
const RECIPE = { version: 1, prompt: 'a <cat> & "dog" \uFFFF', operations: [{ region: { box: [0, 0, 4, 4] } }] };
const exif = exifOf(6);
const xmp = new TextEncoder().encode(
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"' +
    ' tiff:Orientation="6" dc:source="kept"/></rdf:RDF></x:xmpmeta>',
);

const HOLDS: [OutputFormat, Picture["channels"], Picture["depth"]][] = [
  ["png", 1, 8],
  ["png", 2, 8],
  ["png", 3, 8],
  ["png", 4, 8],
  ["png", 1, 16],
  ["png", 2, 16],
  ["png", 3, 16],
  ["png", 4, 16],
  ["tiff", 1, 8],
  ["tiff", 2, 8],
  ["tiff", 3, 8],
  ["tiff", 4, 8],
  ["tiff", 1, 16],
  ["tiff", 3, 16],
  ["tiff", 4, 16],
  ["webp", 3, 8],
  ["webp", 4, 8],
  ["avif", 3, 8],
  ["avif", 4, 8],
];

describe.each(HOLDS)("%s with %i channels of %i bits", (format, channels, depth) => {
  it.each([false, true])("holds samples and profile (profile: %s)", async (tagged) => {
    const image = picture(channels, depth);
    const icc = tagged && channels > 2 ? await p3Profile() : undefined;
    const path = join(folder, `held-${channels}-${depth}-${tagged}.${format}`);
    await writeImage(path, image, { format, icc, embed: true, recipe: RECIPE });
    const back = await decodeImage(path);
    expect(back).toMatchObject({ format, width: 20, height: 12, channels, depth });
    expect(back.samples).toEqual(image.samples);
    expect(back.icc).toEqual(icc && Uint8Array.from(icc));
    expect(back.xmp && recipeOf(back.xmp)).toEqual(RECIPE);
  });
});

describe.each(["png", "webp", "jpeg", "avif"] as const)("metadata in %s", (format) => {
  const path = join(folder, `metadata.${format}`);
  it("keeps EXIF with orientation and sizes corrected and the thumbnail gone", async () => {
    const icc = await p3Profile();
    const warnings = await writeImage(path, picture(3, 8), { format, icc, exif, xmp, embed: true, recipe: RECIPE });
    expect(warnings).toEqual([]);
    const back = await decodeImage(path);
    expect(back.icc).toEqual(Uint8Array.from(icc));
    expect((await sharp(await readFile(path)).metadata()).orientation ?? 1).toBe(1);
    expect(Buffer.from(back.exif ?? []).includes("Maker")).toBe(true);
    expect(Buffer.from(back.exif ?? []).includes("\xaa".repeat(10), 0, "latin1")).toBe(false);
    if (format === "avif") return; // libvips lays the block out anew
    const view = new DataView(Uint8Array.from(back.exif ?? []).buffer);
    expect(view.byteLength).toBe(120); // the 10 bytes of thumbnail are cut off
    expect([view.getUint16(30, true), view.getUint32(46, true)]).toEqual([1, 0]); // orientation, link to IFD1
    expect([view.getUint16(60, true), view.getUint16(72, true)]).toEqual([20, 12]);
  });
  it("keeps the XMP that was there and adds provenance and recipe", async () => {
    const text = new TextDecoder().decode((await decodeImage(path)).xmp);
    expect(text).toContain('dc:source="kept"');
    expect(text).toContain('tiff:Orientation="1"');
    expect(text).toContain("digitalsourcetype/compositeWithTrainedAlgorithmicMedia");
    expect(recipeOf(new TextEncoder().encode(text))).toEqual(RECIPE);
  });
  it("writes the same bytes twice", async () => {
    const options = { format, icc: await p3Profile(), exif, xmp, embed: true, recipe: RECIPE };
    const again = join(folder, `again.${format}`);
    await writeImage(again, picture(3, 8), options);
    expect((await readFile(again)).equals(await readFile(path))).toBe(true);
  });
  it("leaves provenance and recipe out when told to", async () => {
    const bare = join(folder, `bare.${format}`);
    await writeImage(bare, picture(3, 8), { format, exif, xmp, embed: false, recipe: RECIPE });
    const text = new TextDecoder().decode((await decodeImage(bare)).xmp);
    expect(text).toContain('dc:source="kept"');
    expect(text).not.toMatch(/dragflow|DigitalSourceType/);
  });
});

describe("writeImage", () => {
  it("replaces its own marks on a second edit instead of piling them up", async () => {
    const path = join(folder, "second.png");
    await writeImage(path, picture(3, 8), { format: "png", xmp, embed: true, recipe: RECIPE });
    const first = await decodeImage(path);
    await writeImage(path, picture(3, 8), { format: "png", xmp: first.xmp, embed: true, recipe: { version: 2 } });
    const text = new TextDecoder().decode((await decodeImage(path)).xmp);
    expect(text.match(/DigitalSourceType=/g)).toHaveLength(1);
    expect(text.match(/<dragflow:recipe>/g)).toHaveLength(1);
    expect(recipeOf(new TextEncoder().encode(text))).toEqual({ version: 2 });
  });
  it.each([
    ["empty", new Uint8Array()],
    ["noise", Uint8Array.from({ length: 64 }, (_, i) => (i * 37) & 255)],
    ["a directory that runs past the end", Uint8Array.from([...exifOf(6).slice(0, 8), 255, 255, 0, 0, 0, 0])],
  ])("drops damaged EXIF with a warning: %s", async (_name, damaged) => {
    const path = join(folder, "damaged-exif.png");
    const warnings = await writeImage(path, picture(3, 8), { format: "png", exif: damaged, embed: false });
    expect(warnings).toMatchObject([{ code: "metadata-dropped" }]);
    expect((await decodeImage(path)).exif).toBeUndefined();
  });
  it("JPEG: leaves a recipe out that does not fit, keeps the provenance mark and splits a large profile", async () => {
    const path = join(folder, "large.jpg");
    const icc = Uint8Array.from({ length: 150_000 }, (_, i) => i & 255);
    icc.set(await p3Profile());
    const recipe = { mask: "x".repeat(70_000) };
    const warnings = await writeImage(path, picture(3, 8), { format: "jpeg", icc, embed: true, recipe });
    expect(warnings).toMatchObject([{ code: "metadata-dropped" }]);
    const back = await decodeImage(path);
    expect(back.icc).toEqual(icc);
    expect(new TextDecoder().decode(back.xmp)).toContain("DigitalSourceType");
  });
  it("JPEG: transparent pixels are laid over white", async () => {
    const path = join(folder, "flattened.jpg");
    const samples = new Uint8Array(64 * 4);
    await writeImage(path, { width: 8, height: 8, channels: 4, depth: 8, samples }, { format: "jpeg", embed: false });
    const back = await decodeImage(path);
    expect([back.channels, Math.min(...back.samples)]).toEqual([3, 255]);
  });
  it("PNG: carries gamma and resolution along", async () => {
    const path = join(folder, "gamma.png");
    const display = [{ type: "gAMA", data: Uint8Array.of(0, 0, 0xb1, 0x8f) }];
    await writeImage(path, picture(3, 8), { format: "png", display, embed: false });
    expect((await decodeImage(path)).display).toEqual(display);
  });
  it("refuses a WebP that would be too wide", async () => {
    const wide: Picture = { width: 16384, height: 1, channels: 1, depth: 8, samples: new Uint8Array(16384) };
    const write = writeImage(join(folder, "wide.webp"), wide, { format: "webp", embed: false });
    await expect(write).rejects.toMatchObject({ code: "usage", message: expect.stringContaining("16384x1") });
  });
});

describe("cleanExif", () => {
  it("reads and resets big-endian blocks too", () => {
    const view = new DataView(Uint8Array.from(cleanExif(exifOf(8, false), 70_000, 5) ?? []).buffer);
    expect([view.getUint16(30), view.getUint32(46), view.byteLength]).toEqual([1, 0, 120]);
    expect([view.getUint16(54), view.getUint32(60), view.getUint16(72)]).toEqual([4, 70_000, 5]); // grown to LONG
  });
  it("never throws nor grows, whatever bytes are broken", () => {
    const change = fc.tuple(fc.nat(129), fc.nat(255));
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 12 }),
        fc.nat(130),
        fc.boolean(),
        (changes, cut, little) => {
          const bytes = exifOf(6, little);
          for (const [at, value] of changes) bytes[at] = value;
          const original = bytes.slice(0, 130 - cut);
          const cleaned = cleanExif(original, 20, 12);
          expect(cleaned === undefined || cleaned.length <= original.length).toBe(true);
        },
      ),
    );
  });
});

describe("outputFormat", () => {
  it.each([
    ["out.PNG", "jpeg", "png"],
    ["a/b.jpeg", "png", "jpeg"],
    ["x.tif", "png", "tiff"],
    [undefined, "webp", "webp"],
    [undefined, "tiff", "tiff"],
    [undefined, "jpeg", "png"],
    [undefined, "avif", "png"],
    [undefined, "gif", "png"],
  ] as const)("%s from %s is %s", (name, input, format) => {
    expect(outputFormat(name, { format: input })).toBe(format);
  });
  it.each(["out.bmp", "out", ".png"])("refuses %s", (name) => {
    expect(() => outputFormat(name, { format: "png" })).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

it("says where no file can be written, and why", async () => {
  const write = writeImage(join(folder, "none/at-all.png"), picture(3, 8), { format: "png", embed: false });
  await expect(write).rejects.toMatchObject({
    code: "out-unwritable",
    message: expect.stringMatching(/at-all\.png, got ENOENT$/),
  });
});
