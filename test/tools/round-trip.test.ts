/** Whatever a tool changes can be taken back, byte for byte. One row for every tool that is not read-only. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalEngine } from "../../src/engine/local.ts";
import { type Assistant, TOOLS, type ToolContext } from "../../src/tools/index.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";
import { askTool } from "../helpers/tool-call.ts";

let home: string;
let engine: LocalEngine;
let tour: Tour;
let ctx: ToolContext;
let imageId: string;
let regionId: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-round-trip-"));
  engine = new LocalEngine({ home });
  tour = await startTour(engine);
  ctx = { ...tour.ctx, assistant };
  imageId = String((await ask("open_image", { path: "photo.png" })).imageId);
  regionId = String((await ask("select_region", { imageId, box: [4, 4, 20, 20], refine: false })).regionId);
});
afterAll(async () => {
  await tour.close();
  await engine.close();
  await rm(home, { recursive: true, force: true });
});

const ask = (name: string, args: unknown) => askTool(name, args, ctx);
const edit = () => ({
  imageId,
  operations: [{ regionId, motion: { type: "relocation", by: [12, 3] } }],
  quality: "preview",
  waitSeconds: 50,
});

/** Makes one edit through the tools, as the loop does. */
const assistant: Assistant = {
  propose: async () => undefined,
  critique: async () => undefined,
  async chat(_wish, context, call) {
    const { editId } = await askTool("start_edit", edit(), context, call);
    return { ok: true, editId: String(editId), text: "Done.", planner: "local", assumed: [] };
  },
};

async function hashOf(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

/** The bytes of the picture one is at. */
function currentBytes(): Promise<string> {
  return hashOf(ctx.workspace.picture(ctx.workspace.history.current ?? "").path);
}

/** Hashes of all pictures and masks of the session by name. */
async function sessionBytes(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const part of ["images", "regions", "edits"]) {
    const folder = join(ctx.workspace.dir, part);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) found[join(part, entry.name)] = await hashOf(join(entry.parentPath, entry.name));
    }
  }
  return found;
}

/** An edit, undone and redone: both pictures come back as they were. */
async function undoneAndRedone(make: () => Promise<unknown>): Promise<void> {
  await ask("history", { action: "checkout", id: imageId });
  const before = await currentBytes();
  await make();
  const after = await currentBytes();
  expect(after).not.toBe(before);
  await ask("history", { action: "undo" });
  expect(ctx.workspace.history.current).toBe(imageId);
  expect(await currentBytes()).toBe(before);
  await ask("history", { action: "redo" });
  expect(await currentBytes()).toBe(after);
}

const ROUND_TRIPS: Readonly<Record<string, () => Promise<void>>> = {
  async open_image() {
    const [file, before] = [await hashOf(join(tour.root, "photo.png")), await currentBytes()];
    const at = ctx.workspace.history.current;
    const { imageId: second } = await ask("open_image", { path: "photo.png" });
    expect(ctx.workspace.history.current).toBe(second);
    await ask("history", { action: "checkout", id: at });
    expect(await currentBytes()).toBe(before);
    expect(await hashOf(join(tour.root, "photo.png"))).toBe(file);
  },

  async select_region() {
    const before = await sessionBytes();
    const grown = await ask("select_region", {
      imageId,
      box: [4, 4, 20, 20],
      refine: false,
      grow: 3,
      combine: { with: regionId, op: "union" },
    });
    const { [`regions/${grown.regionId}.png`]: added, ...rest } = await sessionBytes();
    expect(added).toBeDefined();
    expect(rest).toEqual(before);
    const shrunk = { imageId, box: [1, 1, 23, 23], refine: false, grow: -3 };
    const { regionId: back } = await ask("select_region", shrunk);
    expect(await maskOf(String(back))).toEqual(await maskOf(regionId));
  },

  async preview_edit() {
    const { quality: _quality, waitSeconds: _wait, ...args } = edit();
    await undoneAndRedone(() => ask("preview_edit", args));
  },

  start_edit: () => undoneAndRedone(() => ask("start_edit", edit())),

  chat_edit: () => undoneAndRedone(() => ask("chat_edit", { imageId, request: "move it", waitSeconds: 50 })),

  async cancel_job() {
    await ask("history", { action: "checkout", id: imageId });
    const before = await sessionBytes();
    const { jobId } = await ask("start_edit", { ...edit(), quality: "full", waitSeconds: 0 });
    await ask("cancel_job", { jobId });
    await ask("job_status", { jobId, waitSeconds: 50 });
    expect(await sessionBytes()).toEqual(before);
    expect(ctx.workspace.history.current).toBe(imageId);
  },

  async history() {
    const state = async () => {
      const { nodes, branches, current } = await ask("history", { action: "list" });
      return { nodes, branches, current };
    };
    await ask("start_edit", edit());
    const before = { state: await state(), bytes: await sessionBytes() };
    const id = ctx.workspace.history.current;
    await ask("history", { action: "favourite", id });
    expect(await state()).not.toEqual(before.state);
    await ask("history", { action: "favourite", id, on: false });
    await ask("history", { action: "undo" });
    await ask("history", { action: "redo" });
    expect(await state()).toEqual(before.state);
    expect(await sessionBytes()).toEqual(before.bytes);
  },

  async export_image() {
    await ask("history", { action: "checkout", id: imageId });
    const before = await sessionBytes();
    const path = join(tour.root, "out.png");
    await ask("export_image", { id: imageId, path: "out.png" });
    const first = await hashOf(path);
    const { editId } = await ask("start_edit", edit());
    const replaced = await ask("export_image", { id: editId, path: "out.png", overwrite: true });
    expect(replaced.receipt).toMatchObject({ lossless: true, outsideChanged: 0 });
    await ask("history", { action: "undo" });
    await ask("export_image", { id: ctx.workspace.history.current, path: "out.png", overwrite: true });
    expect(await hashOf(path)).toBe(first);
    expect(await pixelsOf(path)).toEqual(await pixelsOf(join(tour.root, "photo.png")));
    expect(await sessionBytes()).toMatchObject(before);
    await rm(path);
  },
};

function maskOf(id: string): Promise<Buffer> {
  return pixelsOf(ctx.workspace.region(id).maskPath);
}

function pixelsOf(path: string): Promise<Buffer> {
  return sharp(path).raw().toBuffer();
}

describe("round trips", () => {
  it("cover every tool that changes something", () => {
    const mutating = TOOLS.filter(({ annotations }) => !annotations.readOnly).map(({ name }) => name);
    expect(Object.keys(ROUND_TRIPS).sort()).toEqual(mutating.sort());
  });

  it.each(Object.keys(ROUND_TRIPS))("%s", async (name) => {
    await ROUND_TRIPS[name]?.();
  });
});
