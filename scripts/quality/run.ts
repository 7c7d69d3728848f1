/** Runs the quality suite: `node --import tsx scripts/quality/run.ts --half dev --tiers preview,fast,full`.
 * `--only dev-03,dev-07` names cases, `--out` the folder for pictures and scores (default out/quality). */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { LocalEngine } from "../../src/engine/local.ts";
import { QUALITIES, type Quality } from "../../src/engine/recipe/schema.ts";
import { loadOpenCv } from "../../src/engine/segment/opencv.ts";
import { readCases } from "../../src/evals/quality/case.ts";
import { type CaseResult, runCase } from "../../src/evals/quality/run-case.ts";
import { scoreTables } from "../../src/evals/quality/table.ts";

const root = join(import.meta.dirname, "..", "..");
const { values } = parseArgs({
  options: {
    half: { type: "string", default: "dev" },
    tiers: { type: "string", default: "preview" },
    only: { type: "string" },
    out: { type: "string", default: join(root, "out", "quality") },
  },
});
const out = resolve(values.out);
const tiers = values.tiers.split(",").map(tierNamed);
const suite = join(root, "evals", "quality");
const only = values.only?.split(",");
const half = (await readCases(suite)).filter((one) => one.half === values.half);
// In steps that are prime to the number of cases, so that a run that is cut short has cases of every kind.
const cases = half.map((_, i) => half[(7 * i) % half.length]).filter((one) => one !== undefined);
const engine = new LocalEngine({ home: join(out, "home") });
const setting = { engine, cv: await loadOpenCv(), suite, out };
const results: CaseResult[] = [];
for (const one of cases) {
  if (only && !only.includes(one.id)) continue;
  const result = await runCase(one, tiers, setting);
  results.push(result);
  console.error(`${one.id} ${tiers.map((tier) => `${tier} ${summary(result, tier)}`).join("; ")}`);
}
console.log(scoreTables(results));
await engine.close();

function tierNamed(name: string): Quality {
  const tier = QUALITIES.find((quality) => quality === name);
  if (tier === undefined) throw new Error(`Expected tiers among ${QUALITIES.join(", ")}, got ${name}`);
  return tier;
}

function summary({ rows, runs }: CaseResult, tier: Quality): string {
  const number = (score: string) => rows[tier]?.[score]?.toFixed(2) ?? "–";
  const run = runs[tier];
  const zones = ["vacated", "target", "editable"].map((zone) => number(`${zone}.psnr`)).join("/");
  return `${zones} dB, detail ${number("vacated.detail")}, ${run?.seconds.toFixed(1)} s, delivers ${run?.delivered}`;
}
