/** dragflow eval: on a fake engine for what it says and writes, on the real one for what it measures. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ToolPort } from "../../src/agent/index.ts";
import { LocalEngine } from "../../src/engine/local.ts";
import { EditError } from "../../src/errors.ts";
import { loadSuite, runSuite } from "../../src/evals/index.ts";
import { Workspace } from "../../src/session/index.ts";
import { type CliBench, startBench } from "../helpers/cli.ts";
import { discOnGround } from "../helpers/pictures.ts";

const CASES = `
  - name: by-recipe
    image: photo.png
    edit: [{ region: { box: [4, 4, 20, 20] }, motion: { type: relocation, by: [20, 0] } }]
    expect: { type: relocation, direction: { degrees: 0 } }
  - name: in-words
    image: photo.png
    say: move it 20 px to the right
    region: { box: [4, 4, 20, 20] }
    expect: { type: relocation, direction: { degrees: 0 } }
`;
const SUITE = `name: small\ndefaults: { quality: fast }\ncases:${CASES}`;

const NO_TOOLS: ToolPort = {
  list: () => Promise.reject(new Error("An edit case calls no tool")),
  call: () => Promise.reject(new Error("An edit case calls no tool")),
};

let bench: CliBench;
beforeEach(async () => {
  bench = await startBench();
  await writeFile(join(bench.cwd, "s.yaml"), SUITE);
});
afterEach(() => bench.close());

const suite = (text: string) => writeFile(join(bench.cwd, "s.yaml"), text);

describe("dragflow eval", () => {
  it("prints every case with its baselines, the means and the sum", async () => {
    const { code, stdout, stderr } = await bench.run(["eval", "s.yaml"]);
    // What the gates' numbers are is the engine's affair.
    expect(stdout.replaceAll(/\d\.\d{3}/g, "#.###")).toMatchInlineSnapshot(`
      "case       method           score  cleared  arrived   seam  texture  target dB  source dB  outside     s   MB
      by-recipe  do nothing       #.###    #.###    #.###  #.###    #.###        5.0      100.0        0  0.00    -
                 paste and leave  #.###    #.###    #.###  #.###    #.###        4.7        3.9        0  0.50  100
                 preview          #.###    #.###    #.###  #.###    #.###        4.7        3.9        0  0.50  100
                 edit (fast)      #.###    #.###    #.###  #.###    #.###        4.7        3.9        0  0.50  100
      in-words   do nothing       #.###    #.###    #.###  #.###    #.###        5.0      100.0        0  0.00    -
                 paste and leave  #.###    #.###    #.###  #.###    #.###        4.7        3.9        0  0.50  100
                 preview          #.###    #.###    #.###  #.###    #.###        4.7        3.9        0  0.50  100
                 edit (fast)      #.###    #.###    #.###  #.###    #.###        4.7        3.9        0  0.50  100
      mean       do nothing       #.###    #.###    #.###  #.###    #.###        5.0      100.0        0  0.00    -
                 paste and leave  #.###    #.###    #.###  #.###    #.###        4.7        3.9        0  0.50  100
                 preview          #.###    #.###    #.###  #.###    #.###        4.7        3.9        0  0.50  100
                 edit             #.###    #.###    #.###  #.###    #.###        4.7        3.9        0  0.50  100

      small: passed (2 passed); the edit outscored do nothing in 2, paste and leave in 0 of 2
      "
    `);
    expect(stderr).toBe("1/2 by-recipe: passed\n2/2 in-words: passed\n");
    expect(code).toBe(0);
    expect(await readdir(join(bench.home, "sessions"))).toEqual([]);
  });

  it("exits with 100 when a threshold is missed, and says by how much", async () => {
    await suite(`${SUITE}thresholds: { score: { min: 2 } }\n`);
    const { code, stdout } = await bench.run(["eval", "s.yaml", "--quiet"]);
    expect(code).toBe(100);
    expect(stdout).toMatch(/- mean: expected score of at least 2, got 0\.\d{3}/);
    expect(stdout).toContain("small: missed (2 passed)");
  });

  it("exits with 100 when something else was understood", async () => {
    await suite(SUITE.replaceAll("degrees: 0", "degrees: 90"));
    const { code, stdout } = await bench.run(["eval", "s.yaml", "--json"]);
    expect(code).toBe(100);
    expect(JSON.parse(stdout).cases[1]).toMatchObject({
      status: "missed",
      missed: ["expected the direction 90° ± 15°, got 0.0°"],
    });
  });

  it("exits with 1 when a case crashes, and goes on with the others", async () => {
    await suite(SUITE.replace("move it 20 px to the right", "make it nicer"));
    const { code, stdout } = await bench.run(["eval", "s.yaml", "--json"]);
    expect(code).toBe(1);
    const { ok, status, cases } = JSON.parse(stdout);
    expect({ ok, status }).toEqual({ ok: false, status: "crashed" });
    expect(cases).toMatchObject([{ status: "passed" }, { status: "crashed", error: { code: "not-understood" } }]);
  });

  it("exits with 3 for an invalid suite, before any engine", async () => {
    await suite("name: small\ncases:\n  - name: 5\n");
    const { code, stderr } = await bench.run(["eval", "s.yaml"]);
    expect(code).toBe(3);
    expect(stderr).toContain("error suite-invalid: s.yaml:3: Expected a text at cases[0].name, got 5");
    expect(bench.started).toBe(0);
  });

  it("exits with 130 when interrupted, and writes nothing", async () => {
    bench.engine.options = { stepMs: 20 };
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 60);
    const { code, stdout } = await bench.run(["eval", "s.yaml", "--out", "o"], { signal: interrupt.signal });
    expect(code).toBe(130);
    expect(stdout).toBe("");
    expect(await readdir(join(bench.cwd, "o"))).toEqual([]);
  });

  it("runs the cases that match, and refuses a filter that none does", async () => {
    const { stdout } = await bench.run(["eval", "s.yaml", "--filter", "^in-", "--json", "--quality", "preview"]);
    expect(JSON.parse(stdout)).toMatchObject({ settings: { quality: "preview" }, cases: [{ name: "in-words" }] });
    expect((await bench.run(["eval", "s.yaml", "--filter", "("])).code).toBe(2);
    const none = await bench.run(["eval", "s.yaml", "--filter", "zebra"]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("hint: Cases: by-recipe, in-words");
  });

  it("writes results and a page that needs nothing else, and neither twice without --force", async () => {
    await suite(SUITE.replace("name: small", 'name: "<b>small</b>"'));
    expect((await bench.run(["eval", "s.yaml", "--filter", "recipe", "--out", "o"])).code).toBe(0);
    const results = JSON.parse(await readFile(join(bench.cwd, "o/results.json"), "utf8"));
    expect(results.cases[0].methods.map(({ method }: { method: string }) => method)).toEqual([
      "nothing",
      "paste",
      "preview",
      "edit",
    ]);
    expect(JSON.stringify(results)).not.toContain(bench.home);
    const page = await readFile(join(bench.cwd, "o/report.html"), "utf8");
    expect(page.match(/src="data:image\/webp;base64,/g)).toHaveLength(2);
    expect(page).not.toMatch(/<b>small|(src|href)="(?!data:)|@import|https?:/);
    expect((await bench.run(["eval", "s.yaml", "--out", "o"])).code).toBe(2);
    expect((await bench.run(["eval", "s.yaml", "--out", "o", "--force"])).code).toBe(0);
    expect((await bench.run(["eval", "s.yaml", "--out", "photo.png"])).stderr).toContain("error usage: ");
  });

  it("records a failing engine as a crash", async () => {
    bench.engine.options = { failure: new EditError("engine-crashed", "The engine's process ended") };
    const { code, stdout } = await bench.run(["eval", "s.yaml"]);
    expect(code).toBe(1);
    expect(stdout).toContain("  - engine-crashed: The engine's process ended");
  });
});

it("measures a real preview: the disc arrives, leaves, and beats doing nothing and pasting", async () => {
  const { width, height, data } = discOnGround(120, 80, 30, 40, 14);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(bench.cwd, "disc.png"));
  await suite(`name: disc
defaults: { quality: preview }
cases:
  - name: disc
    image: disc.png
    edit: [{ region: { ellipse: { center: [30, 40], radius: [15, 15] } }, motion: { type: relocation, by: [50, 0] } }]
    thresholds: { outside_changed: { max: 0 }, target_psnr: { min: 25 }, source_psnr: { max: 20 } }
`);
  const workspace = await Workspace.create(bench.home);
  const engine = new LocalEngine({ home: bench.home });
  const studio = { engine, workspace, port: NO_TOOLS, device: undefined };
  const { status, cases } = await runSuite(await loadSuite("s.yaml", bench.cwd), studio);
  const [disc] = cases;
  if (disc === undefined || disc.status === "crashed") throw new Error(JSON.stringify(disc));
  expect(disc).toMatchObject({ missed: [], tier: "preview", understood: "move 50 px right" });
  const [nothing = 1, paste = 1, edit = 0] = disc.methods.map(({ measures }) => measures.score);
  expect(disc.methods.map(({ method }) => method)).toEqual(["nothing", "paste", "edit"]);
  expect(edit).toBeGreaterThan(paste);
  expect(edit).toBeGreaterThan(nothing);
  expect(status).toBe("passed");
}, 60_000);
