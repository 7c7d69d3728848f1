import { readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Workspace } from "../../src/session/index.ts";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour, textOf } from "../helpers/mcp.ts";

let tour: Tour;
let imageId: string;

beforeEach(async () => {
  tour = await startTour(new FakeEngine());
  imageId = String((await tour.ask("open_image", { path: "photo.png" })).imageId);
});
afterEach(() => tour.close());

const history = (args: Record<string, unknown>) => tour.ask("history", args);
const refused = async (args: Record<string, unknown>) => {
  const answer = await tour.call("history", args);
  expect(answer.isError).toBe(true);
  return textOf(answer);
};

async function edit(from: string, x = 10): Promise<string> {
  const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [x, 0] } }];
  return String((await tour.ask("preview_edit", { imageId: from, operations })).editId);
}

const bytesOf = (id: string) => readFile(tour.ctx.workspace.picture(id).path);
const current = async () => bytesOf(String((await history({})).current));

describe("doing and undoing, byte for byte", () => {
  it.each<[string, (id: string) => Promise<unknown>]>([
    ["preview_edit", (id) => edit(id)],
    [
      "start_edit",
      (id) =>
        tour.ask("start_edit", {
          imageId: id,
          operations: [{ region: { box: [4, 4, 20, 20] }, motion: { type: "rotation", degrees: 9, about: [9, 9] } }],
          quality: "fast",
          waitSeconds: 20,
        }),
    ],
  ])("%s", async (_, change) => {
    const before = await current();
    await change(imageId);
    const after = await current();
    expect(after.equals(before)).toBe(false);
    expect(await history({ action: "undo" })).toMatchObject({ current: imageId, branch: "main" });
    expect((await current()).equals(before)).toBe(true);
    await history({ action: "redo" });
    expect((await current()).equals(after)).toBe(true);
  });

  it("open_image: the former picture is still there", async () => {
    const before = await current();
    await tour.ask("open_image", { path: "photo.png" });
    await history({ action: "checkout", branch: "main" });
    expect(await history({})).toMatchObject({ current: imageId });
    expect((await current()).equals(before)).toBe(true);
  });

  it("branch, checkout, rename and favourite are taken back by their opposites", async () => {
    const first = await edit(imageId);
    const before = await history({});
    await history({ action: "branch", name: "try", id: imageId });
    await edit(imageId, 5);
    await history({ action: "favourite", id: first });
    await history({ action: "favourite", id: first, on: false });
    await history({ action: "rename", branch: "main", name: "base" });
    await history({ action: "rename", branch: "base", name: "main" });
    const after = await history({ action: "checkout", branch: "main" });
    expect(after).toMatchObject({ current: before.current, branch: "main" });
    expect(after.nodes).toEqual(expect.arrayContaining(before.nodes as unknown[]));
    expect((await current()).equals(await bytesOf(first))).toBe(true);
  });
});

describe("what it answers", () => {
  it("the tree, newest first, with a preview of the current picture and a link", async () => {
    const editId = await edit(imageId);
    await history({ action: "rename", id: editId, name: "moved" });
    const answer = await tour.call("history", { limit: 1 });
    expect(answer.structuredContent).toMatchObject({
      action: "list",
      current: editId,
      branch: "main",
      branches: [{ name: "main", end: editId }],
      pictures: 2,
      nodes: [{ id: editId, parent: imageId, type: "edit", name: "moved", tier: "preview", motions: ["relocation"] }],
    });
    expect(answer.content.map(({ type }) => type)).toEqual(["text", "image", "resource_link"]);
    expect(textOf(answer)).toContain("moved");
  });

  it("nothing but that before a picture is open", async () => {
    const empty = await startTour(new FakeEngine());
    expect(await empty.ask("history", {})).toMatchObject({ current: null, branch: null, nodes: [] });
    await empty.close();
  });

  it("prunes what an undo and another edit have left behind", async () => {
    const loose = await edit(imageId);
    await history({ action: "undo" });
    const kept = await edit(imageId, 3);
    const answer = await history({ action: "prune" });
    expect(answer).toMatchObject({ removed: [loose], current: kept, pictures: 2 });
    expect(answer.freedBytes).toBeGreaterThan(0);
    expect(textOf(await tour.call("look", { id: loose }))).toMatch(/^not-found: /);
  });
});

describe("the session as a file", () => {
  it("goes out, and comes in as another session with the same pictures", async () => {
    const editId = await edit(imageId);
    const { path, bytes } = await history({ action: "export", path: "session" });
    expect(path).toBe(join(tour.root, "session.tar"));
    expect((await stat(String(path))).size).toBe(bytes);
    const { sessionId } = await history({ action: "import", path: "session.tar" });
    expect(sessionId).not.toBe(tour.ctx.workspace.id);
    const other = await Workspace.open(tour.ctx.workspace.home, String(sessionId));
    expect((await readFile(other.picture(editId).path)).equals(await bytesOf(editId))).toBe(true);
    await other.close();
  });

  it("stays inside the roots, and never overwrites unasked", async () => {
    expect(await refused({ action: "export", path: "../out.tar" })).toMatch(/^path-outside-roots: /);
    await symlink("/etc/hostname", join(tour.root, "link.tar"));
    expect(await refused({ action: "import", path: "link.tar" })).toMatch(/^path-outside-roots: /);
    await writeFile(join(tour.root, "there.tar"), "precious");
    expect(await refused({ action: "export", path: "there.tar" })).toMatch(/^out-exists: /);
    expect(await refused({ action: "import", path: "there.tar" })).toMatch(/^session-invalid: /);
    expect(await readFile(join(tour.root, "there.tar"), "utf8")).toBe("precious");
  });
});

it.each<[string, Record<string, unknown>, RegExp]>([
  ["nothing to undo", { action: "undo" }, /^history-end: /],
  ["nothing to redo", { action: "redo" }, /^history-end: /],
  ["an unknown id", { action: "checkout", id: "edit_0000000000" }, /^not-found: .*edit_0000000000/],
  ["neither id nor branch", { action: "checkout" }, /^arguments-invalid: .*id or branch/],
  ["no name", { action: "branch" }, /^arguments-invalid: .*name/],
  ["a name that is taken", { action: "branch", name: "main" }, /^usage: .*main/],
  ["a name of two lines", { action: "branch", name: "a\nb" }, /^usage: .*one line/],
  ["a name like an id", { action: "branch", name: "edit_0000000000" }, /^usage: /],
])("refuses %s and changes nothing", async (_, args, message) => {
  const before = await history({});
  expect(await refused(args)).toMatch(message);
  expect(await history({})).toEqual(before);
});

it("is told to the client as what it is", async () => {
  const { tools } = await tour.client.listTools();
  const tool = tools.find(({ name }) => name === "history");
  expect(tool?.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true, openWorldHint: false });
  const answer: CallToolResult = await tour.call("history", {});
  expect(answer.isError).toBeFalsy();
});
