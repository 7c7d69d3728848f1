/** Every kind of picture from file to file: outside the edit the numbers of the written file are the input's own. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import type { EditOutcome } from "../../../src/engine/api.ts";
import { decodeImage } from "../../../src/engine/image/decode.ts";
import type { NativeImage, Picture } from "../../../src/engine/image/native.ts";
import { attachToPng } from "../../../src/engine/image/png-chunks.ts";
import { readMask } from "../../../src/engine/image/raster-io.ts";
import { LocalEngine } from "../../../src/engine/local.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { noiseAt } from "../../helpers/pictures.ts";
import { exifOf, greyProfile, ownFolder, p3Profile, pipeline, pngOf } from "../image/make.ts";
import { DISC, HEIGHT, scene, WIDTH } from "./scenes.ts";

const folder = await ownFolder();
const engine = new LocalEngine({ home: folder });
afterAll(() => engine.close());

const recipe = parseRecipe({
  operations: [{ region: { ellipse: DISC }, motion: { type: "relocation", by: [26, 3] } }],
  quality: "preview",
});
const PORTRAIT = parseRecipe({
  // The scene turned clockwise: what was [x, y] is [HEIGHT − y, x].
  operations: [
    {
      region: { ellipse: { center: [HEIGHT - 40, 40], radius: [14, 14] } },
      motion: { type: "relocation", by: [3, 26] },
    },
  ],
  quality: "preview",
});

interface Kind {
  readonly bytes: () => Promise<Uint8Array>;
  readonly name: string;
  readonly out: string;
  readonly channels: number;
  readonly depth: number;
  /** The samples the file was made of, where its container holds them. */
  readonly made?: Picture;
  readonly warnings?: readonly string[];
  readonly turned?: boolean;
}

const TIFF = { compression: "lzw" } as const;
const png = (channels: Picture["channels"], depth: Picture["depth"]): Kind => {
  const made = scene(channels, depth);
  return { name: `${channels}-${depth}.png`, bytes: () => pngOf(made), out: "png", channels, depth, made };
};
const tiff = (channels: Picture["channels"], depth: Picture["depth"]): Kind => {
  const made = scene(channels, depth);
  const bytes = () => pipeline(made).tiff(TIFF).toBuffer();
  return { name: `${channels}-${depth}.tif`, bytes, out: "tiff", channels, depth, made };
};
const [rgb, rgba, grey] = [scene(3, 8), scene(4, 8), scene(1, 8)];

