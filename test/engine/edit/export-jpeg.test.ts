/** A JPEG's edit as a JPEG: from file to file, edits of edits too, and what is encoded anew and why. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { exportPicture } from "../../../src/engine/edit/export.ts";
import { decodeImage } from "../../../src/engine/image/decode.ts";
import { readJpeg } from "../../../src/engine/image/jpeg/read.ts";
import type { Picture } from "../../../src/engine/image/native.ts";
import { LocalEngine } from "../../../src/engine/local.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { exifOf, ownFolder, pipeline } from "../image/make.ts";
import { DISC, scene } from "./scenes.ts";

const folder = await ownFolder();
const engine = new LocalEngine({ home: folder });
afterAll(() => engine.close());
const path = (name: string) => join(folder, name);

const recipe = parseRecipe({
  operations: [{ region: { ellipse: DISC }, motion: { type: "relocation", by: [26, 3] } }],
  quality: "preview",
});

async function opened(name: string, bytes: Promise<Buffer>): Promise<string> {
  await writeFile(path(name), await bytes);
  return path(name);
}

async function edited(image: string, name: string) {
  const { files } = await engine.edit({ image, recipe, baseDir: folder, dir: path(name) });
  return { image: files.image, original: image, editable: files.editable, recipe };
}

function meanSquare(a: Picture, b: Picture): number {
  let sum = 0;
  for (let i = 0; i < a.samples.length; i++) sum += ((a.samples[i] ?? 0) - (b.samples[i] ?? 0)) ** 2;
  return sum / a.samples.length;
}

const photo = () =>
  pipeline(scene(3, 8))
    .withExif({ IFD0: { Copyright: "me" } })
    .jpeg({ quality: 82 });
const source = await opened("photo.jpg", photo().toBuffer());
const edit = await edited(source, "once");

describe("an edit of a JPEG exported as JPEG", () => {
  it("keeps the coefficients that it did not meet, and proves it", async () => {
    const out = path("kept.jpg");
    const { receipt, warnings, format } = await exportPicture({ ...edit, source, out, overwrite: false });
    expect(format).toBe("jpeg");
    expect(receipt.jpeg).toMatchObject({ exact: true });
    expect(receipt.jpeg?.keptMcus).toBeGreaterThan(3);
    expect(receipt.jpeg?.changedMcus).toBeGreaterThan(3);
    expect(warnings.map(({ code }) => code)).toEqual(["lossy-output"]);
    const [before, after] = [readJpeg(await readFile(source)), readJpeg(await readFile(out))];
    expect(after.components.map(({ steps }) => steps)).toEqual(before.components.map(({ steps }) => steps));
    const [shown, wanted] = [await decodeImage(out), await decodeImage(edit.image)];
    expect(meanSquare(shown, wanted)).toBeLessThan(60);
    expect((await sharp(out).metadata()).xmpAsString).toContain("dragflow:recipe");
    expect(Buffer.from(shown.exif ?? []).toString("latin1")).toContain("me");
  });

  it("changes far less outside than encoding it all anew", async () => {
    const kept = await exportPicture({ ...edit, source, out: path("a.jpg"), overwrite: true });
    const anew = await exportPicture({ ...edit, out: path("b.jpg"), overwrite: true });
    expect(anew.receipt.jpeg).toBeUndefined();
    expect(kept.receipt.outsideChanged).toBeLessThan(0.5 * anew.receipt.outsideChanged);
  });

  it("goes back to the opened picture from an edit of an edit", async () => {
    const again = await edited(edit.image, "twice");
    const { receipt } = await exportPicture({ ...again, source, out: path("twice.jpg"), overwrite: false });
    expect(receipt.jpeg).toMatchObject({ exact: true });
    expect(receipt.jpeg?.keptMcus).toBeGreaterThan(3);
  });

  it("keeps all of an opened picture that was not edited", async () => {
    const out = path("plain.jpg");
    const { receipt, warnings } = await exportPicture({ image: source, source, out, overwrite: false });
    expect(receipt).toMatchObject({ outsideChanged: 0, jpeg: { changedMcus: 0, exact: true } });
    expect(warnings.map(({ code }) => code)).toEqual(["lossy-output"]);
  });

  it.each([3, 6])("lies in the file as it lay: orientation %i", async (orientation) => {
    const turned = pipeline(scene(3, 8)).withMetadata({ orientation }).jpeg({ progressive: true });
    const image = await opened(`turned-${orientation}.jpg`, turned.toBuffer());
    const { width, height } = await decodeImage(image);
    const region = { ellipse: { center: [width / 2, height / 2] as const, radius: [14, 14] as const } };
    const moved = parseRecipe({
      operations: [{ region, motion: { type: "relocation", by: [9, 7] } }],
      quality: "preview",
    });
    const { files } = await engine.edit({ image, recipe: moved, baseDir: folder, dir: path(`turned-${orientation}`) });
    const request = { image: files.image, original: image, editable: files.editable, recipe: moved, source: image };
    const out = path(`turned-${orientation}-out.jpg`);
    const { receipt } = await exportPicture({ ...request, out, overwrite: false });
    expect(receipt.jpeg).toMatchObject({ exact: true });
    expect((await sharp(out).metadata()).orientation).toBe(orientation);
    const [shown, wanted] = [await decodeImage(out), await decodeImage(files.image)];
    expect([shown.width, shown.height]).toEqual([width, height]);
    expect(meanSquare(shown, wanted)).toBeLessThan(60);
  });
});

describe("is encoded anew", () => {
  it("with a warning that says why: CMYK", async () => {
    const image = await opened("cmyk.jpg", pipeline(scene(3, 8)).toColourspace("cmyk").jpeg().toBuffer());
    const { receipt, warnings } = await exportPicture({ image, source: image, out: path("c.jpg"), overwrite: false });
    expect(receipt.jpeg).toBeUndefined();
    expect(warnings.map(({ code }) => code)).toEqual(["jpeg-encoded-anew", "lossy-output"]);
    expect(warnings[0]?.message).toContain("4 components");
  });

  it("with a warning where the opened picture is gone", async () => {
    const request = { ...edit, source: path("gone.jpg"), out: path("g.jpg"), overwrite: false };
    const { receipt, warnings } = await exportPicture(request);
    expect(receipt.jpeg).toBeUndefined();
    expect(warnings.map(({ code }) => code)).toEqual(["jpeg-encoded-anew", "lossy-output"]);
    expect(JSON.stringify(warnings)).not.toContain(folder);
  });

  it("without one where the opened picture is no JPEG", async () => {
    const image = await opened("a.png", pipeline(scene(3, 8)).png().toBuffer());
    const { receipt, warnings } = await exportPicture({ image, source: image, out: path("p.jpg"), overwrite: false });
    expect(receipt.jpeg).toBeUndefined();
    expect(warnings.map(({ code }) => code)).toEqual(["lossy-output"]);
  });
});

it("leaves no thumbnail of the unedited picture behind", async () => {
  const exif = exifOf(1);
  const plain = await pipeline(scene(3, 8)).jpeg().toBuffer();
  const length = exif.length + 8;
  const head = Buffer.from([0xff, 0xe1, length >> 8, length & 0xff, ...Buffer.from("Exif\0\0", "latin1")]);
  const image = await opened(
    "thumb.jpg",
    Promise.resolve(Buffer.concat([plain.subarray(0, 2), head, exif, plain.subarray(2)])),
  );
  const out = path("no-thumb.jpg");
  await exportPicture({ image, source: image, out, overwrite: false });
  const written = await readFile(out);
  expect(written.includes(Buffer.alloc(10, 0xaa))).toBe(false);
  expect(written.includes(Buffer.from("Maker\0"))).toBe(true);
});
