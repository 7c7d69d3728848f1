import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BREAK, PasteFilter } from "../../src/cli/pasted.ts";
import { type CliBench, startBench } from "../helpers/cli.ts";
import { startScriptedLlm } from "../helpers/scripted-llm.ts";

let bench: CliBench;

beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const REGION = ["--region", "box:4,4,20,20"];

function typed(lines: readonly string[], ...argv: string[]) {
  const all = ["chat", "photo.png", "--planner", "local", "--quality", "preview", ...REGION, ...argv];
  return bench.run(all, { stdin: lines.map((line) => `${line}\n`).join("") });
}

describe("slash commands", () => {
  it("undo and redo, and the picture that is current at the end is the result", async () => {
    const { code, stdout } = await typed(
      ["move it 4 px right", "further", "/undo", "/redo", "/undo 1", "/quit"],
      "--out",
      "o.png",
    );
    expect(code).toBe(0);
    expect(stdout).toContain('Undone: "further"');
    expect(stdout).toContain('Redone: "further"');
    expect(await readdir(bench.cwd)).toContain("o.png");
    const none = await typed(["move it 4 px right", "/undo", "/undo"]);
    expect(none.stderr).toContain("error not-found: Nothing is there to undo");
    expect(none.stderr).toContain("Nothing was edited.");
  });

  it("list the history, go to a picture of it, and begin branches", async () => {
    const { stdout, stderr } = await typed([
      "move it 4 px right",
      "/branch calm",
      "further",
      "/history",
      "/branch",
      "/branch calm",
      "/history nothing",
    ]);
    expect(stdout).toMatch(/^ {2}img_\w+ photo\.png$/m);
    expect(stdout).toMatch(/^\* +edit_\w+ preview, score \d\.\d\d$/m);
    expect(stdout).toContain("The next edits belong to calm.");
    expect(stdout).toMatch(/^\* calm \(edit_\w+\)$/m);
    expect(stderr).toContain("error not-found: ");
  });

  it("export the current picture, and say what they need", async () => {
    const { stdout, stderr } = await typed([
      "/export early.png",
      "move it 4 px right",
      "/export now.png",
      "/export now.png",
      "/export",
    ]);
    expect(stdout).toMatch(/Wrote .*now\.png \(png\)\./);
    expect(stderr).toContain("error not-found: Nothing was edited yet");
    expect(stderr).toContain("error out-exists: ");
    expect(stderr).toContain("error usage: Expected /export FILE");
    expect((await readdir(bench.cwd)).sort()).toEqual(["now.png", "photo.png"]);
  });

  it("select regions and list what is known", async () => {
    const { stdout } = await typed(["move the sign 4 px right", "/regions", "/regions box:8,8,16,16", "/regions none"]);
    expect(stdout).toMatch(/^sign: reg_\w+, move 4 px right$/m);
    expect(stdout).toMatch(/^reg_\w+: box \[8, 8, 16, 16\]/m);
    expect(stdout).toContain("Nothing is selected");
  });

  it("tell costs, the models, and themselves", async () => {
    const { stdout, stderr } = await typed(["move it 4 px right", "/cost", "/model", "/help", "/frob"]);
    expect(stdout).toMatch(/^1 turns, 1 edits, \d+\.\d s$/m);
    expect(stdout).toContain("0 bytes of pictures left this machine.");
    expect(stdout).toContain("no pixel leaves this machine");
    for (const name of ["undo", "redo", "history", "branch", "export", "regions", "cost", "model", "help"]) {
      expect(stdout).toContain(`/${name} `);
    }
    expect(stderr).toContain("error usage: Expected a command, got /frob");
  });
});