const KINDS: Readonly<Record<string, Kind>> = {
  "8-bit RGB PNG": png(3, 8),
  "8-bit RGBA PNG": png(4, 8),
  "8-bit grey PNG": png(1, 8),
  "8-bit grey + alpha PNG": png(2, 8),
  "16-bit grey PNG": png(1, 16),
  "16-bit grey + alpha PNG": png(2, 16),
  "16-bit RGB PNG": png(3, 16),
  "16-bit RGBA PNG": png(4, 16),
  "8-bit RGB TIFF": tiff(3, 8),
  "8-bit grey TIFF": tiff(1, 8),
  "16-bit RGB TIFF": tiff(3, 16),
  "16-bit RGBA TIFF": tiff(4, 16),
  "16-bit grey TIFF": tiff(1, 16),
  "palette PNG": {
    bytes: () => pipeline(rgb).png({ palette: true, colours: 64 }).toBuffer(),
    ...{ name: "palette.png", out: "png", channels: 3, depth: 8 },
  },
  "palette PNG with transparency": {
    bytes: () => pipeline(rgba).png({ palette: true, colours: 64 }).toBuffer(),
    ...{ name: "palette-alpha.png", out: "png", channels: 4, depth: 8 },
  },
  GIF: {
    bytes: () => pipeline(rgb).gif().toBuffer(),
    ...{ name: "still.gif", out: "png", channels: 3, depth: 8 },
  },
  "lossless WebP": {
    bytes: () => pipeline(rgba).webp({ lossless: true, exact: true }).toBuffer(),
    ...{ name: "lossless.webp", out: "webp", channels: 4, depth: 8, made: rgba },
  },
  "lossy WebP": {
    bytes: () => pipeline(rgb).webp().toBuffer(),
    ...{ name: "lossy.webp", out: "webp", channels: 3, depth: 8 },
  },
  AVIF: {
    bytes: () => pipeline(rgb).avif().toBuffer(),
    ...{ name: "in.avif", out: "png", channels: 3, depth: 8 },
  },
  "RGB JPEG": {
    bytes: () => pipeline(rgb).jpeg().toBuffer(),
    ...{ name: "rgb.jpg", out: "png", channels: 3, depth: 8 },
  },
  "grey JPEG": {
    bytes: () => pipeline(grey).jpeg().toBuffer(),
    ...{ name: "grey.jpg", out: "png", channels: 1, depth: 8 },
  },
  "JPEG with orientation 6": {
    bytes: () => pipeline(rgb).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    ...{ name: "turned.jpg", out: "png", channels: 3, depth: 8, turned: true },
  },
  "CMYK JPEG": {
    bytes: () => pipeline(rgb).toColourspace("cmyk").jpeg().toBuffer(),
    ...{ name: "cmyk.jpg", out: "png", channels: 3, depth: 8, warnings: ["converted-colourspace"] },
  },
  "Lab TIFF": {
    bytes: () => pipeline(rgb).toColourspace("lab").tiff(TIFF).toBuffer(),
    ...{ name: "lab.tif", out: "tiff", channels: 3, depth: 8, warnings: ["converted-colourspace"] },
  },
  "Display-P3 PNG": {
    bytes: async () => pngOf(rgb, { icc: await p3Profile() }),
    ...{ name: "p3.png", out: "png", channels: 3, depth: 8, made: rgb },
  },
  "16-bit Display-P3 PNG": {
    bytes: async () => pngOf(scene(3, 16), { icc: await p3Profile() }),
    ...{ name: "p3-16.png", out: "png", channels: 3, depth: 16, made: scene(3, 16) },
  },
  "grey PNG with a gamma profile": {
    bytes: () => pngOf(grey, { icc: greyProfile(1.8) }),
    ...{ name: "grey-gamma.png", out: "png", channels: 1, depth: 8, made: grey },
  },
  "RGB PNG with EXIF orientation 6": {
    bytes: () => pngOf(rgb, { exif: exifOf(6) }),
    ...{ name: "turned.png", out: "png", channels: 3, depth: 8, turned: true },
  },
};

async function edit(path: string, turned = false): Promise<EditOutcome> {
  return engine.edit({ image: path, recipe: turned ? PORTRAIT : recipe, baseDir: folder, dir: `${path}.edit` });
}

/** Pixels, by whether the editable mask covers them, whose samples differ. */
async function changed(
  input: Picture,
  written: Picture,
  editable: string,
): Promise<{ outside: number; inside: number }> {
  const mask = await readMask(editable, "");
  const counts = { outside: 0, inside: 0 };
  for (let i = 0; i < mask.data.length; i++) {
    const at = i * input.channels;
    const same = input.samples.subarray(at, at + input.channels).every((value, c) => value === written.samples[at + c]);
    if (!same) counts[mask.data[i] === 0 ? "outside" : "inside"]++;
  }
  return counts;
}

describe.each(Object.entries(KINDS))("%s", (_, kind) => {
  const path = join(folder, kind.name);
  let input: NativeImage;
  let outcome: EditOutcome;

  it("keeps every sample outside the edit, in its own layout", async () => {
    await writeFile(path, await kind.bytes());
    input = await decodeImage(path);
    outcome = await edit(path, kind.turned);
    const written = await decodeImage(outcome.files.image);
    const [width, height] = kind.turned ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
    const { channels, depth } = kind;
    expect(written).toMatchObject({ format: kind.out, channels, depth, width, height, warnings: [] });
    const counts = await changed(kind.made ?? input, written, outcome.files.editable);
    expect(counts.outside).toBe(0);
    expect(counts.inside).toBeGreaterThan(300); // the disc has 616 pixels
    expect(outcome.receipt).toMatchObject({ lossless: true, outsideChanged: 0 });
  });

  it("keeps the profile and says what was converted", async () => {
    const written = await decodeImage(outcome.files.image);
    expect(written.icc).toEqual(input.icc);
    expect((await sharp(outcome.files.image).metadata()).orientation ?? 1).toBe(1);
    const codes = outcome.warnings.map(({ code }) => code).filter((code) => !code.startsWith("region-"));
    expect(codes).toEqual(kind.warnings ?? []);
  });
});

