/** dragflow eval: on a fake engine for what it says and writes, on the real one for what it measures. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LocalEngine } from "../../src/engine/local.ts";
import { EditError } from "../../src/errors.ts";
import { chosenBaselines } from "../../src/evals/baselines/index.ts";
import { SCORERS } from "../../src/evals/metrics/index.ts";
import { runTrials } from "../../src/evals/run-suite.ts";
import type { EvalStudio } from "../../src/evals/studio.ts";
import { loadSuite } from "../../src/evals/suite/load.ts";
import { trialsOf } from "../../src/evals/trials.ts";
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
    const rows = stdout.split("\n").map((line) => line.replaceAll(/ {2,}/g, "|"));
    expect(rows[0]).toMatch(/^case\|method\|score\|cleared\|arrived\|seam\|texture\|/);
    expect(rows.map((row) => row.split("|").slice(0, 2).join("|")).slice(1, 22)).toEqual([
      "by-recipe|do nothing",
      "|paste and leave",
      "|warp + Telea",
      "|preview",
      "|point tracking",
      "|region latent copy",
      "|edit (fast)",
      "in-words|do nothing",
      "|paste and leave",
      "|warp + Telea",
      "|preview",
      "|point tracking",
      "|region latent copy",
      "|edit (fast)",
      "mean|do nothing",
      "|paste and leave",
      "|warp + Telea",
      "|preview",
      "|point tracking",
      "|region latent copy",
      "|edit",
    ]);
    expect(stdout).toMatch(/^ +95 % of means +0\.\d{3}–0\.\d{3} /m);
    expect(stdout).toMatch(/^edit against do nothing: score [+-]0\.\d{3} \[.*\], \d wins, \d ties, \d losses$/m);
    expect(stdout).toContain("small: passed (2 passed)\n");
    expect(stderr.replaceAll(/, about .* left/g, "")).toBe("1/2 by-recipe: passed\n2/2 in-words: passed\n");
    expect(code).toBe(0);
    expect(await readdir(join(bench.home, "sessions"))).toEqual([]);
  });

  it("exits with 100 when a threshold is missed, and says by how much", async () => {
    await suite(`${SUITE}thresholds: { score: { min: 2 } }\n`);
    const { code, stdout } = await bench.run(["eval", "s.yaml", "--quiet", "--no-baselines"]);
    expect(code).toBe(100);
    expect(stdout).toMatch(/- mean: expected score of at least 2, got 0\.\d{3}/);
    expect(stdout).toContain("small: missed (2 passed)");
  });

  it("exits with 100 when something else was understood", async () => {
    await suite(SUITE.replaceAll("degrees: 0", "degrees: 90"));
    const { code, stdout } = await bench.run(["eval", "s.yaml", "--json", "--no-baselines"]);
    expect(code).toBe(100);
    expect(JSON.parse(stdout).cases[1]).toMatchObject({
      status: "missed",
      missed: ["expected the direction 90° ± 15°, got 0.0°"],
    });
  });

  it("exits with 1 when a case crashes, and goes on with the others", async () => {
    await suite(SUITE.replace("move it 20 px to the right", "make it nicer"));
    const { code, stdout } = await bench.run(["eval", "s.yaml", "--json", "--no-baselines"]);
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

  it("exits with 130 when interrupted, and --resume repeats nothing that was finished", async () => {
    bench.engine.options = { stepMs: 2 };
    const interrupt = new AbortController();
    const heard = (text: string) => text.startsWith("1/2") && interrupt.abort();
    const { code, stdout } = await bench.run(["eval", "s.yaml", "--out", "o", "--no-baselines"], {
      signal: interrupt.signal,
      heard,
    });
    expect(code).toBe(130);
    expect(stdout).toBe("");
    expect((await readdir(join(bench.cwd, "o"))).sort()).toEqual(["journal.jsonl", "pictures"]);
    const again = await bench.run(["eval", "s.yaml", "--out", "o", "--resume", "--no-baselines"]);
    expect(again.stderr).toBe("1/2 by-recipe: passed (known)\n2/2 in-words: passed\n");
    const edits = bench.engine.edits.length;
    const third = await bench.run(["eval", "s.yaml", "--out", "o", "--resume", "--no-baselines"]);
    expect(third.stdout).toContain("small: passed (2 passed)");
    expect(bench.engine.edits.length).toBe(edits);
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
      "telea",
      "preview",
      "point",
      "latent_copy",
      "edit",
    ]);
    expect(JSON.stringify(results)).not.toContain(bench.home);
    const page = await readFile(join(bench.cwd, "o/report.html"), "utf8");
    expect(page.match(/id="p0-\d+">data:image\/webp;base64,/g)?.length).toBeGreaterThan(5);
    expect(page).not.toMatch(/<b>small|<(img|link|iframe)|(src|href)="|@import|https?:\/\/(?!www\.w3\.org)/);
    expect((await bench.run(["eval", "s.yaml", "--out", "o"])).code).toBe(2);
    expect((await bench.run(["eval", "s.yaml", "--out", "o", "--force", "--no-baselines"])).code).toBe(0);
    expect((await bench.run(["eval", "s.yaml", "--out", "photo.png"])).stderr).toContain("error usage: ");
  });

  it("takes the baselines that are named; those on the model stand beside previews only then", async () => {
    const methods = async (...flags: string[]) => {
      const { stdout } = await bench.run([
        "eval",
        "s.yaml",
        "--filter",
        "recipe",
        "--json",
        "--quality",
        "preview",
        ...flags,
      ]);
      const { cases, notes } = JSON.parse(stdout);
      return { names: cases[0].methods.map(({ method }: { method: string }) => method), notes: String(notes) };
    };
    const preview = await methods();
    expect(preview.names).toEqual(["nothing", "paste", "telea", "edit"]);
    expect(preview.notes).toContain("previews load no model (--baselines all runs them beside)");
    const named = await methods("--baselines", "point,nothing");
    expect(named.names).toEqual(["nothing", "point", "edit"]);
    expect(bench.engine.edits.at(-1)?.recipe).toMatchObject({ quality: "full", options: { supervision: "point" } });
    expect(named.notes).not.toContain("Point tracking");
    expect(await bench.run(["eval", "s.yaml", "--baselines", "points"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("latent_copy or all, got points"),
    });
  });

  it("a baseline that fails has no row, and why is said; the case is judged all the same", async () => {
    const edit = bench.engine.edit.bind(bench.engine);
    bench.engine.edit = async (request, call) => {
      if (request.recipe.options.supervision === "point") throw new EditError("engine-failed", "Out of range");
      return edit(request, call);
    };
    const { stdout, code } = await bench.run(["eval", "s.yaml", "--filter", "recipe"]);
    expect(code).toBe(0);
    expect(stdout).toContain("  - point tracking: Out of range");
    expect(stdout).not.toMatch(/^ +point tracking/m);
    expect(stdout).toMatch(/^ +region latent copy/m);
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
  const noAgent = () => Promise.reject(new Error("An edit case asks no agent"));
  const studio: EvalStudio = { engine, workspace, home: bench.home, device: undefined, agent: noAgent };
  const loaded = await loadSuite("s.yaml", bench.cwd);
  const trials = await trialsOf(loaded, { home: bench.home, code: "test", planner: "local" });
  const ground = { scorers: SCORERS, baselines: chosenBaselines(), networks: {}, out: undefined, traffic: () => ({}) };
  const [disc] = await runTrials(trials, [studio], ground);
  if (disc === undefined || disc.status === "crashed") throw new Error(JSON.stringify(disc));
  expect(disc).toMatchObject({ status: "passed", missed: [], tier: "preview", understood: "move 50 px right" });
  const scoreOf = (wanted: string) => disc.methods.find(({ method }) => method === wanted)?.measures.score ?? 0;
  expect(scoreOf("edit")).toBeGreaterThan(scoreOf("paste"));
  expect(scoreOf("edit")).toBeGreaterThan(scoreOf("nothing"));
}, 240_000);
