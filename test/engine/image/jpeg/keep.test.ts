import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeBytes } from "../../../../src/engine/image/decode.ts";
import { keepCoefficients } from "../../../../src/engine/image/jpeg/keep.ts";
import { keptCoefficients } from "../../../../src/engine/image/jpeg/kept.ts";
import { placementOf } from "../../../../src/engine/image/jpeg/placement.ts";
import { readJpeg } from "../../../../src/engine/image/jpeg/read.ts";
import { writeJpeg } from "../../../../src/engine/image/jpeg/write.ts";
import type { NativeImage } from "../../../../src/engine/image/native.ts";
import { everyKind, fixture, made } from "./files.ts";

const kinds = await everyKind();
const NONE = { embed: false };

type Inside = (x: number, y: number) => boolean;

/** Inverted where `inside`: every block there changes. */
function inverted(before: NativeImage, inside: Inside): NativeImage {
  const { width, channels } = before;
  const at = (i: number) => Math.floor(i / channels);
  const samples = Uint8Array.from(before.samples, (value, i) =>
    inside(at(i) % width, Math.floor(at(i) / width)) ? 255 - value : value,
  );
  return { ...before, samples };
}

async function kept(bytes: Buffer, inside: Inside) {
  const before = await decodeBytes(bytes, "before");
  const after = inverted(before, inside);
  const written = await keepCoefficients(bytes, { before, after, xmp: NONE });
  return { before, after, ...written, read: await decodeBytes(written.bytes, "written") };
}