describe("export", () => {
  const path = join(folder, "export.png");
  let outcome: EditOutcome;
  const exported = (out: string, extra = {}) =>
    engine.exportImage({
      ...{ image: outcome.files.image, original: path, editable: outcome.files.editable },
      ...{ out: join(folder, out), overwrite: false, recipe: outcome.recipe, ...extra },
    });

  it.each(["webp", "tiff", "tif", "avif", "png"])(
    "to .%s keeps every sample of the edit and the profile",
    async (ext) => {
      await writeFile(path, await pngOf(rgba, { icc: await p3Profile() }));
      outcome ??= await edit(path);
      const { receipt, warnings, path: out } = await exported(`kept.${ext}`);
      const [before, after] = [await decodeImage(outcome.files.image), await decodeImage(out)];
      expect(receipt).toMatchObject({ lossless: true, outsideChanged: 0 });
      expect(receipt.outsideSha256).toBe(outcome.receipt.outsideSha256);
      expect(warnings).toEqual([]);
      expect(after.samples).toEqual(before.samples);
      expect(after.icc).toEqual(before.icc);
    },
  );

  it("to a named JPEG says what the format cost", async () => {
    const opaque = join(folder, "opaque.png");
    await writeFile(opaque, await pngOf(rgb));
    const { files } = await edit(opaque);
    const pair = { image: files.image, original: opaque, editable: files.editable };
    const { receipt, warnings, format } = await exported("lossy.jpg", pair);
    expect(format).toBe("jpeg");
    expect(receipt.lossless).toBe(false);
    expect(receipt.outsideChanged).toBeGreaterThan(0);
    expect(receipt.outsideMaxDiff).toBeGreaterThan(0);
    expect(receipt.outsidePsnr).toBeGreaterThan(30);
    expect(warnings.map(({ code }) => code)).toEqual(["lossy-output"]);
  });

  it("of 16 bits to WebP is lossy and says so", async () => {
    const deep = join(folder, "export-16.png");
    await writeFile(deep, await pngOf(scene(3, 16)));
    const { receipt, warnings } = await exported("deep.webp", { image: deep, original: deep, editable: undefined });
    expect(receipt).toMatchObject({ lossless: false });
    expect(warnings.map(({ code }) => code)).toEqual(["lossy-output"]);
  });

  it("leaves an existing file alone unless told otherwise", async () => {
    await expect(exported("lossy.jpg")).rejects.toMatchObject({
      code: "out-exists",
      hint: expect.stringContaining("overwrite: true"),
    });
    await expect(exported("lossy.jpg", { overwrite: true })).resolves.toMatchObject({ format: "jpeg" });
  });
});

/** Frames of 8 × 8 below each other; sharp cuts them apart. */
const frames = (count: number) =>
  sharp(
    Uint8Array.from({ length: count * 192 }, (_, i) => Math.floor(i / 192) * 60),
    {
      raw: { width: 8, height: 8 * count, channels: 3, pageHeight: 8 },
    },
  );
const REFUSED: Readonly<Record<string, { bytes: () => Promise<Uint8Array> | Uint8Array; command: string }>> = {
  "animated GIF": { bytes: () => frames(3).gif().toBuffer(), command: 'magick "FILE[0]" out.png' },
  "animated WebP": { bytes: () => frames(3).webp().toBuffer(), command: 'magick "FILE[0]" out.png' },
  "animated PNG": {
    bytes: async () => attachToPng(await pngOf(rgb), [{ type: "acTL", data: Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0) }]),
    command: 'magick "FILE[0]" out.png',
  },
  HEIC: { bytes: () => Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic"), command: "heif-convert FILE out.png" },
  "JPEG XL": { bytes: () => Buffer.from([0xff, 0x0a, 1, 2]), command: "djxl FILE out.png" },
  SVG: {
    bytes: () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    command: "rsvg-convert FILE -o out.png",
  },
  PDF: { bytes: () => Buffer.from("%PDF-1.7 x"), command: "pdftoppm -png -r 200 -singlefile FILE out" },
};

