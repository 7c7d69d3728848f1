import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRoots, type Roots, readablePath, writablePath } from "../../src/tools/index.ts";
import { readableFolder, readInside } from "../../src/tools/roots.ts";

let base: string;
let root: string;
let roots: Roots;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "dragflow-roots-")));
  root = join(base, "root");
  await mkdir(join(root, "folder"), { recursive: true });
  await mkdir(join(base, "root-beside"));
  await writeFile(join(root, "in.png"), "inside");
  await writeFile(join(base, "out.png"), "outside");
  await writeFile(join(base, "root-beside", "out.png"), "outside");
  await symlink(join(base, "out.png"), join(root, "link.png"));
  await symlink(base, join(root, "up"));
  await symlink(join(root, "in.png"), join(root, "kind.png"));
  execFileSync("mkfifo", [join(root, "pipe.png")]);
  roots = await openRoots(root, base);
});
afterAll(() => rm(base, { recursive: true, force: true }));

const OUTSIDE = { code: "path-outside-roots" };

describe("reading", () => {
  it("takes what lies inside, by whatever way", async () => {
    for (const path of ["in.png", "folder/../in.png", join(root, "in.png"), "kind.png"]) {
      expect(await readablePath(roots, path)).toBe(join(root, "in.png"));
      expect(Buffer.from((await readInside(roots, path)).bytes).toString()).toBe("inside");
    }
  });

  it.each([
    ["an empty path", ""],
    ["dots", "../out.png"],
    ["dots further in", "folder/../../out.png"],
    ["a link out", "link.png"],
    ["a folder that is a link out", "up/out.png"],
    ["a sibling with the root's name", "../root-beside/out.png"],
    ["an absolute path", "/etc/hostname"],
    ["NUL", "in.png\0.txt"],
    ["a device", "/dev/zero"],
    ["the kernel's files", "/proc/self/environ"],
    ["a Windows share", "\\\\server\\share\\a.png"],
    ["a share in POSIX spelling", "//server/share/a.png"],
    ["a Windows device namespace", "\\\\.\\C:\\a.png"],
    ["a missing file outside", "../missing.png"],
    ["the root itself", "."],
    ["a folder", "folder"],
    ["a pipe", "pipe.png"],
  ])("refuses %s", async (_, path) => {
    await expect(readInside(roots, path)).rejects.toMatchObject(OUTSIDE);
    await expect(readablePath(roots, path)).rejects.toMatchObject(OUTSIDE);
  });

  it("names the path as it was given, never where it led", async () => {
    await expect(readInside(roots, "link.png")).rejects.toThrow(/"link\.png"$/);
    const error = await readInside(roots, "up/out\u202e.png").catch(String);
    expect(error).not.toMatch(/root-beside|\u202e/);
  });

  it("keeps the kernel's files out even where everything is a root", async () => {
    const all = await openRoots("/", base);
    await expect(readInside(all, "/proc/self/environ")).rejects.toMatchObject(OUTSIDE);
    await expect(readInside(all, "/dev/null")).rejects.toMatchObject(OUTSIDE);
    await expect(writablePath(all, "/dev/shm/x.png")).rejects.toMatchObject(OUTSIDE);
    expect((await readInside(all, join(root, "in.png"))).name).toBe("in.png");
  });

  it("refuses a file that no picture needs to be", async () => {
    const path = join(root, "huge.png");
    await writeFile(path, "");
    await truncate(path, 2 ** 31); // sparse: takes no room on the disk
    await expect(readInside(roots, "huge.png")).rejects.toMatchObject({ code: "image-too-large" });
    await rm(path);
  });

  it("says of a missing file inside that it is missing", async () => {
    await expect(readInside(roots, "missing.png")).rejects.toMatchObject({ code: "image-unreadable" });
  });
});

describe("where no folder is open", () => {
  it("no path is taken, and what is taken instead is said", async () => {
    const none: Roots = { folders: [], sessions: [] };
    for (const path of ["in.png", join(root, "in.png"), "/etc/hostname"]) {
      await expect(readInside(none, path)).rejects.toMatchObject({
        ...OUTSIDE,
        hint: expect.stringContaining("data URI"),
      });
      await expect(writablePath(none, path)).rejects.toMatchObject(OUTSIDE);
    }
  });
});

describe("folders of models", () => {
  it("lie inside a root", async () => {
    expect(await readableFolder(roots, "folder")).toBe(join(root, "folder"));
    for (const path of ["..", "up", "missing", "/etc"]) {
      await expect(readableFolder(roots, path)).rejects.toMatchObject(OUTSIDE);
    }
  });
});

describe("writing", () => {
  it("takes a new file in a folder that exists", async () => {
    expect(await writablePath(roots, "folder/new.png")).toBe(join(root, "folder", "new.png"));
    await expect(writablePath(roots, "nowhere/new.png")).rejects.toMatchObject({ code: "not-found" });
  });

  it.each(["../new.png", "link.png", "up/new.png", "folder", "pipe.png", "//server/share/new.png", "/proc/new.png"])(
    "refuses %s",
    async (path) => {
      await expect(writablePath(roots, path)).rejects.toMatchObject(OUTSIDE);
    },
  );
});
