import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliBench, startBench } from "../helpers/cli.ts";

let bench: CliBench;

beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const chat = (...argv: string[]) =>
  bench.run(["chat", "photo.png", "--planner", "local", "--quality", "fast", ...argv]);
const REGION = ["--region", "box:4,4,20,20"];

describe("chat", () => {
  it("says what was understood, the region, the motion, the tier and the receipt", async () => {
    const { code, stdout } = await chat("--say", "move it 10 px to the right", ...REGION, "--out", "out.png");
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.slice(0, 13).trim())).toEqual([
      "region",
      "> move it 10",
      "understood",
      "motion",
      "tier",
      "receipt",
      "measured",
      "done",
      `Wrote ${bench.cwd.slice(0, 7)}`,
      "The fast tier",
      "Outside the e",
      "0.5 s, 100 MB",
      expect.stringMatching(/^Kept as ses_/),
      "",
    ]);
    expect(stdout).toMatch(/ region +reg_\w+: box \[4, 4, 20, 20\], centroid \[12, 12\]/);
    expect(stdout).toContain("motion      move 10 px right");
    expect(bench.engine.edits.at(-1)?.recipe).toMatchObject({ operations: [{ motion: { by: [10, 0] } }] });
    expect(await readdir(bench.cwd)).toContain("out.png");
  });

  it("keeps its session with pictures and words, for the owner alone, unless told not to", async () => {
    const { stdout } = await chat("--say", "move it 10 px right", ...REGION, "--out", "a.png", "--json");
    const { session } = JSON.parse(stdout);
    const dir = join(bench.home, "sessions", session);
    expect((await stat(dir)).mode & 0o077).toBe(0);
    expect((await stat(join(dir, "transcript.jsonl"))).mode & 0o077).toBe(0);
    expect((await bench.run(["history"])).stdout).toContain(session);
    const private_ = await chat("--say", "move it 10 px right", ...REGION, "--out", "b.png", "--no-keep");
    expect(private_.code).toBe(0);
    expect(private_.stdout).not.toContain("Kept as");
    expect(await readdir(join(bench.home, "sessions"))).toEqual([session]);
    expect(await readdir(bench.cwd)).toContain("b.png");
  });

  it("keeps nothing where nothing was edited", async () => {
    await chat("--say", "make it nicer", "--out", "a.png");
    expect(await readdir(join(bench.home, "sessions"))).toEqual([]);
  });

  it("goes on from turn to turn, with the object that stands out where nothing is selected", async () => {
    const { code, stdout } = await chat("--say", "move it 10 px right", "--say", "further", "--json", "--out", "o.png");
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer.turns).toHaveLength(2);
    expect(answer.turns[0].assumed[0]).toContain("stands out");
    expect(answer).toMatchObject({ ok: true, out: join(bench.cwd, "o.png"), editId: answer.turns[1].editId });
  });

  it("keeps the result in the data folder without --out", async () => {
    const { stdout } = await chat("--say", "move it 10 px right", "--json");
    const { out } = JSON.parse(stdout);
    expect(out.startsWith(join(bench.home, "sessions"))).toBe(true);
    expect((await readFile(out)).length).toBeGreaterThan(0);
  });

  it("adds the transcript to the report", async () => {
    await chat("--say", "move it 10 px right", "--out", "o.png", "--report", "r");
    const lines = (await readFile(join(bench.cwd, "r/transcript.jsonl"), "utf8")).trim().split("\n");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ type: "turn-start" });
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ type: "turn-end", ok: true });
  });

  it("refuses what it does not understand with 4, and writes nothing", async () => {
    const { code, stderr } = await chat("--say", "make it nicer", "--out", "out.png");
    expect(code).toBe(4);
    expect(stderr).toMatch(/error not-understood: /);
    expect(await readdir(bench.cwd)).toEqual(["photo.png"]);
  });

  it("reads turns from stdin, and goes on after a refusal", async () => {
    const stdin = "make it nicer\nmove it 10 px right\n\nmove it 10 px down\n";
    const argv = ["chat", "photo.png", "--planner", "local", ...REGION, "--out", "out.png"];
    const { code, stdout, stderr } = await bench.run(argv, { stdin });
    expect(code).toBe(0);
    expect(stderr).toContain("error not-understood: ");
    expect(stdout).toContain("> move it 10 px right");
    expect(stdout).not.toContain("px down");
    expect(await readdir(bench.cwd)).toContain("out.png");
  });

  it("wants a model's name before it uses a model planner", async () => {
    const { code, stderr } = await bench.run(["chat", "photo.png", "--planner", "model", "--say", "move it"]);
    expect(code).toBe(2);
    expect(stderr).toContain("error usage: ");
    expect(bench.started).toBe(0);
  });
});

describe("chat --session", () => {
  const later = (...argv: string[]) =>
    bench.run(["chat", "--session", "last", "--planner", "local", "--quality", "fast", ...argv]);

  it("goes on with the last conversation: further, undo, and the picture it ended with", async () => {
    await chat("--say", "move it 10 px right", ...REGION, "--out", "a.png");
    const further = await later("--say", "further", "--out", "b.png", "--json");
    expect(further.code).toBe(0);
    const motions = bench.engine.edits.map(({ recipe }) => recipe.operations[0]?.motion);
    expect(motions.at(-1)).toEqual({ type: "relocation", by: [20, 0] });
    expect(await bench.run(["history"])).toMatchObject({ stdout: expect.stringMatching(/^ses_\w+ .*"photo\.png"/) });
    const undone = await later("--say", "undo", "--say", "move it 4 px down", "--out", "c.png", "--json");
    expect(JSON.parse(undone.stdout)).toMatchObject({ ok: true, session: JSON.parse(further.stdout).session });
    expect(bench.engine.edits.at(-1)?.recipe.operations[0]?.motion).toMatchObject({ by: [0, 4] });
  });

  it("stays whatever happens in it", async () => {
    await chat("--say", "move it 10 px right", ...REGION, "--out", "a.png");
    expect(await later("--say", "make it nicer")).toMatchObject({ code: 4 });
    expect(await readdir(join(bench.home, "sessions"))).toHaveLength(1);
  });

  it("says what it lacks", async () => {
    expect(await later("--say", "further")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("Expected an earlier session"),
    });
    expect(await readdir(join(bench.home, "sessions"))).toEqual([]);
    expect(await bench.run(["chat", "--say", "further"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Expected a picture, or --session"),
    });
    expect(await later("--no-keep", "--say", "further")).toMatchObject({ code: 2 });
    expect(await chat("--no-keep", "--say", "further")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Expected --out with --no-keep"),
    });
    expect(await bench.run(["chat", "--session", "ses_nothing"])).toMatchObject({ code: 3 });
  });
});

describe("chat --dry-run", () => {
  it("understands the words and forecasts their edit", async () => {
    const { code, stdout } = await chat("--say", "copy it 10 px to the right", ...REGION, "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toContain("Dry run of a fast edit of 48 x 32 pixels: nothing was run.");
    expect(stdout).toContain("a copy of region: move 10 px right");
    expect(bench.engine.edits).toEqual([]);
    expect(await readdir(join(bench.home, "sessions"))).toEqual([]);
  });

  it("prints one JSON object when asked, and refuses as the turn does", async () => {
    const { stdout } = await chat("--say", "move it left 2 px", ...REGION, "--dry-run", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, dryRun: true, request: "move it left 2 px", quality: "fast" });
    expect(await chat("--say", "make it blue", ...REGION, "--dry-run")).toMatchObject({ code: 4 });
    expect(await chat(...REGION, "--dry-run")).toMatchObject({ code: 2 });
  });
});
