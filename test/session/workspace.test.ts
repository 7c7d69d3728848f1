import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { EditError } from "../../src/errors.ts";
import { newId } from "../../src/session/ids.ts";
import { Workspace } from "../../src/session/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { photo } from "../helpers/mcp.ts";

let home: string;
let workspace: Workspace;
const engine = new FakeEngine();
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-session-"));
  await photo(join(home, "photo.PNG"));
  workspace = await Workspace.create(home);
});
afterEach(() => rm(home, { recursive: true, force: true }));

it("gives ids of 50 random bits with the kind in front, a session more than 128", () => {
  const ids = Array.from({ length: 500 }, () => newId("edit"));
  for (const id of ids) expect(id).toMatch(/^edit_[0-9a-hjkmnp-tv-z]{10}$/);
  expect(new Set(ids).size).toBe(500);
  expect(newId("session")).toMatch(/^ses_[0-9a-hjkmnp-tv-z]{26}$/);
});

it("works on its own copy of a picture", async () => {
  const { id, path } = await workspace.openImage(engine, join(home, "photo.PNG"));
  await writeFile(join(home, "photo.PNG"), "changed");
  expect(workspace.picture(id)).toEqual({ id, path, width: 48, height: 32 });
  expect(path).toMatch(/\.png$/);
  expect((await engine.inspect(path)).width).toBe(48);
});

it("leaves nothing of a picture that is none", async () => {
  await writeFile(join(home, "words.png"), "words");
  await expect(workspace.openImage(engine, join(home, "words.png"))).rejects.toThrow(/words\.png/);
  expect(await readdir(join(workspace.dir, "images"))).toEqual([]);
});

it("speaks of a picture by its own name, in the hint too", async () => {
  const path = join(home, "drawing.svg");
  await writeFile(path, "<svg></svg>");
  const refusing = new FakeEngine();
  refusing.inspect = async (copy) => {
    throw new EditError("image-unsupported", `No ${copy}`, { hint: `Convert ${copy}` });
  };
  await expect(workspace.openImage(refusing, path)).rejects.toMatchObject({
    message: "No drawing.svg",
    hint: "Convert drawing.svg",
  });
});

it("removes its folder, or only ends its jobs", async () => {
  await workspace.close();
  expect(await readdir(join(home, "sessions"))).toEqual([workspace.id]);
  await workspace.remove();
  expect(await readdir(join(home, "sessions"))).toEqual([]);
});
