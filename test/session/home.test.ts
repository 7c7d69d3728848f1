import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openHome, wantedHome } from "../../src/session/index.ts";

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "dragflow-home-"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

it("prefers the flag, then DRAGFLOW_HOME, then the platform's data folder", () => {
  expect(wantedHome({ flag: "/a", env: { DRAGFLOW_HOME: "/b" } })).toBe("/a");
  expect(wantedHome({ env: { DRAGFLOW_HOME: "/b" } })).toBe("/b");
  expect(wantedHome({ env: {} })).toMatch(/dragflow/);
});

it("creates the folder for its owner only", async () => {
  const dir = join(base, "deep", "home");
  expect(await openHome({ flag: dir })).toEqual({ dir });
  expect((await stat(dir)).mode & 0o077).toBe(0);
});

it("falls back to a temporary folder, and says so, where it cannot write", async () => {
  // A file in the way stops even root, whom permission bits do not.
  await writeFile(join(base, "file"), "");
  const { dir, warning } = await openHome({ flag: join(base, "file", "home") });
  expect(warning).toContain(join(base, "file", "home"));
  expect(warning).toContain("DRAGFLOW_HOME");
  expect((await stat(dir)).isDirectory()).toBe(true);
  await rm(dir, { recursive: true });
});

it.runIf(process.platform === "linux")("falls back where the file system makes no folders", async () => {
  const { dir, warning } = await openHome({ flag: "/proc/dragflow" }); // Node's recursive mkdir would never return here
  expect(warning).toContain("/proc/dragflow");
  await rm(dir, { recursive: true });
});
