/** What a file is, by its content; names lie. */
import { EditError } from "../../errors.ts";
import type { Format } from "./native.ts";

interface Unsupported {
  readonly name: string;
  /** Command that makes a picture we read; IN stands for the file. */
  readonly convert: string;
}

const UNSUPPORTED = {
  svg: { name: "an SVG drawing", convert: "rsvg-convert IN -o out.png" },
  pdf: { name: "a PDF document", convert: "pdftoppm -png -r 200 -singlefile IN out" },
  heic: { name: "an HEIC photo", convert: "heif-convert IN out.png" },
  jxl: { name: "a JPEG XL picture", convert: "djxl IN out.png" },
  jp2: { name: "a JPEG 2000 picture", convert: "magick IN out.png" },
  bmp: { name: "a BMP picture", convert: "magick IN out.png" },
  psd: { name: "a Photoshop document", convert: 'magick "IN[0]" out.png' },
  animated: { name: "a picture of several pages or frames", convert: 'magick "IN[0]" out.png' },
} as const satisfies Record<string, Unsupported>;

/** Throws `image-unsupported` for known kinds that are not read, `image-unreadable` for anything else. */
export function sniff(bytes: Uint8Array, path: string): Format {
  if (bytes.length === 0) throw unreadable(path, "an empty file (0 bytes)");
  const format = readableFormat(bytes);
  if (format) return format;
  const kind = unsupportedKind(bytes);
  if (kind) throw unsupported(path, kind);
  throw unreadable(path, describe(bytes));
}

export function unsupported(path: string, kind: keyof typeof UNSUPPORTED): EditError {
  const { name, convert } = UNSUPPORTED[kind];
  const command = convert.replace("IN", path);
  return new EditError(
    "image-unsupported",
    `Expected one still PNG, JPEG, WebP, TIFF, AVIF or GIF picture, got ${name}: ${path}. Convert it with: ${command}`,
    { hint: `Convert it first: ${command}` },
  );
}

export function unreadable(path: string, got: string, cause?: unknown): EditError {
  return new EditError(
    "image-unreadable",
    `Expected a PNG, JPEG, WebP, TIFF, AVIF or GIF picture, got ${got}: ${path}`,
    {
      hint: "Open the file in a viewer to see whether it is whole, or pass another picture.",
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

function readableFormat(bytes: Uint8Array): Format | undefined {
  const head = ascii(bytes, 0, 16);
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "webp";
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return "tiff";
  if (/^GIF8[79]a/.test(head)) return "gif";
  return brands(bytes).includes("avif") ? "avif" : undefined;
}

function unsupportedKind(bytes: Uint8Array): keyof typeof UNSUPPORTED | undefined {
  const head = ascii(bytes, 0, 16);
  if (head.startsWith("%PDF")) return "pdf";
  if (head.startsWith("\xff\x0a") || head.slice(4, 12) === "JXL \r\n\x87\n") return "jxl";
  if (head.slice(4, 8) === "jP  ") return "jp2";
  if (head.startsWith("8BPS")) return "psd";
  if (head.startsWith("BM") && bytes.length > 26 && head.slice(6, 10) === "\0\0\0\0") return "bmp";
  const files = brands(bytes);
  if (files.includes("avis")) return "animated";
  if (files.some((brand) => /^(he[iv][cxms]|mif1|msf1)$/.test(brand))) return "heic";
  return /<svg[\s>]/i.test(ascii(bytes, 0, 4096)) && /^[\s\uFEFF\xef\xbb\xbf]*</.test(head) ? "svg" : undefined;
}

/** Major and compatible brands of an ISO base media file. */
function brands(bytes: Uint8Array): string[] {
  if (ascii(bytes, 4, 8) !== "ftyp") return [];
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const list = ascii(bytes, 8, Math.min(size, 256)).match(/[\s\S]{4}/g) ?? [];
  return list.filter((_, i) => i !== 1); // the second word is the minor version
}

function describe(bytes: Uint8Array): string {
  const head = ascii(bytes, 0, 512);
  if (/^\s*<(!doctype html|html)/i.test(head)) return "a web page (HTML)";
  if (/^[\t\n\r\x20-\x7e]*$/.test(head)) return `text ("${head.trim().slice(0, 40)}")`;
  const start = Buffer.from(bytes.subarray(0, 8)).toString("hex");
  return `${bytes.length} bytes of another kind (starting ${start})`;
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString("latin1");
}
