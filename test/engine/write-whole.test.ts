import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeWhole } from "../../src/engine/write-whole.ts";
import { SmallDisk } from "../long/small-disk.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "dragflow-whole-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it("makes and replaces a file, and leaves nothing beside it", async () => {
  const path = join(dir, "a.txt");
  await writeWhole(path, "one");
  await writeWhole(path, new Uint8Array([1, 2, 3]));
  expect([...(await readFile(path))]).toEqual([1, 2, 3]);
  expect(await readdir(dir)).toEqual(["a.txt"]);
});

it("keeps permissions, and a symbolic link one", async () => {
  const [path, link] = [join(dir, "a.txt"), join(dir, "link")];
  await writeFile(path, "one");
  await chmod(path, 0o640);
  await symlink(path, link);
  await writeWhole(link, "two");
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(await readFile(path, "utf8")).toBe("two");
  expect((await stat(path)).mode & 0o777).toBe(0o640);
});

it("leaves what was there where the new cannot be written", async () => {
  await writeFile(join(dir, "file"), "");
  await expect(writeWhole(join(dir, "file", "a.txt"), "one")).rejects.toThrow(/ENOTDIR/);
  expect(await readdir(dir)).toEqual(["file"]);
});

const why = await SmallDisk.whyNot();
it.skipIf(why !== undefined)(`never publishes the beginning of a file${why ? ` (${why})` : ""}`, async () => {
  const disk = await SmallDisk.mounted(1);
  try {
    await writeWhole(join(disk.dir, "a"), "short");
    await disk.fill(50_000);
    await expect(writeWhole(join(disk.dir, "a"), Buffer.alloc(200_000, 7))).rejects.toMatchObject({ code: "ENOSPC" });
    expect(await readFile(join(disk.dir, "a"), "utf8")).toBe("short");
    expect((await readdir(disk.dir)).sort()).toEqual(["a", "filler"]);
  } finally {
    await disk.unmount();
  }
});
