import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EditError } from "../../src/errors.ts";
import { type CliBench, startBench } from "../helpers/cli.ts";

let bench: CliBench;

beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const INLINE = ["--region", "box:4,4,20,20", "--motion", "relocation:by=10,0"];
const edit = (...more: string[]) => bench.run(["edit", "photo.png", ...INLINE, ...more]);

/** Files of the working directory besides the photo, and what is left of sessions. */
async function traces(): Promise<string[]> {
  const files = (await readdir(bench.cwd)).filter((name) => name !== "photo.png");
  const sessions = await readdir(join(bench.home, "sessions")).catch(() => []);
  return [...files, ...sessions];
}

describe("edit", () => {
  it("writes the result and says what it is worth", async () => {
    const { code, stdout, stderr } = await edit("--out", "deep/out.png", "--quality", "fast", "--seed", "9");
    expect(code).toBe(0);
    expect(stdout).toContain("The fast tier won (scores: preview 0.700, fast 0.750).");
    expect(stdout).toContain("bit-exact");
    expect(stderr).toContain("drag 10/10");
    expect(stderr).toContain("warning prompt-unread: ");
    expect(await readdir(join(bench.cwd, "deep"))).toEqual(["out.png"]);
    expect(bench.engine.edits[0]?.recipe).toMatchObject({ quality: "fast", seed: 9 });
    expect(bench.engine.closed).toBe(true);
    expect(await readdir(join(bench.home, "sessions"))).toEqual([]);
  });

  it("prints exactly one JSON object on stdout", async () => {
    const { stdout } = await edit("--out", "out.png", "--json");
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      ok: true,
      out: join(bench.cwd, "out.png"),
      editId: expect.stringMatching(/^edit_/),
      receipt: { outsideChanged: 0, editedBox: [0, 0, 24, 16], editableArea: 0.25 },
      recipe: { version: 1, operations: [{ region: { box: [4, 4, 20, 20] } }] },
      warnings: [{ code: "prompt-unread" }],
    });
    expect(Object.keys(answer.seconds)).toEqual(["total", "encode", "invert", "drag", "sample", "decode", "composite"]);
  });

  it("is silent on stderr when quiet", async () => {
    expect((await edit("--out", "out.png", "--quiet")).stderr).toBe("");
  });

  it("pairs the n-th motion with the n-th region", async () => {
    const more = ["--region", "box:1,1,5,5", "--motion", "rotation:degrees=30;about=3,3", "--prompt", "turned"];
    await edit(...more, "--out", "out.png", "--model", "mini", "--device", "cpu", "--no-embed");
    const [request] = bench.engine.edits;
    expect(request).toMatchObject({ device: "cpu", embed: false });
    expect(request?.recipe).toMatchObject({
      prompt: "turned",
      operations: [
        { region: { box: [4, 4, 20, 20] }, motion: { by: [10, 0] } },
        { region: { box: [1, 1, 5, 5] }, motion: { degrees: 30, about: [3, 3] } },
      ],
    });
  });

  it("reads a recipe, whose masks lie beside it; flags win", async () => {
    const operations = [{ region: { mask: "paw.png" }, motion: { type: "translation", by: [1, 2] } }];
    await mkdir(join(bench.cwd, "recipes"));
    await writeFile(join(bench.cwd, "recipes/r.json"), JSON.stringify({ operations, seed: 1, quality: "full" }));
    await bench.run(["edit", "photo.png", "--recipe", "recipes/r.json", "--out", "out.png", "--quality", "preview"]);
    const [request] = bench.engine.edits;
    expect(request?.baseDir).toBe(join(bench.cwd, "recipes"));
    expect(request?.recipe).toMatchObject({
      seed: 1,
      quality: "preview",
      operations: [{ motion: { type: "relocation" } }],
    });
  });

  it("replays the recipe of a report", async () => {
    await edit("--out", "out.png", "--report", "report");
    const { code } = await bench.run(["replay", "report/recipe.json", "photo.png", "--out", "again.png"]);
    expect(code).toBe(0);
    expect(await readFile(join(bench.cwd, "again.png"))).toEqual(await readFile(join(bench.cwd, "out.png")));
    expect(bench.engine.edits[1]?.recipe).toEqual(bench.engine.edits[0]?.recipe);
  });
});

