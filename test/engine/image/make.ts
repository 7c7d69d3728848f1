/** Small pictures for the tests, made from a fixed generator. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll } from "vitest";
import type { NativeImage, Picture } from "../../../src/engine/image/native.ts";
import { attachToPng, exifChunk, iccChunk, xmpChunk } from "../../../src/engine/image/png-chunks.ts";
import type { Mask, Rgb } from "../../../src/engine/raster.ts";

/** A folder that the test file owns; removed when it is done. */
export async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dragflow-image-test-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function picture(channels: 1 | 2 | 3 | 4, depth: 8 | 16, width = 20, height = 12): Picture {
  const samples = depth === 16 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels);
  let state = 7 * channels + depth;
  for (let i = 0; i < samples.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    samples[i] = state >>> 10; // truncated to the array's width
  }
  if (channels % 2 === 0) for (let i = channels - 1; i < samples.length; i += channels * 5) samples[i] = 0;
  return { width, height, channels, depth, samples };
}

export function rgbOf(width: number, height: number, at: (x: number, y: number) => readonly number[]): Rgb {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(at(x, y), (y * width + x) * 3);
  return { width, height, data };
}

export function maskOf(width: number, height: number, inside: (x: number, y: number) => boolean, value = 255): Mask {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    inside(i % width, Math.trunc(i / width)) ? value : 0,
  );
  return { width, height, data };
}

export function pipeline({ samples, width, height, channels, depth }: Picture) {
  const space = channels < 3 ? (depth === 16 ? "grey16" : "b-w") : depth === 16 ? "rgb16" : "srgb";
  return sharp(samples, { raw: { width, height, channels } }).toColourspace(space);
}

export async function pngOf(
  image: Picture,
  metadata: { icc?: Uint8Array; exif?: Uint8Array; xmp?: Uint8Array } = {},
): Promise<Buffer> {
  const { icc, exif, xmp } = metadata;
  const chunks = [...(icc ? [iccChunk(icc)] : []), ...(exif ? [exifChunk(exif)] : []), ...(xmp ? [xmpChunk(xmp)] : [])];
  return attachToPng(await pipeline(image).png().toBuffer(), chunks);
}

/** Display P3 as sharp ships it. */
export async function p3Profile(): Promise<Uint8Array> {
  const tagged = await pipeline(picture(3, 8)).withIccProfile("p3").png().toBuffer();
  const { icc } = await sharp(tagged).metadata();
  if (!icc) throw new Error("Expected sharp to attach its P3 profile, got none");
  return icc;
}

/** EXIF with orientation, sizes in an Exif directory, a maker and a 10-byte thumbnail at the end. */
export function exifOf(orientation: number, little = true): Uint8Array {
  const bytes = Buffer.alloc(130);
  const u16 = (v: number, at: number) => (little ? bytes.writeUInt16LE(v, at) : bytes.writeUInt16BE(v, at));
  const u32 = (v: number, at: number) => (little ? bytes.writeUInt32LE(v, at) : bytes.writeUInt32BE(v, at));
  const entry = (at: number, tag: number, type: number, count: number, value: number) => {
    u16(tag, at);
    u16(type, at + 2);
    u32(count, at + 4);
    if (type === 3) u16(value, at + 8);
    else u32(value, at + 8);
  };
  bytes.write(little ? "II" : "MM", 0, "latin1");
  u16(42, 2);
  u32(8, 4);
  u16(3, 8);
  entry(10, 0x010f, 2, 6, 80); // Make
  entry(22, 0x0112, 3, 1, orientation);
  entry(34, 0x8769, 4, 1, 50);
  u32(90, 46); // IFD1
  u16(2, 50);
  entry(52, 0xa002, 3, 1, 4000);
  entry(64, 0xa003, 4, 1, 3000);
  u32(0, 76);
  bytes.write("Maker\0", 80, "latin1");
  u16(2, 90);
  entry(92, 0x0201, 4, 1, 120);
  entry(104, 0x0202, 4, 1, 10);
  bytes.fill(0xaa, 120);
  return bytes;
}

export function nativeOf(image: Picture, extra: Partial<NativeImage> = {}): NativeImage {
  return { ...image, path: "made.png", format: "png", warnings: [], ...extra };
}

/** Grey display profile with a plain gamma, written by hand (ICC.1:2001 version 2: description, copyright, white, curve). */
export function greyProfile(gamma: number): Uint8Array {
  const text = (type: string, body: Buffer) => Buffer.concat([Buffer.from(`${type}\0\0\0\0`, "latin1"), body]);
  const name = Buffer.from("grey\0", "latin1");
  const description = Buffer.alloc(4 + name.length + 4 + 4 + 2 + 1 + 67);
  description.writeUInt32BE(name.length, 0);
  name.copy(description, 4);
  const white = Buffer.alloc(12);
  [0.9642, 1, 0.8249].forEach((v, i) => {
    white.writeInt32BE(Math.round(v * 65536), i * 4);
  });
  const curve = Buffer.alloc(6);
  curve.writeUInt32BE(1, 0);
  curve.writeUInt16BE(Math.round(gamma * 256), 4);
  const tags: [string, Buffer][] = [
    ["desc", text("desc", description)],
    ["cprt", text("text", name)],
    ["wtpt", text("XYZ ", white)],
    ["kTRC", text("curv", curve)],
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const bodies: Buffer[] = [];
  let at = 128 + table.length;
  tags.forEach(([signature, body], i) => {
    table.write(signature, 4 + i * 12, "latin1");
    table.writeUInt32BE(at, 8 + i * 12);
    table.writeUInt32BE(body.length, 12 + i * 12);
    const padded = Buffer.concat([body, Buffer.alloc(-body.length & 3)]);
    bodies.push(padded);
    at += padded.length;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x02100000, 8);
  header.write("mntrGRAYXYZ ", 12, "latin1");
  header.write("acsp", 36, "latin1");
  white.copy(header, 68);
  return Buffer.concat([header, table, ...bodies]);
}
