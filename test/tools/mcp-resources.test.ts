import { readFile, writeFile } from "node:fs/promises";
import {
  type ReadResourceResult,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeEngine } from "../helpers/fake-engine.ts";
import { startTour, type Tour } from "../helpers/mcp.ts";

let tour: Tour;
let imageId: string;

const operations = [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [4, 0] } }];

beforeEach(async () => {
  tour = await startTour(new FakeEngine());
  imageId = String((await tour.ask("open_image", { path: "photo.png" })).imageId);
});
afterEach(() => tour.close());

async function edited(): Promise<string> {
  return String((await tour.ask("preview_edit", { imageId, operations })).editId);
}

async function content(uri: string): Promise<ReadResourceResult["contents"][number]> {
  const { contents } = await tour.client.readResource({ uri });
  expect(contents).toHaveLength(1);
  return contents[0] as ReadResourceResult["contents"][number];
}

describe("resources", () => {
  it("lists what the session holds, in the order in which it came", async () => {
    const editId = await edited();
    const { resources } = await tour.client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual([
      "dragflow://history",
      "ui://dragflow/compare",
      `dragflow://images/${imageId}`,
      ...["picture", "mask", "diff", "recipe", "receipt"].map((part) => `dragflow://edits/${editId}/${part}`),
    ]);
    const { resourceTemplates } = await tour.client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      "dragflow://images/{id}",
      "dragflow://edits/{id}/{part}",
    ]);
  });

  it("come in pages of a hundred", async () => {
    for (let i = 0; i < 20; i++) await edited();
    const first = await tour.client.listResources();
    expect(first.resources).toHaveLength(100);
    const second = await tour.client.listResources({ cursor: String(first.nextCursor) });
    expect(second.resources).toHaveLength(3);
    expect(second.nextCursor).toBeUndefined();
    await expect(tour.client.listResources({ cursor: "-1" })).rejects.toThrow(/cursor/);
  });

  it("are the very bytes of the session's files", async () => {
    const { path } = tour.ctx.workspace.picture(imageId);
    expect(await content(`dragflow://images/${imageId}`)).toMatchObject({
      mimeType: "image/png",
      blob: (await readFile(path)).toString("base64"),
    });
    const editId = await edited();
    for (const part of ["picture", "mask", "diff"]) {
      expect(await content(`dragflow://edits/${editId}/${part}`)).toMatchObject({ mimeType: "image/png" });
    }
  });

  it("give records as JSON", async () => {
    const editId = await edited();
    const json = async (part: string) => {
      const read = await content(`dragflow://edits/${editId}/${part}`);
      return JSON.parse("text" in read ? read.text : "");
    };
    expect(await json("recipe")).toMatchObject({ version: 1, quality: "preview" });
    expect(await json("receipt")).toMatchObject({ outsideChanged: 0, lossless: true });
  });

  it("tell the history as a tree", async () => {
    const editId = await edited();
    const read = await content("dragflow://history");
    const history = JSON.parse("text" in read ? read.text : "");
    expect(history).toMatchObject({ current: editId });
    expect(history.nodes).toMatchObject([
      { id: imageId, parent: null, type: "image", picture: `dragflow://images/${imageId}` },
      { id: editId, parent: imageId, type: "edit", picture: `dragflow://edits/${editId}/picture` },
    ]);
  });

  it.each([
    "dragflow://images/img_0000000000",
    "dragflow://edits/edit_0/picture",
    "dragflow://edits/%/picture",
    "dragflow://images/..%2F..%2Fetc%2Fpasswd",
    "file:///etc/hostname",
    "ui://dragflow/other",
  ])("%s is not found", async (uri) => {
    await expect(tour.client.readResource({ uri })).rejects.toMatchObject({ code: -32002 });
    await expect(tour.client.subscribeResource({ uri })).rejects.toMatchObject({ code: -32002 });
  });

  it("of more than ten million bytes are refused with the way out", async () => {
    await writeFile(tour.ctx.workspace.picture(imageId).path, Buffer.alloc(10_000_001));
    await expect(tour.client.readResource({ uri: `dragflow://images/${imageId}` })).rejects.toThrow(
      /10000001\. export_image/,
    );
  });
});

describe("subscriptions", () => {
  it("tell of changes of the history, and that there are other resources", async () => {
    const told: string[] = [];
    tour.client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void told.push(params.uri));
    tour.client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void told.push("list"));
    await edited();
    expect(told).toEqual(["list"]);
    await tour.client.subscribeResource({ uri: "dragflow://history" });
    await edited();
    expect(told).toEqual(["list", "list", "dragflow://history"]);
    await tour.ctx.workspace.history.undo();
    expect(told).toEqual(["list", "list", "dragflow://history", "dragflow://history"]);
    await tour.client.unsubscribeResource({ uri: "dragflow://history" });
    await tour.ctx.workspace.history.redo();
    expect(told).toHaveLength(4);
  });
});

describe("completions", () => {
  const values = async (uri: string, name: string, value: string) =>
    (await tour.client.complete({ ref: { type: "ref/resource", uri }, argument: { name, value } })).completion.values;

  it("offer ids of this session and the parts of an edit", async () => {
    const editId = await edited();
    expect(await values("dragflow://images/{id}", "id", "img")).toEqual([imageId]);
    expect(await values("dragflow://images/{id}", "id", "x")).toEqual([]);
    expect(await values("dragflow://edits/{id}/{part}", "id", "")).toEqual([editId]);
    expect(await values("dragflow://edits/{id}/{part}", "part", "re")).toEqual(["recipe", "receipt"]);
    await expect(values("dragflow://nowhere/{id}", "id", "")).rejects.toThrow(/template/);
  });
});