describe.each(Object.entries(REFUSED))(
  "%s is refused with the command that converts it",
  (name, { bytes, command }) => {
    it("by edit, inspect and look", async () => {
      const path = join(folder, `${name}.png`);
      await writeFile(path, await bytes());
      const hint = `Convert it first: ${command.replace("FILE", path)}`;
      await expect(edit(path)).rejects.toMatchObject({ code: "image-unsupported", hint });
      await expect(engine.inspect(path)).rejects.toMatchObject({ code: "image-unsupported", hint });
      await expect(engine.look({ image: path })).rejects.toMatchObject({ code: "image-unsupported", hint });
    });
  },
);

it("beyond 2048 pixels the pictures that explain an edit are scaled down, result and editable area are not", async () => {
  const [width, height] = [4200, 48];
  const path = join(folder, "wide.png");
  await writeFile(path, await pngOf({ width, height, channels: 1, depth: 8, samples: wideScene(width, height) }));
  const wide = parseRecipe({
    operations: [
      { region: { ellipse: { center: [4100, 24], radius: [9, 9] } }, motion: { type: "relocation", by: [-40, 0] } },
    ],
    quality: "preview",
  });
  const { files, receipt } = await engine.edit({ image: path, recipe: wide, baseDir: folder, dir: `${path}.edit` });
  expect(receipt.outsideChanged).toBe(0);
  const widthOf = async (file: string) => (await sharp(file).metadata()).width;
  expect(await Promise.all([files.image, files.editable].map(widthOf))).toEqual([width, width]);
  const views = [files.before, files.after, files.diff, files.regions];
  expect(await Promise.all(views.map(widthOf))).toEqual([2048, 2048, 2048, 2048]);
  const diff = await sharp(files.diff).toColourspace("b-w").raw().toBuffer();
  expect(Math.abs(diff.findLastIndex((value) => value > 60) % 2048) / 2048).toBeCloseTo(4110 / width, 1);
});

/** Grain with a bright disc at [4100, 24]. */
function wideScene(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Math.hypot(x - 4100, y - 24) < 9 ? 220 : 80 + 30 * noiseAt(x, y);
  });
}

describe("pixel limit", () => {
  it("refuses a header that claims 60000 x 60000 before anything is allocated", async () => {
    const path = join(folder, "bomb.png");
    const small = await pngOf(grey);
    await writeFile(path, claiming(small, 60_000, 60_000));
    const before = process.resourceUsage().maxRSS;
    await expect(edit(path)).rejects.toMatchObject({ code: "image-too-large" });
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(200_000); // KiB; its pixels would be 3 600 000
  });

  it("is an option of the engine, for every call that decodes", async () => {
    const small = new LocalEngine({ home: folder, maxPixels: 5000 });
    const path = join(folder, "limited.png");
    await writeFile(path, await pngOf(grey));
    const refusal = { code: "image-too-large", message: expect.stringContaining("at most 5000 pixels, got 112x80") };
    await expect(small.inspect(path)).rejects.toMatchObject(refusal);
    await expect(small.look({ image: path })).rejects.toMatchObject(refusal);
    await expect(
      small.select({ image: path, hint: { type: "salient" }, maskPath: join(folder, "m.png") }),
    ).rejects.toMatchObject(refusal);
    await expect(small.edit({ image: path, recipe, baseDir: folder, dir: `${path}.edit` })).rejects.toMatchObject(
      refusal,
    );
    const request = { image: path, out: join(folder, "limited-out.png"), overwrite: false };
    await expect(small.exportImage(request)).rejects.toMatchObject(refusal);
    await small.close();
  });

  /** The PNG with other sizes in its header, checksum included. */
  function claiming(bytes: Buffer, width: number, height: number): Buffer {
    const out = Buffer.from(bytes);
    out.writeUInt32BE(width, 16);
    out.writeUInt32BE(height, 20);
    out.writeUInt32BE(crc32(out.subarray(12, 29)), 29);
    return out;
  }
});

/** CRC-32 of PNG (ISO 3309), bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
