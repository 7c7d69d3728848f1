/** What another process finds: the same workspace, opened again. */
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EditRequest } from "../../src/engine/api.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { BlobStore } from "../../src/session/blobs.ts";
import { openSession, Workspace } from "../../src/session/index.ts";
import { byteEngine, edited, pictureBytes } from "../helpers/byte-engine.ts";

const engine = byteEngine();
let home: string;
let workspace: Workspace;
let imageId: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "dragflow-home-"));
  await writeFile(join(home, "cat.png"), pictureBytes(1));
  workspace = await Workspace.create(home);
  ({ id: imageId } = await workspace.openImage(engine, join(home, "cat.png")));
});
afterEach(async () => {
  await workspace.close();
  await rm(home, { recursive: true, force: true });
});

async function edit(from = imageId, seed = 5, quality: "preview" | "fast" = "preview"): Promise<string> {
  const operations = [{ region: { box: [0, 0, 9, 9] }, motion: { type: "relocation", by: [1, 0] } }];
  const recipe = parseRecipe({ operations, quality, seed });
  return (await workspace.edit(engine, from, { recipe, baseDir: "." })).id;
}

async function reopen(): Promise<Workspace> {
  await workspace.close();
  workspace = await Workspace.open(home, workspace.id);
  return workspace;
}

const bytesOf = (id: string) => readFile(workspace.picture(id).path);
const journal = () => join(workspace.dir, "journal.jsonl");
const blobPath = async (path: string) => {
  const files = await new BlobStore(home).list();
  const { ino } = await stat(path);
  for (const file of files) if ((await stat(file.path)).ino === ino) return file.path;
  throw new Error(`No blob is linked to ${path}`);
};

