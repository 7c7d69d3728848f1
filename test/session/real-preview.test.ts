/** One small edit by the real engine, undone and redone in another workspace: the bytes are the same. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LocalEngine } from "../../src/engine/local.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { Workspace } from "../../src/session/index.ts";
import { photo } from "../helpers/mcp.ts";

it("a real preview survives undo, a restart and redo, byte for byte", async () => {
  const home = await mkdtemp(join(tmpdir(), "dragflow-real-"));
  const engine = new LocalEngine({ home });
  await photo(join(home, "photo.png"));
  const first = await Workspace.create(home);
  const { id: imageId, path } = await first.openImage(engine, join(home, "photo.png"));
  const before = await readFile(path);
  const recipe = parseRecipe({
    operations: [{ region: { box: [16, 8, 26, 18] }, motion: { type: "relocation", by: [6, 2] } }],
    quality: "preview",
  });
  const { id, outcome } = await first.edit(engine, imageId, { recipe, baseDir: home });
  const after = await readFile(outcome.files.image);
  await first.history.undo();
  await first.close();

  const second = await Workspace.open(home, first.id);
  expect(second.history.current).toBe(imageId);
  expect((await readFile(second.picture(imageId).path)).equals(before)).toBe(true);
  expect((await second.history.redo()).id).toBe(id);
  expect((await readFile(second.picture(id).path)).equals(after)).toBe(true);
  expect(second.edited(id).outcome).toEqual(outcome);
  await second.close();
  await engine.close();
  await rm(home, { recursive: true, force: true });
});