describe("lines from a pipe", () => {
  it("hold no escape codes, no bars and no pictures", async () => {
    const { stdout, stderr } = await typed(["move it 4 px right", "/regions"]);
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it("go back by words, too, and the transcript is kept with the session", async () => {
    const { stdout } = await typed(["move it 4 px right", "further", "undo that"], "--json");
    const { ok, turns, out } = JSON.parse(stdout);
    expect(ok).toBe(true);
    expect(turns.map(({ at }: { at?: string }) => at === undefined)).toEqual([true, true, false]);
    const lines = (await readFile(join(out, "../../../transcript.jsonl"), "utf8")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).type).filter((type) => type === "turn-end")).toHaveLength(3);
  });

  it("ask what is meant, and take the number as the answer", async () => {
    bench.engine.options = {
      guesses: [
        { box: [30, 2, 44, 12], centroid: [37, 7], area: 0.1, salience: 0.5 },
        { box: [30, 18, 44, 30], centroid: [37, 24], area: 0.1, salience: 0.5 },
      ],
    };
    const { stdout } = await typed(["move it 4 px right", "no, the other one", "number 2"]);
    expect(stdout).toContain(
      'Which one is "the other one"?\n  1. number 1, at the top right\n  2. number 2, at the bottom right\n',
    );
    expect(stdout.match(/^ {2}done/gm)).toHaveLength(2);
    expect(bench.engine.selections.at(-1)?.hint).toMatchObject({ region: { box: [30, 18, 44, 30] } });
  });
});

describe("budgets and recordings by flag", () => {
  it.each([
    ["--rounds", "0"],
    ["--max-seconds", "x"],
    ["--max-tokens", "1.5"],
    ["--max-cost", "-1"],
  ])("%s %s is refused", async (flag, value) => {
    expect(await typed([], flag, value)).toMatchObject({ code: 2, stderr: expect.stringContaining("error usage: ") });
  });

  it("bound what a turn may use, and record the model's traffic for a replay without key", async () => {
    const id = () => ({
      imageId: "$",
      operations: [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [4, 0] } }],
    });
    const llm = await startScriptedLlm([
      { type: "calls", calls: [{ name: "look", args: { id: "nothing" } }] },
      { type: "calls", calls: [{ name: "preview_edit", args: id() }] },
    ]);
    try {
      const argv = ["chat", "photo.png", "--planner", "model", "--llm", "scripted", "--base-url", llm.baseURL];
      const first = await bench.run([
        ...argv,
        "--record",
        "traffic.jsonl",
        "--max-tokens",
        "1",
        "--say",
        "move it right",
      ]);
      expect(first.stdout).toContain(`to ${llm.host}`);
      expect(first.stderr).toMatch(/error not-understood: Stopped: \d+ of 1 tokens were used/);
      expect(llm.requests.length).toBe(1);
      expect(await readFile(join(bench.cwd, "traffic.jsonl"), "utf8")).toContain("dragflow-model-traffic");
    } finally {
      await llm.close();
    }
  });
});

describe("pasted text", () => {
  const paste = (text: string) => `\u001b[200~${text}\u001b[201~`;

  it("is one line, however many it has", () => {
    expect(new PasteFilter().push(`a ${paste("move it\r\n20 px\nup\r")} b\r`)).toBe(
      `a move it${BREAK}20 px${BREAK}up${BREAK} b\r`,
    );
  });

  it("may come in pieces that cut its marks", () => {
    const whole = `x${paste("one\ntwo")}\r`;
    for (let at = 1; at < whole.length; at++) {
      const filter = new PasteFilter();
      // An escape alone is passed on at once: it may be the key.
      if (whole[at - 1] === "\u001b") continue;
      expect(filter.push(whole.slice(0, at)) + filter.push(whole.slice(at)), String(at)).toBe(`xone${BREAK}two\r`);
    }
  });

  it("leaves keys alone, and Enter that was typed ahead sends", () => {
    expect(new PasteFilter().push("\u001b[A\u001b")).toBe("\u001b[A\u001b");
    expect(new PasteFilter().push("undo\n")).toBe("undo\r");
  });
});