describe("after a restart", () => {
  it("everything has its id, its bytes and its measures", async () => {
    const region = await workspace.select(engine, imageId, { hint: { type: "salient" }, label: "cat" });
    const editId = await edit(imageId, 7, "fast");
    await workspace.history.rename(editId, "first");
    const before = {
      picture: workspace.picture(editId),
      record: workspace.edited(editId),
      nodes: workspace.history.nodes(),
      bytes: await bytesOf(editId),
    };
    await reopen();
    expect(workspace.picture(editId)).toEqual(before.picture);
    expect(workspace.edited(editId)).toEqual(before.record);
    expect(workspace.history.nodes()).toEqual(before.nodes);
    expect(workspace.region(region.id)).toEqual(region);
    expect(workspace.history).toMatchObject({ current: editId, currentBranch: "main" });
    expect(before.bytes.equals(edited(pictureBytes(1), 7))).toBe(true);
    expect((await bytesOf(editId)).equals(before.bytes)).toBe(true);
    expect(workspace.edited(editId).outcome.receipt.outsidePsnr).toBe(Number.POSITIVE_INFINITY);
    expect(workspace.warnings).toEqual([]);
  });

  it("a node holds recipe, seed, model and version, receipt, metrics, gates, tier and a small picture", async () => {
    const editId = await edit(imageId, 7, "fast");
    await reopen();
    const node = workspace.history.node(editId);
    expect(node).toMatchObject({
      type: "edit",
      parent: imageId,
      seed: 7,
      model: { name: "mini", version: expect.stringMatching(/^[0-9a-f]{16}$/) },
      recipe: { quality: "fast", seed: 7 },
      receipt: { outsideChanged: 0 },
      gates: { preview: { score: 0.9 } },
      tier: "preview",
      favourite: false,
      preview: { mimeType: "image/webp", width: 32, height: 16 },
    });
    expect(new Date(node.createdAt).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect((await readFile(String(node.preview?.path))).length).toBeGreaterThan(0);
  });

  it("ended jobs are as they were, and one that never ended has failed as interrupted", async () => {
    const done = workspace.jobs.start(async () => ({ editId: await edit(), answer: { text: "moved" } }));
    await workspace.jobs.wait(done.jobId, { seconds: 20 });
    const chat = workspace.jobs.start(async () => ({ answer: { text: "which one?" } }), { lane: "conversations" });
    await workspace.jobs.wait(chat.jobId, { seconds: 20 });
    const stuck = workspace.jobs.start(() => new Promise(() => {}));
    await workspace.jobs.wait(stuck.jobId, { seconds: 0 });
    const views = [done, chat].map(({ jobId }) => workspace.jobs.view(jobId));
    await rm(join(workspace.dir, "lock")); // as good as dead
    const next = await Workspace.open(home, workspace.id);
    expect([done, chat].map(({ jobId }) => next.jobs.view(jobId))).toEqual(views);
    const lost = { status: "failed", error: { code: "interrupted" } };
    expect(next.jobs.view(stuck.jobId)).toMatchObject(lost);
    expect(await next.jobs.wait(stuck.jobId, { seconds: 5 })).toMatchObject(lost);
    expect(next.jobs.cancel(stuck.jobId)).toMatchObject(lost);
    await next.close();
    workspace = await Workspace.open(home, workspace.id);
    expect(workspace.jobs.view(stuck.jobId)).toMatchObject(lost);
  });

  it("a job whose edit is in the history has made it, although its process died before it could say so", async () => {
    const operations = [{ region: { box: [0, 0, 9, 9] }, motion: { type: "relocation", by: [1, 0] } }];
    const recipe = parseRecipe({ operations, seed: 3 });
    let editId: string | undefined;
    const { jobId } = workspace.jobs.start(
      async (call) => {
        ({ id: editId } = await workspace.edit(engine, imageId, { recipe, baseDir: home }, call));
        return new Promise(() => {});
      },
      { edits: imageId },
    );
    await expect.poll(() => editId).toBeDefined();
    await rm(join(workspace.dir, "lock")); // as good as dead
    const looked = await Workspace.open(home, workspace.id, { readOnly: true });
    expect(looked.jobs.view(jobId)).toEqual({ jobId, status: "done", editId });
    const next = await Workspace.open(home, workspace.id);
    expect(next.jobs.list().filter((job) => job.jobId === jobId)).toEqual([{ jobId, status: "done", editId }]);
    await next.close();
    workspace = await Workspace.open(home, workspace.id);
    expect(workspace.jobs.view(jobId)).toEqual({ jobId, status: "done", editId });
  });

  it("an edit's film strip is among its files", async () => {
    const filmed = {
      ...engine,
      async edit(request: EditRequest) {
        const outcome = await engine.edit(request);
        await writeFile(join(request.dir, "film.png"), "film");
        return { ...outcome, files: { ...outcome.files, film: join(request.dir, "film.png") } };
      },
    };
    const operations = [{ region: { box: [0, 0, 9, 9] }, motion: { type: "relocation", by: [1, 0] } }];
    const wish = { recipe: parseRecipe({ operations }), baseDir: "." };
    const { id } = await workspace.edit(filmed, imageId, wish);
    await reopen();
    expect(await readFile(workspace.edited(id).outcome.files.film ?? "", "utf8")).toBe("film");
  });

  it("what no journal names is gone: parts of edits, folders of attempts", async () => {
    const editId = await edit();
    const rubbish = [
      "edits/edit_zzzzzzzzzz/image.png",
      "edits/.edit_y.1.partial/image.png",
      "images/img_0000000000.png",
      "frames/edit_zzzzzzzzzz/000.webp",
      "uploads/half.part",
    ];
    for (const path of [...rubbish, `edits/${editId}/left.part`, "scratch/x/y", "export-1/blobs/0"]) {
      await mkdir(join(workspace.dir, path, ".."), { recursive: true });
      await writeFile(join(workspace.dir, path), "rubbish");
    }
    await reopen();
    expect(await readdir(join(workspace.dir, "edits"))).toEqual([editId]);
    expect(await readdir(join(workspace.dir, "frames"))).toEqual([]);
    await rm(join(workspace.dir, "frames"), { recursive: true });
    expect((await readdir(join(workspace.dir, "images"))).every((name) => name.startsWith(imageId))).toBe(true);
    expect(await readdir(join(workspace.dir, "edits", editId))).not.toContain("left.part");
    expect((await readdir(workspace.dir)).sort()).toEqual(["edits", "images", "journal.jsonl", "lock", "regions"]);
  });
});

describe("files and blobs", () => {
  it("a file that is gone or was replaced comes back from its blob", async () => {
    const editId = await edit();
    const { image, diff } = workspace.edited(editId).outcome.files;
    const [wanted, other] = [await readFile(image), await readFile(diff)];
    await rm(image);
    await rm(diff);
    await writeFile(diff, "shorter");
    await reopen();
    expect((await readFile(image)).equals(wanted)).toBe(true);
    expect((await readFile(diff)).equals(other)).toBe(true);
    expect(workspace.warnings).toEqual([]);
  });

  it("a file with other bytes of the same number is found out when one goes there", async () => {
    const first = await edit();
    await edit(first, 6);
    const { image } = workspace.edited(first).outcome.files;
    const wanted = await readFile(image);
    await rm(image);
    await writeFile(image, Buffer.alloc(wanted.length));
    await workspace.history.undo();
    expect(workspace.history.current).toBe(first);
    expect((await readFile(image)).equals(wanted)).toBe(true);
  });

  it("a truncated blob is named by its hash, and one stays where one is", async () => {
    const first = await edit();
    const second = await edit(first, 6);
    const { image } = workspace.edited(first).outcome.files;
    await truncate(await blobPath(image), 100);
    await expect(workspace.history.undo()).rejects.toMatchObject({
      code: "session-damaged",
      message: expect.stringMatching(/sha256-[A-Za-z0-9+/]{43}=/),
    });
    expect(workspace.history.current).toBe(second);
    await reopen();
    expect(workspace.warnings).toMatchObject([{ code: "session-damaged" }]);
    expect(workspace.history.current).toBe(second);
    await expect(workspace.exportTo(join(home, "out.tar"))).rejects.toMatchObject({ code: "session-damaged" });
    expect(await readdir(home)).not.toContain("out.tar");
  });

  it("a blob that is gone is made anew from the session's file", async () => {
    const editId = await edit();
    const { image } = workspace.edited(editId).outcome.files;
    await rm(await blobPath(image));
    await reopen();
    expect(await readFile(await blobPath(image))).toEqual(await readFile(image));
  });

  it("a good file is never exchanged for a damaged blob", async () => {
    const path = workspace.picture(imageId).path;
    const blob = await blobPath(path);
    await rm(blob);
    await writeFile(blob, Buffer.alloc(pictureBytes(1).length));
    const again = await workspace.openImage(engine, join(home, "cat.png"));
    expect((await readFile(again.path)).equals(pictureBytes(1))).toBe(true);
    await reopen();
    expect((await readFile(path)).equals(pictureBytes(1))).toBe(true);
  });

  it("equal bytes are kept once", async () => {
    const before = (await new BlobStore(home).list()).length;
    await workspace.openImage(engine, join(home, "cat.png"));
    expect((await new BlobStore(home).list()).length).toBe(before);
  });
});

describe("pruning", () => {
  it("drops what nothing holds, with its regions and bytes, and keeps the rest", async () => {
    const loose = await edit(imageId, 1);
    const below = await edit(loose, 2);
    const region = await workspace.select(engine, below, { hint: { type: "salient" } });
    await workspace.history.checkout(imageId);
    const kept = await edit(imageId, 3);
    const asked = await edit(imageId, 4);
    const favourite = await edit(imageId, 5);
    await workspace.history.favourite(favourite, true);
    const named = await edit(imageId, 6);
    await workspace.history.rename(named, "good");
    const current = await edit(imageId, 7);
    await workspace.history.branch("side", kept);
    for (const id of [loose, kept]) await mkdir(join(workspace.dir, "frames", id), { recursive: true });
    const used = await bytesUsed();
    const { removed, freedBytes } = await workspace.history.prune([asked]);
    expect(removed).toEqual([loose, below]);
    expect(await readdir(join(workspace.dir, "frames"))).toEqual([kept]);
    expect(freedBytes).toBe(used - (await bytesUsed()));
    expect(freedBytes).toBeGreaterThan(40_000);
    expect(() => workspace.region(region.id)).toThrow(/reg_/);
    await reopen();
    expect(workspace.history.nodes().map(({ id }) => id)).toEqual([imageId, kept, asked, favourite, named, current]);
    expect((await readdir(join(workspace.dir, "edits"))).length).toBe(5);
    expect(await workspace.history.prune([asked])).toEqual({ removed: [], freedBytes: 0 });
  });

  it("leaves bytes that another session shares", async () => {
    const other = await Workspace.create(home);
    const { id } = await other.openImage(engine, join(home, "cat.png"));
    await workspace.remove();
    await other.close();
    const again = await Workspace.open(home, other.id);
    expect((await readFile(again.picture(id).path)).equals(pictureBytes(1))).toBe(true);
    expect((await new BlobStore(home).list()).length).toBeGreaterThan(0);
    await again.remove();
    expect(await new BlobStore(home).list()).toEqual([]);
    workspace = await Workspace.create(home);
  });

  it("leaves a picture that an edit is being made from", async () => {
    const loose = await edit(imageId, 1);
    await workspace.history.checkout(imageId);
    await edit(imageId, 2);
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = {
      ...engine,
      edit: (...args: Parameters<typeof engine.edit>) => gate.then(() => engine.edit(...args)),
    };
    const operations = [{ region: { box: [0, 0, 9, 9] }, motion: { type: "relocation", by: [1, 0] } }];
    const made = workspace.edit(slow, loose, { recipe: parseRecipe({ operations, quality: "preview" }), baseDir: "." });
    expect((await workspace.history.prune()).removed).toEqual([]);
    release();
    expect((await made).imageId).toBe(loose);
  });

  const bytesUsed = async () => (await new BlobStore(home).list()).reduce((sum, { bytes }) => sum + bytes, 0);
});

describe("one writer", () => {
  it("a second is refused with a code, and may look", async () => {
    await edit();
    await expect(Workspace.open(home, workspace.id)).rejects.toMatchObject({
      code: "session-in-use",
      message: expect.stringContaining(String(process.pid)),
    });
    const reader = await Workspace.open(home, workspace.id, { readOnly: true });
    expect(reader.history.nodes()).toEqual(workspace.history.nodes());
    await expect(reader.history.undo()).rejects.toMatchObject({ code: "session-in-use" });
    await reader.close();
    await expect(Workspace.open(home, workspace.id)).rejects.toMatchObject({ code: "session-in-use" });
  });

  it.each([
    ["of a process that is gone", { pid: 2 ** 22 + 7, host: hostname(), start: "" }],
    ["of an earlier process with this number", { pid: process.pid, host: hostname(), start: "another boot 1" }],
  ])("a lock %s is taken over", async (_, holder) => {
    await workspace.close();
    await writeFile(join(workspace.dir, "lock"), JSON.stringify(holder));
    const both = await Promise.allSettled([Workspace.open(home, workspace.id), Workspace.open(home, workspace.id)]);
    const opened = both.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(opened.length).toBeLessThanOrEqual(1); // one may find the other at it
    for (const one of opened) await one.close();
    workspace = await Workspace.open(home, workspace.id);
  });

  it.each([
    ["of another machine", JSON.stringify({ pid: 1, host: "elsewhere", start: "" })],
    ["that cannot be read", "{"],
  ])("a lock %s is believed while it is fresh", async (_, text) => {
    await workspace.close();
    await writeFile(join(workspace.dir, "lock"), text);
    await expect(Workspace.open(home, workspace.id)).rejects.toMatchObject({ code: "session-in-use" });
    await rm(join(workspace.dir, "lock"));
  });
});

describe("a lock of another machine", () => {
  const foreign = JSON.stringify({ pid: 1, host: "a-container-that-was", start: "" });
  const lock = () => join(workspace.dir, "lock");

  it("that has been silent for long is taken over", async () => {
    await workspace.close();
    await writeFile(lock(), foreign);
    const long = new Date(Date.now() - 11 * 60_000);
    await utimes(lock(), long, long);
    expect(await Workspace.list(home)).toMatchObject([{ held: false }]);
    workspace = await Workspace.open(home, workspace.id);
    expect(workspace.history.current).toBe(imageId);
  });

  it("that took the session from a sleeping process keeps that one from writing, and is left in place", async () => {
    const before = await readFile(journal());
    await writeFile(lock(), foreign);
    await expect(workspace.history.favourite(imageId, true)).rejects.toMatchObject({ code: "session-in-use" });
    expect((await readFile(journal())).equals(before)).toBe(true);
    await workspace.close();
    expect(await readFile(lock(), "utf8")).toBe(foreign);
    await rm(lock());
  });
});

describe("a damaged journal", () => {
  it("is refused for writing and read up to the damage", async () => {
    const editId = await edit();
    await workspace.history.undo();
    await workspace.close();
    const lines = (await readFile(journal(), "utf8")).split("\n");
    lines[2] = String(lines[2]).replace("main", "mane");
    await writeFile(journal(), lines.join("\n"));
    await expect(Workspace.open(home, workspace.id)).rejects.toMatchObject({
      code: "session-damaged",
      message: expect.stringContaining("line 3"),
    });
    const reader = await Workspace.open(home, workspace.id, { readOnly: true });
    expect(reader.warnings).toMatchObject([{ code: "session-damaged" }]);
    expect(reader.history.current).toBe(imageId);
    expect(reader.findEdit(editId)).toBeUndefined();
    await reader.exportTo(join(home, "rest.tar"));
    workspace = await Workspace.importFrom(home, join(home, "rest.tar"));
    expect((await bytesOf(imageId)).equals(pictureBytes(1))).toBe(true);
  });

  it("of a later version is refused, not guessed at", async () => {
    await workspace.close();
    await expect(Workspace.open(home, "ses_00000000000000000000000000")).rejects.toMatchObject({ code: "not-found" });
    const { encodeLine } = await import("../../src/session/journal-line.ts");
    const first = { type: "session", version: 2, id: workspace.id, at: new Date().toISOString() };
    await writeFile(journal(), encodeLine(0, JSON.stringify(first)));
    await expect(Workspace.open(home, workspace.id)).rejects.toMatchObject({ code: "session-damaged" });
  });

  it("loses a torn last line, and nothing else", async () => {
    const editId = await edit();
    await appendFile(journal(), '{"seq":3,"sum":"00');
    await reopen();
    expect(workspace.history.current).toBe(editId);
    await workspace.history.undo();
    await reopen();
    expect(workspace.history.current).toBe(imageId);
  });
});

describe("finding a session again", () => {
  it("the last that nobody holds, else a new one", async () => {
    const second = await openSession(home, "last");
    expect(second.id).not.toBe(workspace.id);
    await second.close();
    await utimes(journal(), new Date(), new Date(Date.now() + 5000));
    const third = await openSession(home, "last");
    expect(third.id).toBe(second.id);
    await third.close();
    await workspace.close();
    workspace = await openSession(home, "last");
    expect(workspace.history.current).toBe(imageId);
    await expect(openSession(home, workspace.id)).rejects.toMatchObject({ code: "session-in-use" });
    await expect(openSession(home, "../../etc")).rejects.toMatchObject({ code: "not-found" });
  });

  it("lists what there is, the last changed first", async () => {
    await edit();
    const other = await Workspace.create(home);
    await other.close();
    await utimes(journal(), new Date(), new Date(Date.now() + 5000));
    expect(await Workspace.list(home)).toMatchObject([
      { id: workspace.id, held: true, pictures: ["cat.png"], edits: 1 },
      { id: other.id, held: false, pictures: [], edits: 0 },
    ]);
  });

  it("sweeps folders without a journal once they are old, and blobs that nobody names", async () => {
    const ids = ["ses_00000000000000000000000000", "ses_11111111111111111111111111"];
    for (const id of ids) await mkdir(join(home, "sessions", id, "edits"), { recursive: true });
    const old = new Date(Date.now() - 7_200_000);
    await utimes(join(home, "sessions", String(ids[0])), old, old);
    const made = await Workspace.create(home);
    expect((await readdir(join(home, "sessions"))).sort()).toEqual([ids[1], workspace.id, made.id].sort());
    await made.remove();
  });

  it("sweeps old sessions that never held a picture, once a day, and what killed edits had put aside", async () => {
    const unused = await Workspace.create(home);
    const held = await Workspace.create(home);
    await unused.close();
    await mkdir(join(home, "scratch", "kv-1"), { recursive: true });
    const [hours, days] = [2, 48].map((ago) => new Date(Date.now() - ago * 3_600_000));
    for (const { dir } of [unused, held, workspace]) await utimes(dir, hours ?? 0, hours ?? 0);
    await utimes(join(home, "scratch", "kv-1"), days ?? 0, days ?? 0);
    await rm(join(home, "blobs", ".swept"), { force: true });
    const made = await Workspace.create(home);
    expect((await readdir(join(home, "sessions"))).sort()).toEqual([held.id, workspace.id, made.id].sort());
    expect(await readdir(join(home, "scratch"))).toEqual([]);
    for (const one of [held, made]) await one.remove();
  });
});

it("in memory leaves no journal, and undoes all the same", async () => {
  await workspace.remove();
  workspace = await Workspace.create(home, { memory: true });
  ({ id: imageId } = await workspace.openImage(engine, join(home, "cat.png")));
  await edit();
  expect((await workspace.history.undo()).id).toBe(imageId);
  expect((await readdir(workspace.dir)).sort()).toEqual(["edits", "images", "lock", "regions"]);
  expect(await Workspace.list(home)).toEqual([]);
});

it("takes a copy where hard links lead elsewhere", async () => {
  const copy = await mkdtemp(join(tmpdir(), "dragflow-copied-"));
  const editId = await edit();
  await workspace.close();
  await cp(home, copy, { recursive: true });
  const moved = await Workspace.open(copy, workspace.id);
  expect(moved.warnings).toEqual([]);
  expect((await readFile(moved.picture(editId).path)).equals(edited(pictureBytes(1), 5))).toBe(true);
  await moved.close();
  await rm(copy, { recursive: true, force: true });
  workspace = await Workspace.open(home, workspace.id);
});
