import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { decodeBytes, toRgb } from "../../../src/engine/image/decode.ts";
import { writeImage } from "../../../src/engine/image/encode.ts";
import { readMask } from "../../../src/engine/image/raster-io.ts";
import { dataUriBytes } from "../../../src/tools/data-uri.ts";
import { paint } from "../../helpers/pictures.ts";
import { damaged } from "../bytes.ts";
import type { Target } from "../target.ts";

/** Enough for any picture made here, and little enough that what decodes stays far below the memory's limit. */
const LIMITS = { maxPixels: 4_000_000 };

const PNG = ["IHDR", "IDAT", "IEND", "PLTE", "tRNS", "iCCP", "iTXtXML:com.adobe.xmp\0\0\0\0\0", "eXIf", "acTL", "gAMA"];
const ISO = [
  "ftyp",
  "meta",
  "iloc",
  "iinf",
  "iprp",
  "ipco",
  "ispe",
  "pixi",
  "av1C",
  "ipma",
  "mdat",
  "grid",
  "irot",
  "idat",
  "colr",
  "avif",
];
export const JPEG_TOKENS = [
  "\xff\xd8",
  "\xff\xd9",
  "\xff\xda",
  "\xff\xc0",
  "\xff\xc2",
  "\xff\xc4",
  "\xff\xdb",
  "\xff\xdd",
  "\xff\xe1",
  "\xff\xe2ICC_PROFILE\0",
  "Exif\0\0",
];
const TOKENS: Readonly<Record<string, readonly string[]>> = {
  png: PNG,
  jpeg: JPEG_TOKENS,
  webp: ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP", "EXIF", "XMP "],
  avif: ISO,
  tiff: ["II*\0", "MM\0*", "\0\x01\x03\0", "\x11\x01", "\x17\x01", "\x02\x01", "\x1c\x01", "\x3d\x01"],
  gif: ["GIF89a", "\x21\xf9\x04", "\x21\xff\x0b", "\x2c", "\x3b"],
};

const EXIF = { IFD0: { Copyright: "x", Orientation: "6" } };
const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>';

function base() {
  const { data, width, height } = paint(23, 17, (x, y) => [x * 11, y * 15, (x * y) % 256]);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const described = () => base().withMetadata({ exif: EXIF, orientation: 6 }).withXmp(XMP);

const MADE: Readonly<Record<string, () => Promise<Buffer>[]>> = {
  png: () => [
    described().png().toBuffer(),
    base().ensureAlpha(0.5).toColourspace("rgb16").png().toBuffer(),
    base().png({ palette: true }).toBuffer(),
    base().greyscale().png({ progressive: true }).toBuffer(),
  ],
  jpeg: () => [
    described().jpeg().toBuffer(),
    base().jpeg({ progressive: true, mozjpeg: true }).toBuffer(),
    base().toColourspace("cmyk").jpeg().toBuffer(),
    base().greyscale().jpeg({ chromaSubsampling: "4:4:4" }).toBuffer(),
  ],
  webp: () => [
    described().webp().toBuffer(),
    base().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
    base().ensureAlpha(0.3).webp().toBuffer(),
  ],
  avif: () => [
    described().avif({ effort: 0 }).toBuffer(),
    base().ensureAlpha(0.5).avif({ effort: 0, lossless: true }).toBuffer(),
  ],
  tiff: () => [
    described().tiff({ compression: "lzw" }).toBuffer(),
    base().tiff({ compression: "deflate", tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    base().greyscale().toColourspace("grey16").tiff({ compression: "none" }).toBuffer(),
    base().tiff({ compression: "jpeg" }).toBuffer(),
  ],
  gif: () => [base().gif().toBuffer()],
};

export function imageSeeds(format: string): Promise<Buffer[]> {
  return Promise.all(MADE[format]?.() ?? []);
}

/** From bytes to a written picture that carries along what the input's metadata says. */
function images(format: string): Target {
  return {
    name: `image-${format}`,
    codes: ["image-unreadable", "image-unsupported", "image-too-large"],
    seeds: () => imageSeeds(format),
    mutate(input, other, dice) {
      const bytes = damaged(input, other, dice, TOKENS[format]);
      return format === "png" && !dice.once(3) ? withChecksums(bytes) : bytes;
    },
    open(dir) {
      const out = join(dir, "out.png");
      return async (input) => {
        const native = await decodeBytes(input, "input", LIMITS);
        await toRgb(native);
        const { icc, exif, xmp, display } = native;
        await writeImage(out, native, { format: "png", icc, exif, xmp, display, embed: true, recipe: { a: 1 } });
      };
    },
  };
}

export const IMAGES: readonly Target[] = Object.keys(MADE).map(images);

/** Without them libpng stops at the first chunk that was changed. */
function withChecksums(png: Uint8Array): Uint8Array {
  const bytes = Buffer.from(png);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) return bytes;
    bytes.writeUInt32BE(crc(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return bytes;
}

function crc(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  }
  return ~sum >>> 0;
}

const uri = (bytes: Uint8Array) => Buffer.from(`data:image/png;base64,${Buffer.from(bytes).toString("base64")}`);

/** Masks as data URIs, the picture inside damaged as often as the URI. */
export const mask: Target = {
  name: "mask",
  codes: ["mask-unreadable"],
  seeds: async () => [...(await Promise.all(MADE.png?.() ?? [])).map(uri), uri(deflateSync(Buffer.alloc(100)))],
  mutate(input, other, dice) {
    if (dice.once(2))
      return damaged(input, other, dice, ["data:", "image/", ";base64,", "=", "\n", "%", "image/svg+xml"]);
    const [inside, another] = [input, other].map((one) =>
      Buffer.from(Buffer.from(one).toString().split(",")[1] ?? "", "base64"),
    );
    return uri(withChecksums(damaged(inside ?? input, another ?? other, dice, PNG)));
  },
  open: (dir) => (input) =>
    readMask(
      `data:${Buffer.from(input)
        .toString("latin1")
        .replace(/^data:/, "")}`,
      dir,
    ),
};

/** Pictures inside a tool's call. */
export const dataUri: Target = {
  ...mask,
  name: "data-uri",
  codes: ["image-unreadable", "image-unsupported", "image-too-large"],
  open: () => async (input) => {
    const { bytes } = dataUriBytes(Buffer.from(input).toString("latin1"));
    await decodeBytes(bytes, "data URI", LIMITS);
  },
};