const worst = (a: ArrayLike<number>, b: ArrayLike<number>, counts: (i: number) => boolean) => {
  let most = 0;
  for (let i = 0; i < a.length; i++) if (counts(i)) most = Math.max(most, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return most;
};

describe("an edited JPEG", () => {
  const inside: Inside = (x, y) => x >= 9 && x < 15 && y >= 10 && y < 20;

  it.each([...kinds])("keeps what the edit did not meet: %s", async (_, bytes) => {
    const jpeg = readJpeg(bytes);
    const { before, after, bytes: written, read, touched } = await kept(bytes, inside);
    const meets = (x: number, y: number, edge: number) => {
      const [wide, high] = jpeg.mcu;
      const near = [-edge, 0, edge].flatMap((dx) => [-edge, 0, edge].map((dy) => [x + dx, y + dy] as const));
      return near.some(([u, v]) => {
        const [mx, my] = [Math.floor(u / wide), Math.floor(v / high)];
        return mx >= 0 && mx < jpeg.mcusWide && touched[my * jpeg.mcusWide + mx] === 1;
      });
    };
    const { width, channels } = before;
    const away = (edge: number) => (i: number) => {
      const pixel = Math.floor(i / channels);
      return !meets(pixel % width, Math.floor(pixel / width), edge);
    };
    const proof = keptCoefficients(bytes, written, touched);
    expect(proof.exact).toBe(true);
    expect(proof.keptMcus + proof.changedMcus).toBe(touched.length);
    expect(proof.changedMcus).toBeLessThanOrEqual(touched.reduce((sum, one) => sum + one, 0));
    expect(proof.changedMcus > 0).toBe(before.width > 9 && before.height > 10);
    // Chroma of half the size is smoothed over one pixel when it is scaled up.
    expect(worst(read.samples, before.samples, away(1))).toBe(0);
    if (jpeg.components.every(({ h, v }) => h === 1 && v === 1)) {
      expect(worst(read.samples, before.samples, away(0))).toBe(0);
    }
    expect(after.samples.length).toBe(read.samples.length);
  });

  it("shows the edit, as well as its quantisation allows", async () => {
    const bytes = await made(64, 48, { quality: 100, chromaSubsampling: "4:4:4" });
    const { after, read } = await kept(bytes, inside);
    expect(worst(read.samples, after.samples, () => true)).toBeLessThanOrEqual(4);
  });

  it.each([...kinds].filter(([name]) => !/coarse|1x1/.test(name)))(
    "shows it in its own colours: %s",
    async (_, bytes) => {
      const half: Inside = (x, y) => x >= 1 && x < 17 && y >= 2 && y < 20;
      const { before, after, read } = await kept(bytes, half);
      const colours = [...Array(before.channels).keys()];
      const off = (a: NativeImage, colour: number) => {
        let sum = 0;
        for (let i = colour; i < after.samples.length; i += after.channels) {
          sum += Math.abs((after.samples[i] ?? 0) - (a.samples[i] ?? 0));
        }
        return sum;
      };
      for (const colour of colours) expect(off(read, colour)).toBeLessThan(0.5 * off(before, colour));
    },
  );

  it("meets only the blocks of a component that changed", async () => {
    const bytes = await made(32, 32);
    const { bytes: written } = await kept(bytes, (x, y) => x < 6 && y < 6);
    const [a, b] = [readJpeg(bytes), readJpeg(written)];
    const changed = a.components.map(({ coefficients }, i) => {
      const differs = coefficients.map((value, k) => (value === b.components[i]?.coefficients[k] ? 0 : 1));
      return new Set([...differs.keys()].filter((k) => differs[k] === 1).map((k) => Math.floor(k / 64)));
    });
    expect(changed).toEqual([new Set([0]), new Set([0]), new Set([0])]);
  });

  it("is the same file but for its codes where nothing changed", async () => {
    const bytes = await made(40, 40, { progressive: true });
    const { bytes: written, touched } = await kept(bytes, () => false);
    expect(keptCoefficients(bytes, written, touched)).toEqual({ keptMcus: 9, changedMcus: 0, exact: true });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("stays turned as it was: orientation %i", async (orientation) => {
    const bytes = await made(48, 40, { quality: 100, chromaSubsampling: "4:4:4" }, orientation);
    const { before, after, bytes: written, read } = await kept(bytes, (x, y) => x < 11 && y < 5);
    expect((await sharp(written).metadata()).orientation).toBe(orientation);
    expect([read.width, read.height]).toEqual(orientation < 5 ? [48, 40] : [40, 48]);
    expect(worst(before.samples, after.samples, () => true)).toBeGreaterThan(100);
    expect(worst(read.samples, after.samples, () => true)).toBeLessThanOrEqual(6);
  });

  it("goes without the film that a phone hung on to the picture, and says so", async () => {
    const [bytes, film] = [await made(32, 32), Buffer.alloc(5000, "film")];
    const { bytes: written, warnings } = await kept(Buffer.concat([bytes, film]), inside);
    expect(written.includes("filmfilm")).toBe(false);
    expect(warnings).toEqual([{ code: "metadata-dropped", message: expect.stringContaining("5000 bytes") }]);
    expect((await kept(Buffer.concat([bytes, Buffer.alloc(100)]), inside)).warnings).toEqual([]);
  });

  it("is refused for another size", async () => {
    const [bytes, other] = [await made(16, 16), await made(16, 17)];
    const [before, after] = [await decodeBytes(bytes, "a"), await decodeBytes(other, "b")];
    await expect(keepCoefficients(bytes, { before, after, xmp: NONE })).rejects.toMatchObject({
      code: "image-unsupported",
      message: expect.stringContaining("16x17"),
    });
  });
});

describe("the proof", () => {
  it("tells of a coefficient that went astray", async () => {
    const bytes = await made(64, 48);
    const jpeg = readJpeg(bytes);
    const last = jpeg.components[2]?.coefficients ?? new Int16Array();
    last[last.length - 1] = (last.at(-1) ?? 0) + 1;
    const written = writeJpeg(jpeg);
    expect(keptCoefficients(bytes, written, new Uint8Array(12))).toEqual({
      keptMcus: 11,
      changedMcus: 1,
      exact: false,
    });
    expect(keptCoefficients(bytes, written, new Uint8Array(12).fill(1))).toMatchObject({ changedMcus: 1, exact: true });
  });

  it("does not compare what is stepped or laid out otherwise", async () => {
    const other = await made(64, 48, { quality: 70 });
    expect(() => keptCoefficients(fixture("422"), fixture("440"), new Uint8Array(24))).toThrow(/laid out/);
    await expect(async () => keptCoefficients(await made(64, 48), other, new Uint8Array(12))).rejects.toThrow(
      /laid out/,
    );
  });
});

describe("placement", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("is where the decoder puts the pixels: orientation %i", async (orientation) => {
    const [width, height] = [3, 2];
    const data = Uint8Array.from({ length: width * height }, (_, i) => 40 * i);
    const png = await sharp(data, { raw: { width, height, channels: 1 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const turned = await sharp(png).autoOrient().toColourspace("b-w").raw().toBuffer();
    const { start, right, down } = placementOf(orientation, { width, height });
    const found = [...data.keys()].map((i) => turned[start + (i % width) * right + Math.floor(i / width) * down]);
    expect(found).toEqual([...data]);
  });
});