describe("refusals of edit", () => {
  it.each([
    ["no --out", [...INLINE], 2, /error usage: .*--out FILE/],
    ["an unknown format", [...INLINE, "--out", "out.xyz"], 2, /error usage: /],
    ["no recipe", ["--out", "out.png"], 2, /error usage: .*0 --region and 0 --motion/],
    ["a motion too few", [...INLINE, "--region", "box:1,1,2,2", "--out", "o.png"], 2, /2 --region and 1 --motion/],
    [
      "a malformed region",
      ["--region", "box:1", "--motion", "relocation:by=1,1", "--out", "o.png"],
      2,
      /error usage: /,
    ],
    ["an unknown flag", [...INLINE, "--out", "o.png", "--tone"], 2, /error usage: unknown option '--tone'/],
    ["an unknown tier", [...INLINE, "--out", "o.png", "--quality", "best"], 2, /error usage: .*'best' is invalid/],
    ["a bad seed", [...INLINE, "--out", "o.png", "--seed", "-1"], 2, /error usage: .*seed/],
    ["a missing recipe", ["--recipe", "none.json", "--out", "o.png"], 3, /error recipe-invalid: .*ENOENT/],
    ["a folder as --out", [...INLINE, "--out", "dir.png", "--force"], 2, /error usage: .*folder/],
    ["a file as --report", [...INLINE, "--out", "o.png", "--report", "photo.png"], 2, /error usage: .*folder/],
  ])("%s", async (_, argv, exit, words) => {
    await mkdir(join(bench.cwd, "dir.png"));
    const { code, stdout, stderr } = await bench.run(["edit", "photo.png", ...argv]);
    expect(stderr).toMatch(words);
    expect(code).toBe(exit);
    expect(stdout).toBe("");
    expect(bench.started).toBe(0);
    expect(await traces()).toEqual(["dir.png"]);
  });

  it("keeps an existing --out before any work, and replaces it with --force", async () => {
    await writeFile(join(bench.cwd, "out.png"), "precious");
    const refused = await edit("--out", "out.png");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/^error out-exists: .*\nhint: .*--force\n$/);
    expect(bench.started).toBe(0);
    expect(await readFile(join(bench.cwd, "out.png"), "utf8")).toBe("precious");
    expect((await edit("--out", "out.png", "--force")).code).toBe(0);
    expect(await readFile(join(bench.cwd, "out.png"), "utf8")).not.toBe("precious");
  });

  it("keeps what lies where the report would be written, and replaces it with --force", async () => {
    await mkdir(join(bench.cwd, "album"));
    await writeFile(join(bench.cwd, "album/before.png"), "precious");
    const refused = await edit("--out", "out.png", "--report", "album");
    expect(refused.stderr).toMatch(/^error out-exists: .*before\.png.*\nhint: .*--force\n$/);
    expect(await readFile(join(bench.cwd, "album/before.png"), "utf8")).toBe("precious");
    expect((await edit("--out", "album/after.png", "--report", "album", "--force")).stderr).toMatch(
      /error usage: .*both/,
    );
    expect(bench.started).toBe(0);
    expect((await edit("--out", "out.png", "--report", "album", "--force")).code).toBe(0);
  });

  it("refuses an --out or --report below a file, before any work", async () => {
    for (const place of [
      ["--out", "photo.png/o.png"],
      ["--out", "o.png", "--report", "photo.png/r"],
    ]) {
      expect(await edit(...place)).toMatchObject({ code: 2, stderr: expect.stringContaining("Expected a folder at") });
    }
    expect(bench.started).toBe(0);
  });

  it.runIf(process.platform === "linux")(
    "says so where no folder can be made, for which Node's mkdir waits for ever",
    async () => {
      const refused = await edit("--out", "/proc/none/deep/o.png");
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("error out-unwritable: ") });
    },
  );

  it("says in one line which picture cannot be read, and writes nothing", async () => {
    await writeFile(join(bench.cwd, "words.png"), "no picture");
    for (const name of ["none.png", "words.png", "."]) {
      const { code, stderr } = await bench.run(["edit", name, ...INLINE, "--out", "o.png", "--report", "r"]);
      expect(code).toBe(3);
      expect(stderr).toMatch(/^error image-unreadable: [^\n]+\n(hint: [^\n]+\n)?$/);
    }
    expect(await traces()).toEqual(["words.png"]);
  });

  it("gives the error as the JSON object too", async () => {
    const { stdout } = await bench.run(["edit", "none.png", ...INLINE, "--out", "o.png", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "image-unreadable" } });
    const usage = await bench.run(["edit", "--json"]);
    expect(JSON.parse(usage.stdout)).toMatchObject({ ok: false, error: { code: "usage" } });
  });

  it("exits with 5 when the engine fails and 1 on the unexpected, whose stack only DRAGFLOW_DEBUG shows", async () => {
    bench.engine.options = { failure: new EditError("engine-crashed", "The engine ended") };
    expect((await edit("--out", "o.png")).code).toBe(5);
    bench.engine.options = { failure: new TypeError("a bug") };
    const { code, stderr } = await edit("--out", "o.png", "--quiet");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "error unexpected: a bug\n" });
    expect((await bench.run(["edit", "photo.png", ...INLINE, "--out", "o.png"], { debug: true })).stderr).toContain(
      " at ",
    );
    expect(await traces()).toEqual([]);
  });

  it("ends with 130 on an interrupt and leaves no half file", async () => {
    bench.engine.options = { stepMs: 20 };
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 60);
    const argv = ["edit", "photo.png", ...INLINE, "--out", "o.png", "--report", "r"];
    const { code, stderr } = await bench.run(argv, { signal: abort.signal });
    expect(code).toBe(130);
    expect(stderr).toContain("error cancelled: ");
    expect(await traces()).toEqual([]);
    expect(bench.engine.closed).toBe(true);
  });
});

