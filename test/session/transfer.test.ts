/** A session as one file: out whole, in only when nothing about it is wrong. */
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header, list } from "tar";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { Workspace } from "../../src/session/index.ts";
import { encodeLine, jsonOf } from "../../src/session/journal-line.ts";
import { byteEngine, edited, pictureBytes } from "../helpers/byte-engine.ts";
import { mulberry } from "../helpers/mulberry.ts";

const engine = byteEngine();
let dir: string;
let home: string;
let file: string;
let ids: { image: string; edit: string };

/** The session's file as it was exported. */
let made: string;

beforeAll(async () => {
  const base = await mkdtemp(join(tmpdir(), "dragflow-exported-"));
  made = join(base, "session.tar");
  await writeFile(join(base, "cat.png"), pictureBytes(1));
  const workspace = await Workspace.create(join(base, "home"));
  const image = (await workspace.openImage(engine, join(base, "cat.png"))).id;
  await workspace.select(engine, image, { hint: { type: "salient" }, label: "cat" });
  const operations = [{ region: { box: [0, 0, 9, 9] }, motion: { type: "relocation", by: [1, 0] } }];
  const edit = async (seed: number) => {
    const recipe = parseRecipe({ operations, quality: "preview", seed });
    return (await workspace.edit(engine, image, { recipe, baseDir: "." })).id;
  };
  await edit(1);
  await workspace.history.undo();
  ids = { image, edit: await edit(2) };
  await workspace.history.prune();
  await workspace.history.branch("side", image);
  await workspace.exportTo(made);
  await workspace.close();
});
afterAll(() => rm(dirname(made), { recursive: true, force: true }));

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-transfer-"));
  home = join(dir, "home");
  file = join(dir, "session.tar");
  await mkdir(join(home, "sessions"), { recursive: true });
  await copyFile(made, file);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const sessions = async () => (await readdir(join(home, "sessions"))).length;

async function imported(path: string, into = home): Promise<Workspace> {
  await mkdir(into, { recursive: true });
  return Workspace.importFrom(into, path);
}

describe("out and in", () => {
  it("gives another session with the same history, in another home too", async () => {
    for (const into of [home, join(dir, "other")]) {
      const workspace = await imported(file, into);
      expect(workspace.history.nodes().map(({ id }) => id)).toEqual([ids.image, ids.edit]);
      expect(workspace.history).toMatchObject({ current: ids.image, currentBranch: "side" });
      expect([...workspace.history.branches()]).toEqual([
        ["main", ids.edit],
        ["side", ids.image],
      ]);
      expect((await readFile(workspace.picture(ids.edit).path)).equals(edited(pictureBytes(1), 2))).toBe(true);
      expect(workspace.regionsOf(ids.image)).toMatchObject([{ label: "cat" }]);
      expect((await readFile(String(workspace.regionsOf(ids.image)[0]?.maskPath))).length).toBe(3000);
      await workspace.history.checkout("main");
      await workspace.close();
      const again = await Workspace.open(into, workspace.id);
      expect(again.history.current).toBe(ids.edit);
      expect(again.warnings).toEqual([]);
      await again.close();
    }
  });

  it("the same session gives the same bytes, and an imported one gives the same blobs", async () => {
    const workspace = await imported(file);
    await workspace.exportTo(join(dir, "one.tar"));
    await workspace.exportTo(join(dir, "two.tar"));
    expect((await readFile(join(dir, "one.tar"))).equals(await readFile(join(dir, "two.tar")))).toBe(true);
    expect(await namesIn(join(dir, "one.tar"))).toEqual(await namesIn(file));
    expect((await readdir(dir)).filter((name) => name.endsWith(".part"))).toEqual([]);
    await workspace.close();
  });

  it("never overwrites unasked, and says so where it cannot write", async () => {
    const workspace = await imported(file);
    await writeFile(join(dir, "there"), "precious");
    await expect(workspace.exportTo(join(dir, "there"))).rejects.toMatchObject({ code: "out-exists" });
    expect(await readFile(join(dir, "there"), "utf8")).toBe("precious");
    await workspace.exportTo(join(dir, "there"), { overwrite: true });
    expect(await namesIn(join(dir, "there"))).toEqual(await namesIn(file));
    await expect(workspace.exportTo(join(dir, "none", "out.tar"))).rejects.toMatchObject({ code: "out-unwritable" });
    await workspace.close();
  });
});

