import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LocalEngine } from "../../../src/engine/local.ts";
import { parseRecipe } from "../../../src/engine/recipe/parse.ts";
import { photo } from "../../helpers/mcp.ts";

let dir: string;
let engine: LocalEngine;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-mark-"));
  engine = new LocalEngine({ home: dir });
  await photo(join(dir, "photo.png"));
  await sharp(join(dir, "photo.png")).negate().toFile(join(dir, "other.png"));
  await sharp(join(dir, "photo.png")).png({ compressionLevel: 0 }).toFile(join(dir, "larger.png"));
});
afterAll(async () => {
  await engine.close();
  await rm(dir, { recursive: true, force: true });
});

let number = 0;
async function edited(image: string, recipe: unknown) {
  const request = { image: join(dir, image), recipe: parseRecipe(recipe), baseDir: dir, dir: join(dir, `${number++}`) };
  const { files, warnings, recipe: resolved } = await engine.edit(request);
  return { bytes: await readFile(files.image), codes: warnings.map(({ code }) => code), resolved };
}

const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [6, 0] } }];

it("a replay on the same picture gives the same bytes, on another one it warns", async () => {
  const first = await edited("photo.png", { operations, quality: "preview" });
  expect(first.resolved.picture).toMatch(/^[0-9a-f]{64}$/);
  expect(first.codes).not.toContain("other-picture");
  const again = await edited("photo.png", first.resolved);
  expect(again.bytes.equals(first.bytes)).toBe(true);
  expect(again.codes).toEqual(first.codes);
  const other = await edited("other.png", first.resolved);
  expect(other.codes).toContain("other-picture");
  expect(other.resolved.picture).not.toBe(first.resolved.picture);
});

it("how a file packs the same samples does not matter, and who leaves the mark out is not warned", async () => {
  const { resolved } = await edited("photo.png", { operations, quality: "preview" });
  expect((await edited("larger.png", resolved)).codes).not.toContain("other-picture");
  const { picture: _, ...anywhere } = resolved;
  expect((await edited("other.png", anywhere)).codes).not.toContain("other-picture");
});
