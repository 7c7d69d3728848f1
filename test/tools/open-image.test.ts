import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalEngine } from "../../src/engine/local.ts";
import { EditError } from "../../src/errors.ts";
import type { ToolContext, Uploads } from "../../src/tools/index.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";
import { askTool, callTool } from "../helpers/tool-call.ts";

let home: string;
let engine: LocalEngine;
let tour: Tour;
let ctx: ToolContext;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-open-"));
  engine = new LocalEngine({ home });
  tour = await startTour(engine);
  ctx = tour.ctx;
});
afterAll(async () => {
  await tour.close();
  await engine.close();
  await rm(home, { recursive: true, force: true });
});

function dataUri(bytes: Uint8Array | string, type = "png"): string {
  return `data:image/${type};base64,${Buffer.from(bytes).toString("base64")}`;
}

/** A PNG whose head promises that many pixels, with as little data as a few zeros take. */
function bomb(edge: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(edge, 0);
  head.writeUInt32BE(edge, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const parts = [
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.alloc(1_000_000))),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  check.writeUInt32BE(crc(body));
  return Buffer.concat([size, body, check]);
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}

async function animation(): Promise<Uint8Array> {
  const frames = Buffer.alloc(8 * 16 * 3, 90);
  frames.fill(200, frames.length / 2);
  const raw = { width: 8, height: 16, channels: 3 as const, pageHeight: 8 };
  return sharp(frames, { raw }).gif().toBuffer();
}

type Row = readonly [what: string, make: () => Uint8Array | string | Promise<Uint8Array>, type: string, words: RegExp];

describe("what is no still picture", () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>x</text></svg>`;
  const rows: readonly Row[] = [
    ["an SVG", () => svg, "svg+xml", /^image-unsupported: .*SVG/],
    ["an SVG under another name", () => svg, "png", /^image-unsupported: .*SVG/],
    ["a PDF", () => "%PDF-1.7\n", "png", /^image-unsupported: .*PDF/],
    ["a web page", () => "<!doctype html><p>x", "png", /^image-unreadable: .*web page/],
    ["an animation", animation, "gif", /^image-unsupported: .*several pages or frames/],
    ["a head that promises too many pixels", () => bomb(20_000), "png", /^image-too-large: .*20000x20000/],
    ["nothing", () => "", "png", /^image-unreadable/],
  ];
  it.each(rows)("%s is refused by what it is", async (_, bytes, type, words) => {
    const { ok, text } = await callTool("open_image", { dataUri: dataUri(await bytes(), type) }, ctx);
    expect({ ok, text }).toEqual({ ok: false, text: expect.stringMatching(words) });
  });

  it.each(["http://a.example/a.png", "data:text/plain;base64,AAAA", "data:image/png,AAAA", "data:image/png;base64,??"])(
    "%s is no data URI of a picture",
    async (uri) => {
      expect((await callTool("open_image", { dataUri: uri }, ctx)).text).toMatch(
        /^image-unreadable: Expected data:image/,
      );
    },
  );

  it("a bomb as a mask is refused too", async () => {
    const { imageId } = await askTool("open_image", { path: "photo.png" }, ctx);
    const { text } = await callTool("select_region", { imageId, mask: dataUri(bomb(20_000)) }, ctx);
    expect(text).toMatch(/^mask-unreadable: .*20000x20000/);
  });
});

describe("names", () => {
  it("come without control characters and turned text, short, and never as more than a name", async () => {
    const name = `a\u001b[31m\u202eb\n${"c".repeat(80)}.png`;
    await writeFile(join(tour.root, name), await readFile(join(tour.root, "photo.png")));
    const answer = await callTool("open_image", { path: name }, ctx);
    expect(answer).toMatchObject({ ok: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not arrive
    expect(answer.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(answer.text.split("\n")[0]?.length).toBeLessThan(200);
  });
});

describe("addresses", () => {
  it("are not fetched unless that is switched on, and never inside", async () => {
    const url = "http://127.0.0.1/a.png";
    expect((await callTool("open_image", { url }, ctx)).text).toMatch(/^url-refused: .*fetches no addresses/);
    const open = { ...ctx, fetchUrls: true };
    expect((await callTool("open_image", { url }, open)).text).toMatch(/^url-refused: .*public internet/);
    expect((await callTool("open_image", { url: "file:///etc/passwd" }, open)).text).toMatch(/^url-refused/);
  });
});

describe("uploads", () => {
  it("are not taken where the program has none", async () => {
    expect((await callTool("open_image", { uploadTicket: "t" }, ctx)).text).toMatch(/^not-available/);
  });

  it("are opened under their name, once, and their file goes", async () => {
    const sent = join(home, "upload");
    await writeFile(sent, await readFile(join(tour.root, "photo.png")));
    const tickets = new Map([["ticket", { path: sent, name: "../../holiday.PNG" }]]);
    const uploads: Uploads = {
      async take(ticket) {
        const file = tickets.get(ticket);
        tickets.delete(ticket);
        if (file) return file;
        throw new EditError("not-found", "Expected a ticket of an upload that was not opened yet");
      },
    };
    const answer = await callTool("open_image", { uploadTicket: "ticket" }, { ...ctx, uploads });
    expect(answer).toMatchObject({ ok: true, text: expect.stringMatching(/^img_\w+: holiday\.png, 48 x 32 png/) });
    await expect(access(sent)).rejects.toThrow();
    const again = await callTool("open_image", { uploadTicket: "ticket" }, { ...ctx, uploads });
    expect(again.text).toMatch(/^not-found/);
  });
});
