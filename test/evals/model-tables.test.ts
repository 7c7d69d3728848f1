/** What needs a model, end to end on a tiny random FLUX that reads prompts: baselines on it, ablations, inversion. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/program.ts";
import { writePng } from "../../src/engine/image/raster-io.ts";
import { LocalEngine } from "../../src/engine/local.ts";
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { writeRedCase } from "../../src/evals/datasets/make-red-case.ts";
import type { FinishedCase, SuiteResult } from "../../src/evals/result.ts";
import { patchJson } from "../helpers/bundle.ts";
import { fluxBundle } from "../helpers/flux-bundle.ts";
import { discOnGround } from "../helpers/pictures.ts";

const SUITE = `name: s
cases:
  - name: disc
    image: disc.png
    edit: [{ region: { ellipse: { center: [24, 32], radius: [12, 12] } }, motion: { type: relocation, by: [40, 0] } }]
`;

let bundle: string;
/** Apart from the bundle, whose files are its fingerprint. */
let work: string;
beforeAll(async () => {
  bundle = await fluxBundle();
  work = await mkdtemp(join(tmpdir(), "dragflow-tables-"));
  const steps = { numSteps: 3, skip: 1, transportIterations: 2, intensifyIterations: 1, workingSize: 64 };
  await patchJson(join(bundle, "dragflow.json"), steps);
  await writePng(join(work, "disc.png"), discOnGround(96, 64, 24, 32, 12));
  await writeFile(join(work, "s.yaml"), SUITE);
  const region = { ellipse: { center: [24, 32], radius: [12, 12] } };
  const words = { sourcePrompt: "a disc", prompt: "a disc on the right" };
  const recipe = parseRecipe({ ...words, operations: [{ region, motion: { type: "relocation", by: [40, 0] } }] });
  await writeRedCase({ recipe, baseDir: work, image: join(work, "disc.png"), dir: join(work, "set", "I1") });
});
afterAll(async () => {
  for (const dir of [bundle, work]) await rm(dir, { recursive: true, force: true });
});

async function run(...argv: string[]) {
  const said = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof said) => ({ write: (text: string) => (said[name] += text) });
  const code = await runCli(["eval", ...argv], {
    createEngine: ({ home }) => new LocalEngine({ home }),
    stdin: Readable.from([]),
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    env: { DRAGFLOW_HOME: join(work, "home") },
    cwd: work,
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

it.each(["fast", "full"])(
  "a table of %s edits has point tracking and region latent copy on the same model",
  async (quality) => {
    const { code, stdout, stderr } = await run("s.yaml", "--model", bundle, "--quality", quality, "--json");
    expect(stderr).toContain("1/1 disc: passed");
    expect(code).toBe(0);
    const { cases }: SuiteResult = JSON.parse(stdout);
    const { methods } = cases[0] as FinishedCase;
    expect(methods.map(({ method }) => method)).toEqual([
      "nothing",
      "paste",
      "telea",
      "preview",
      "point",
      "latent_copy",
      "edit",
    ]);
    for (const { method, measures } of methods) expect(measures, method).toMatchObject({ outside_changed: 0 });
    const [point, copy] = ["point", "latent_copy"].map((name) => methods.find(({ method }) => method === name));
    expect(point?.cost.stages?.drag).toBeGreaterThan(0);
    expect(copy?.cost.stages?.sample).toBeGreaterThan(0);
    expect(point?.measures.ssim_target).not.toBe(copy?.measures.ssim_target);
  },
  240_000,
);

describe("the ablation suite", () => {
  const ablate = (...more: string[]) => run("ablation", "--model", bundle, "--dataset", join(work, "set"), ...more);

  it("prints the paper's tables for a model that reads prompts, and says what it lacks", async () => {
    const { code, stdout } = await ablate("--features", "none");
    expect(code).toBe(0);
    const rows = stdout.split("\n").map((line) => line.split(/ {2,}/)[0]);
    const titles = rows.filter((row) => /Table|start|Replay|block's|goes on/.test(row ?? ""));
    expect(titles).toEqual([
      "Point, region, background, adapter (the paper's Table 3)",
      "Prompts (the paper's Table 5)",
      "Where the latents start",
      "Replay of the source's K and V",
      "Which block's features lead",
      "How long the drag goes on",
      expect.stringContaining("The adapter's row of Table 3 is left out"),
    ]);
    for (const row of ["point", "region + background", "none prompt", "wrong prompt", "right prompt", "K/V off"]) {
      expect(rows).toContain(row);
    }
    expect(stdout).toMatch(/^variant +n +score against the first +score ↑/m);
    expect(stdout).toMatch(/^region +1 +[+-]\d\.\d{3} \[-?\d\.\d{3}, -?\d\.\d{3}\] \d\/\d\/\d +\d/m);
  }, 480_000);

  it("keeps what it measured in a folder, and goes on with it", async () => {
    const wish = ["--features", bundle, "--only", "table-5", "--out", join(work, "o")];
    const first = await ablate(...wish);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^variant .*MD_1 ↓ +MD_2 ↓/m);
    expect(first.stdout).toContain("block features DOUBLE-2-2 at t 0.261");
    const journal = await readFile(join(work, "o/journal.jsonl"), "utf8");
    expect(journal.trim().split("\n")).toHaveLength(3);
    expect(await ablate(...wish)).toMatchObject({ code: 2, stderr: expect.stringContaining("out-exists") });
    const again = await ablate(...wish, "--resume");
    expect(again.stdout).toBe(first.stdout);
    expect(await readFile(join(work, "o/journal.jsonl"), "utf8")).toBe(journal);
    expect(await readFile(join(work, "o/tables.txt"), "utf8")).toBe(first.stdout);
  }, 240_000);

  it("refuses a table that this model has not", async () => {
    expect(await ablate("--only", "table-4")).toMatchObject({ code: 2 });
  });
});

describe("the inversion suite", () => {
  it("prints one table for any bundle: ways × solvers, LPIPS only where its weights are", async () => {
    const argv = ["inversion", join(work, "disc.png"), "--model", bundle, "--steps", "3", "--skip", "1"];
    const { code, stdout } = await run(...argv);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Inversion without an edit: .*, 1 pictures, 64 px, 3 steps without the first 1\n/);
    const rows = stdout.split("\n").map((line) => line.split(/ {2,}/)[0]);
    expect(rows.slice(2, 8)).toEqual([
      "inversion",
      "autoencoder alone",
      "Euler, nothing",
      "Euler, K/V",
      "FireFlow, nothing",
      "FireFlow, K/V",
    ]);
    expect(stdout).toContain("The bundle has no adapter: its rows are left out.");
    expect(stdout).toContain("LPIPS was not measured");
    const lpips = fileURLToPath(new URL("../fixtures/parity/bundles/lpips-a", import.meta.url));
    const measured = await run(...argv, "--lpips", lpips);
    expect(measured.stdout).toMatch(/^inversion +PSNR dB ↑ +SSIM ↑ +LPIPS ↓ +s$/m);
  }, 240_000);
});