describe("the program", () => {
  it("prints help and version as results, and its commands when none is named", async () => {
    const help = await bench.run(["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const name of ["edit", "chat", "replay", "mcp", "doctor", "demo"]) expect(help.stdout).toContain(`  ${name} `);
    expect((await bench.run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await bench.run([])).toMatchObject({ code: 2, stderr: expect.stringContaining("edit, chat, replay") });
    const unknown = await bench.run(["edti", "--json"]);
    expect(unknown.code).toBe(2);
    expect(JSON.parse(unknown.stdout).error.message).toBe("unknown command 'edti'");
  });
});

describe("edit --dry-run", () => {
  it("says what would be done, and neither runs nor writes anything", async () => {
    const { code, stdout } = await edit("--dry-run", "--quality", "preview");
    expect(code).toBe(0);
    expect(stdout).toContain("Dry run of a preview edit of 48 x 32 pixels: nothing was run.");
    expect(stdout).toContain("region: move 10 px right");
    expect(stdout).toContain("from [4, 4, 20, 20]");
    expect(stdout).toContain("Estimated time: unknown");
    expect(stdout).not.toContain("Estimated memory"); // no model takes part
    expect(bench.engine.edits).toEqual([]);
    expect(bench.engine.closed).toBe(true);
    expect(await traces()).toEqual([]);
  });

  it("prints one JSON object when asked", async () => {
    const { stdout } = await edit("--dry-run", "--json", "--out", "ignored.png");
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      dryRun: true,
      regions: [{ box: [4, 4, 20, 20] }],
      editable: { box: [0, 0, 48, 32], area: 0.25 },
      warnings: [],
    });
  });

  it("still refuses what cannot be read as an edit", async () => {
    expect(await bench.run(["edit", "photo.png", "--region", "box:4,4,20,20", "--dry-run"])).toMatchObject({ code: 2 });
  });
});
