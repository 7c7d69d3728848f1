import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { codeLengths } from "../../../../src/engine/image/jpeg/code-lengths.ts";
import { forwardDct, inverseDct } from "../../../../src/engine/image/jpeg/dct.ts";
import { type Jpeg, MARKER, ZIGZAG } from "../../../../src/engine/image/jpeg/jpeg.ts";
import { readJpeg } from "../../../../src/engine/image/jpeg/read.ts";
import { writeJpeg } from "../../../../src/engine/image/jpeg/write.ts";
import { everyKind, fixture, made } from "./files.ts";

const CORPUS = fileURLToPath(new URL("../../../corpus/jpeg-coefficients/", import.meta.url));
const kinds = await everyKind();
const pixels = (bytes: Uint8Array) => sharp(bytes, { failOn: "warning" }).raw().toBuffer();

function expectSame(a: Jpeg, b: Jpeg): void {
  expect(b.components.map(({ h, v, id }) => [h, v, id])).toEqual(a.components.map(({ h, v, id }) => [h, v, id]));
  a.components.forEach((component, i) => {
    expect(b.components[i]?.coefficients).toEqual(component.coefficients);
    expect(b.components[i]?.steps).toEqual(component.steps);
  });
  expect(b.segments).toEqual(a.segments);
}

describe("a JPEG read and written again", () => {
  it.each([...kinds])("has its coefficients, and another reader's pixels: %s", async (_, bytes) => {
    const jpeg = readJpeg(bytes);
    const written = writeJpeg(jpeg);
    expectSame(jpeg, readJpeg(written));
    expect((await pixels(written)).equals(await pixels(bytes))).toBe(true);
    expect(written.length).toBeLessThan(1.1 * bytes.length + 40);
  });

  it.each(["4:2:0, 17x33", "422", "411", "4:4:4, 17x33"])(
    "may have a scan of its own for each component: %s",
    async (name) => {
      const bytes = kinds.get(name) ?? Buffer.alloc(0);
      const apart = scannedApart(readJpeg(bytes));
      expect((await pixels(apart)).equals(await pixels(bytes))).toBe(true);
      const written = writeJpeg(readJpeg(apart));
      expectSame(readJpeg(apart), readJpeg(written));
      expect((await pixels(written)).equals(await pixels(bytes))).toBe(true);
    },
  );

  /** Without interleaving, blocks that only fill up MCUs are not in the file. */
  function scannedApart(jpeg: Jpeg): Buffer {
    const together = writeJpeg(jpeg);
    const codes = Buffer.from([0xff, MARKER.huffman]);
    const scans = jpeg.components.map((component) => {
      const alone = writeJpeg({ ...jpeg, components: [component] });
      return alone.subarray(alone.indexOf(codes), -2);
    });
    return Buffer.concat([together.subarray(0, together.indexOf(codes)), ...scans, Buffer.from([0xff, MARKER.end])]);
  }

  it("keeps steps beyond 255, which baseline cannot hold", async () => {
    const jpeg = readJpeg(fixture("rgb"));
    const components = jpeg.components.map((one, i) => ({ ...one, steps: one.steps.map((step) => step * (i + 9)) }));
    const written = writeJpeg({ ...jpeg, components });
    expectSame({ ...jpeg, components }, readJpeg(written));
    expect(written.includes(Buffer.from([0xff, MARKER.extended]))).toBe(true);
    await expect(pixels(written)).resolves.toHaveLength(51 * 45 * 3);
  });

  it.each([1, 3, 40])("has restart markers every %i MCUs where asked to", async (restartInterval) => {
    const bytes = await made(70, 90);
    const jpeg = { ...readJpeg(bytes), restartInterval };
    const written = writeJpeg(jpeg);
    expect(readJpeg(written).restartInterval).toBe(restartInterval);
    expectSame(jpeg, readJpeg(written));
    expect((await pixels(written)).equals(await pixels(bytes))).toBe(true);
  });
});

describe("coefficients", () => {
  it.each(["grey-restart", "grey-progressive"])("give the pixels that another reader gives: %s", async (name) => {
    const bytes = fixture(name);
    const { components, width } = readJpeg(bytes);
    const expected = await sharp(bytes).toColourspace("b-w").raw().toBuffer();
    const [component] = components;
    if (component === undefined) throw new Error("Expected a component, got none");
    const { coefficients, steps, stride } = component;
    const block = (at: number) => {
      const values = new Float64Array(64);
      for (let k = 0; k < 64; k++) values[ZIGZAG[k] ?? 0] = (coefficients[at + k] ?? 0) * (steps[k] ?? 0);
      return inverseDct(values);
    };
    const off = [...expected].map((value, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const sample = block(64 * ((y >> 3) * stride + (x >> 3)))[8 * (y & 7) + (x & 7)] ?? Number.NaN;
      return Math.abs(Math.min(255, Math.max(0, sample + 128)) - value);
    });
    expect(Math.max(...off)).toBeLessThan(1.5); // theirs is in whole numbers
  });

  it("and samples are each other's transform", () => {
    const block = Float64Array.from({ length: 64 }, (_, i) => ((i * 37) % 64) - 32);
    const there = forwardDct(block);
    expect(there[0]).toBeCloseTo(block.reduce((sum, value) => sum + value, 0) / 8, 9);
    inverseDct(there).forEach((value, i) => {
      expect(value).toBeCloseTo(block[i] ?? 0, 9);
    });
  });
});