/** Files of the exported session by name, to be changed and packed again. */
type Parts = Map<string, Buffer>;

const sha = (data: Buffer) => createHash("sha256").update(data).digest("hex");

function journalOf(parts: Parts): string[] {
  return String(parts.get("journal.jsonl")).split("\n").slice(0, -1);
}

/** Rewrites entries and gives them true checksums: only what they say is wrong. */
function withEntries(parts: Parts, change: (text: string) => string): void {
  const lines = journalOf(parts).map((line, i) => encodeLine(i, change(jsonOf(JSON.parse(line).entry))));
  parts.set("journal.jsonl", Buffer.from(lines.join("")));
}

function someBlob(parts: Parts): string {
  const name = [...parts.keys()].find((one) => one.startsWith("blobs/"));
  if (name === undefined) throw new Error("Expected a blob");
  return name;
}

const WRONG: Readonly<Record<string, (parts: Parts) => void>> = {
  "a blob with other bytes": (parts) => parts.set(someBlob(parts), Buffer.from("other")),
  "a blob too few": (parts) => parts.delete(someBlob(parts)),
  "no journal": (parts) => parts.delete("journal.jsonl"),
  "an empty journal": (parts) => parts.set("journal.jsonl", Buffer.alloc(0)),
  "a journal cut short": (parts) =>
    parts.set("journal.jsonl", parts.get("journal.jsonl")?.subarray(0, -9) ?? Buffer.alloc(0)),
  "a journal with a line too few": (parts) => {
    const lines = journalOf(parts);
    parts.set("journal.jsonl", Buffer.from([...lines.slice(0, 1), ...lines.slice(2), ""].join("\n")));
  },
  "a journal of words": (parts) => parts.set("journal.jsonl", Buffer.from("hello\nworld\n")),
  "another file": (parts) => parts.set("readme.txt", Buffer.from("hello")),
  "a file that leads out": (parts) => parts.set("../evil", Buffer.from("hello")),
  "an absolute file": (parts) => parts.set("/tmp/evil", Buffer.from("hello")),
  "a blob that leads out": (parts) => parts.set(`blobs/../../${sha(Buffer.from("x"))}`, Buffer.from("x")),
  "a picture's file that leads out": (parts) =>
    withEntries(parts, (t) => t.replaceAll(`"${ids.image}.png"`, '"../../evil.png"')),
  "an edit's file that leads out": (parts) => withEntries(parts, (t) => t.replace('"diff.png"', '"../evil.png"')),
  "an edit's file that is nowhere": (parts) =>
    withEntries(parts, (t) => t.replace('"diff":"diff.png"', '"diff":"none.png"')),
  "a mask that is nowhere": (parts) => withEntries(parts, (t) => t.replace(/"mask":"reg_/, '"mask":"rex_')),
  "an id that leads out": (parts) => withEntries(parts, (t) => t.replaceAll(ids.edit, "edit_../../x")),
  "a size that is not so": (parts) => withEntries(parts, (t) => t.replace(/"bytes":\d+/, '"bytes":1')),
  "a hash of another kind": (parts) => withEntries(parts, (t) => t.replace(/sha256-/, "sha1-")),
  "a child of nobody": (parts) =>
    withEntries(parts, (t) => t.replace(`"imageId":"${ids.image}"`, '"imageId":"img_zzzzzzzzzz"')),
  "a branch to nowhere": (parts) => withEntries(parts, (t) => t.replace(/"at":"img_\w+"/, '"at":"img_zzzzzzzzzz"')),
  "an entry of another kind": (parts) => withEntries(parts, (t) => t.replace('"type":"branch"', '"type":"brunch"')),
  "a later version": (parts) => withEntries(parts, (t) => t.replace('"version":1', '"version":2')),
  "a second beginning": (parts) => {
    const [first = ""] = journalOf(parts);
    const again = encodeLine(journalOf(parts).length, jsonOf(JSON.parse(first).entry));
    parts.set("journal.jsonl", Buffer.from(`${parts.get("journal.jsonl")}${again}`));
  },
};

describe("what is refused, leaving nothing", () => {
  it.each(Object.keys(WRONG))("%s", async (name) => {
    const parts = await unpacked();
    WRONG[name]?.(parts);
    const path = join(dir, "wrong.tar");
    await writeFile(path, packed([...parts].map(([path, data]) => ({ path, data }))));
    await refuses(path);
  });

  it("repacked unchanged it would have been taken", async () => {
    const path = join(dir, "same.tar");
    await writeFile(path, packed([...(await unpacked())].map(([path, data]) => ({ path, data }))));
    const workspace = await imported(path);
    expect(workspace.history.current).toBe(ids.image);
    await workspace.close();
  });

  it.each(["SymbolicLink", "Link", "Directory", "CharacterDevice", "FIFO"] as const)("a %s", async (type) => {
    const parts = [...(await unpacked())].map(([path, data]) => ({ path, data }));
    const hostile = { path: `blobs/${"0".repeat(64)}`, data: Buffer.alloc(0), type, linkpath: "/etc/passwd" };
    const path = join(dir, "links.tar");
    await writeFile(path, packed([hostile, ...parts]));
    await refuses(path);
  });

  it("the same name twice", async () => {
    const parts = [...(await unpacked())].map(([path, data]) => ({ path, data }));
    const path = join(dir, "twice.tar");
    await writeFile(path, packed([...parts, ...parts.slice(0, 1)]));
    await refuses(path);
  });

  it("a compressed file, a file that is none of these, an empty one, none at all", async () => {
    const path = join(dir, "other");
    for (const data of [
      gzipSync(await readFile(file)),
      Buffer.from("PK\u0003\u0004 a zip"),
      Buffer.alloc(0),
      Buffer.alloc(2048),
    ]) {
      await writeFile(path, data);
      await refuses(path);
    }
    await refuses(join(dir, "nothing"));
    await refuses(dir);
  });

  it("a file cut off anywhere, or with any byte changed, or what comes in has the right bytes", async () => {
    const whole = await readFile(file);
    const random = mulberry(7);
    const path = join(dir, "broken.tar");
    let refused = 0;
    for (let i = 0; i < 30; i++) {
      const at = Math.floor(random() * whole.length);
      const data = i % 2 === 0 ? whole.subarray(0, at) : Buffer.from(whole);
      if (i % 2 === 1) data.writeUInt8(data.readUInt8(at) ^ 0x55, at);
      await writeFile(path, data);
      const workspace = await imported(path).catch((error: unknown) => {
        expect(error).toMatchObject({ code: "session-invalid" });
        refused++;
      });
      if (!workspace) continue;
      expect((await readFile(workspace.picture(ids.edit).path)).equals(edited(pictureBytes(1), 2))).toBe(true);
      await workspace.remove();
    }
    expect(refused).toBeGreaterThan(15);
    expect(await sessions()).toBe(0);
  });

  async function refuses(path: string): Promise<void> {
    await expect(imported(path)).rejects.toMatchObject({ code: "session-invalid" });
    expect(await sessions()).toBe(0);
    expect(await readdir(join(home, "sessions"))).not.toContain("evil");
    expect((await readdir(dir)).filter((name) => name.includes("evil"))).toEqual([]);
  }
});

it("a symbolic link in place of the file to be written is not followed", async () => {
  const workspace = await imported(file);
  await writeFile(join(dir, "target"), "precious");
  await symlink(join(dir, "target"), join(dir, "link.tar"));
  await workspace.exportTo(join(dir, "link.tar"), { overwrite: true });
  expect(await readFile(join(dir, "target"), "utf8")).toBe("precious");
  await workspace.close();
});

async function unpacked(): Promise<Parts> {
  const parts: Parts = new Map();
  const reading: Promise<unknown>[] = [];
  await list({
    file,
    noResume: true,
    onReadEntry: (entry) => reading.push(entry.concat().then((data) => parts.set(entry.path, Buffer.from(data)))),
  });
  await Promise.all(reading);
  return parts;
}

async function namesIn(path: string): Promise<string[]> {
  const names: string[] = [];
  await list({ file: path, onReadEntry: (entry) => names.push(entry.path) });
  return names;
}

interface Entry {
  readonly path: string;
  readonly data: Buffer;
  readonly type?: "File" | "SymbolicLink" | "Link" | "Directory" | "CharacterDevice" | "FIFO";
  readonly linkpath?: string;
}

/** A tar of anything, however wrong: the package itself would refuse to write some of it. */
function packed(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, data, type = "File", linkpath }) => {
    const linked = type === "Link" || type === "SymbolicLink" ? { linkpath: linkpath ?? "" } : {};
    const header = new Header({ path, type, size: data.length, mode: 0o644, ...linked });
    const block = Buffer.alloc(512);
    header.encode(block);
    return [block, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
