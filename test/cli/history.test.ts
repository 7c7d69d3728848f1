import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Workspace } from "../../src/session/index.ts";
import { type CliBench, startBench } from "../helpers/cli.ts";

let bench: CliBench;
let id: string;

beforeEach(async () => {
  bench = await startBench();
  await bench.run([
    "chat",
    "photo.png",
    "--say",
    "move it right by 10 pixels",
    "--region",
    "box:4,4,20,20",
    "--planner",
    "local",
  ]);
  [id = ""] = (await Workspace.list(bench.home)).map((session) => session.id);
});
afterEach(() => bench.close());

const history = (...args: string[]) => bench.run(["history", ...args]);
const asked = async (...args: string[]) => {
  const { stdout, code, stderr } = await history(...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};

it("lists the sessions, and shows the tree of the last", async () => {
  expect((await history()).stdout).toMatch(new RegExp(`^${id}  .* UTC  "photo\\.png"  \\d+ edits?\n$`));
  expect(await asked("list")).toMatchObject({ ok: true, sessions: [{ id, pictures: ["photo.png"], held: false }] });
  const { stdout } = await history("show");
  expect(stdout).toMatch(/^Session ses_\w+\n {2}img_\w+ {2}"photo\.png" 48 x 32\n/);
  expect(stdout).toMatch(/→ edit_\w+ {2}relocation \(\w+\) {2}\[main\]\n/);
});

it("goes back and forth, names, marks and branches, in a session that a program left", async () => {
  const { current } = await asked("show");
  const undone = await asked("undo", "--session", id);
  expect(undone.current).not.toBe(current);
  expect(await asked("redo")).toMatchObject({ session: id, current });
  expect(await asked("rename", current, "moved")).toMatchObject({
    nodes: expect.arrayContaining([expect.objectContaining({ id: current, name: "moved" })]),
  });
  expect(await asked("branch", "try", "--at", undone.current)).toMatchObject({
    branch: "try",
    current: undone.current,
  });
  expect(await asked("checkout", "main")).toMatchObject({ branch: "main", current });
  await asked("favourite", current);
  expect((await history("show")).stdout).toContain("★");
  await asked("favourite", current, "--off");
  expect((await history("show")).stdout).not.toContain("★");
});

it("deletes a branch that one is not on", async () => {
  await asked("branch", "try");
  await asked("checkout", "main");
  expect((await asked("delete-branch", "try")).branches).toMatchObject([{ name: "main" }]);
  expect(await history("delete-branch", "main")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Expected a branch one is not on"),
  });
});

it("prunes the previews that an edit has left behind, and says what was freed", async () => {
  const { current, nodes } = await asked("show");
  const loose = nodes.filter((one: { id: string; type: string }) => one.type === "edit" && one.id !== current);
  const ids = loose.map((one: { id: string }) => one.id);
  expect(ids.length).toBeGreaterThan(0);
  expect(await asked("prune", ...ids.flatMap((one: string) => ["--keep", one]))).toMatchObject({ removed: [] });
  const pruned = await asked("prune");
  expect(pruned.removed.toSorted()).toEqual(ids.toSorted());
  expect(pruned).toMatchObject({ current, freedBytes: expect.any(Number) });
  expect((await history("prune")).stdout).toBe("Removed 0 pictures, 0 bytes\n");
});

describe("a session as a file", () => {
  it("goes out and comes in, and is removed for good", async () => {
    const { out, bytes } = await asked("export", "all.tar");
    expect(out).toBe(join(bench.cwd, "all.tar"));
    expect((await readFile(out)).length).toBe(bytes);
    expect(await history("export", "all.tar")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("out-exists"),
    });
    expect((await history("export", "all.tar", "--force")).code).toBe(0);
    const { session } = await asked("import", "all.tar");
    expect(session).not.toBe(id);
    expect((await asked("list")).sessions.length).toBe(2);
    expect((await asked("remove", "--session", session)).removed).toBe(session);
    expect((await asked("list")).sessions.map((one: { id: string }) => one.id)).toEqual([id]);
  });

  it("of another kind is refused", async () => {
    await writeFile(join(bench.cwd, "words.tar"), "words");
    expect(await history("import", "words.tar")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("session-invalid"),
    });
    expect(await readdir(join(bench.home, "sessions"))).toEqual([id]);
  });
});

it("looks into a session that is open elsewhere, and changes nothing in it", async () => {
  const workspace = await Workspace.open(bench.home, id);
  expect((await history("show")).code).toBe(0);
  expect((await history()).stdout).toContain("  open\n");
  expect((await history("export", "all.tar")).code).toBe(0);
  expect(await history("undo")).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/^error session-in-use: .*\nhint: /),
  });
  await workspace.close();
});

it.each([
  [["undo", "--session", "ses_nothing"], "not-found"],
  [["checkout", "edit_0000000000"], "not-found"],
  [["remove"], "usage"],
  [["dance"], "usage"],
])("refuses %j", async (args, code) => {
  expect((await history(...args)).stderr).toMatch(new RegExp(`^error ${code}: `));
});

it("says so where there is nothing yet", async () => {
  await history("remove", "--session", id);
  expect((await history()).stdout).toMatch(/^No sessions yet/);
  expect(await history("show")).toMatchObject({ code: 3, stderr: expect.stringContaining("not-found") });
});