describe("Huffman codes", () => {
  const bits = (frequencies: readonly number[]) => {
    const { counts, symbols } = codeLengths(Uint32Array.from(frequencies));
    const lengths = [...counts].flatMap((count, i) => Array<number>(count).fill(i + 1));
    return { lengths, symbols: [...symbols], kraft: lengths.reduce((sum, length) => sum + 2 ** -length, 0) };
  };

  it("leave room for one more and none for two", () => {
    expect(bits([5, 1, 0, 3])).toEqual({ lengths: [1, 2, 3], symbols: [0, 3, 1], kraft: 0.875 });
    expect(bits([0, 9])).toEqual({ lengths: [1], symbols: [1], kraft: 0.5 });
    expect(bits([0, 0])).toEqual({ lengths: [], symbols: [], kraft: 0 });
  });

  it("end at 16 bits however rare a symbol is", () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 40) fibonacci.push((fibonacci.at(-1) ?? 0) + (fibonacci.at(-2) ?? 0));
    const { lengths, symbols, kraft } = bits(fibonacci);
    expect(symbols).toHaveLength(40);
    expect(Math.max(...lengths)).toBe(16);
    expect(kraft).toBe(1 - 2 ** -16);
    const lengthOf = symbols.map((symbol) => lengths[symbols.indexOf(symbol)] ?? 0);
    for (const [i, symbol] of symbols.entries()) {
      for (const [j, other] of symbols.entries()) {
        if ((lengthOf[i] ?? 0) < (lengthOf[j] ?? 0))
          expect(fibonacci[symbol]).toBeGreaterThanOrEqual(fibonacci[other] ?? 0);
      }
    }
  });

  it("of all symbols alike take eight bits or nine", () => {
    const { lengths, kraft } = bits(Array<number>(256).fill(7));
    expect([Math.min(...lengths), Math.max(...lengths), kraft < 1]).toEqual([8, 9, true]);
  });
});

describe("a JPEG whose coefficients are not read is refused in words", () => {
  const at = (bytes: Buffer, marker: number) => bytes.indexOf(Buffer.from([0xff, marker]));
  const changed = (bytes: Buffer, where: number, value: number) => {
    const copy = Buffer.from(bytes);
    copy[where] = value;
    return copy;
  };
  const base = fixture("422");
  const frame = at(base, MARKER.sequential);
  const REFUSED: Readonly<Record<string, [bytes: Uint8Array, code: string, message: RegExp]>> = {
    CMYK: [fixture("cmyk"), "image-unsupported", /4 components/],
    "arithmetic coding": [changed(base, frame + 1, 0xc9), "image-unsupported", /arithmetic/],
    lossless: [changed(base, frame + 1, 0xc3), "image-unsupported", /lossless/],
    hierarchical: [changed(base, frame + 1, 0xc5), "image-unsupported", /hierarchical/],
    "12 bits": [changed(base, frame + 4, 12), "image-unsupported", /12 bits/],
    "a height that comes later": [changed(changed(base, frame + 5, 0), frame + 6, 0), "image-unsupported", /51x0/],
    "another kind of file": [Buffer.from("\x89PNG"), "image-unreadable", /another kind/],
    "more rows than data": [changed(base, frame + 5, 0xff), "image-unreadable", /51x65\d+ pixels in \d+ bytes/],
    "more scans than any encoder writes": [
      readFileSync(`${CORPUS}a-scan-for-every-bit`),
      "image-unsupported",
      /more than 100 scans/,
    ],
    "no picture": [Buffer.from([0xff, 0xd8, 0xff, 0xd9]), "image-unreadable", /no picture/],
    "a scan that is missing": [withoutLastScan(fixture("grey-progressive")), "image-unreadable", /scans are missing/],
  };

  function withoutLastScan(bytes: Buffer): Buffer {
    const last = bytes.lastIndexOf(Buffer.from([0xff, MARKER.scan]));
    return Buffer.concat([bytes.subarray(0, last), Buffer.from([0xff, 0xd9])]);
  }

  it.each(Object.entries(REFUSED))("for what it is: %s", (_, [bytes, code, message]) => {
    expect(() => readJpeg(bytes)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  it("wherever the file is cut off", () => {
    for (const bytes of [base, fixture("restart-progressive")]) {
      for (let length = 0; length < bytes.length; length += 7) {
        expect(() => readJpeg(bytes.subarray(0, length))).toThrow(
          expect.objectContaining({ code: "image-unreadable" }),
        );
      }
    }
  });

  it("bits that come twice", () => {
    const bytes = fixture("grey-progressive");
    const scan = at(bytes, MARKER.scan);
    const twice = Buffer.concat([bytes.subarray(0, -2), bytes.subarray(scan)]);
    expect(() => readJpeg(twice)).toThrow(/out of their turn/);
  });
});
