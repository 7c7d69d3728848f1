/** A run that never happened: as many cases as wanted, the second of three missed, the third crashed. */
import { parseRecipe } from "../../src/engine/recipe/parse.ts";
import { SCORERS } from "../../src/evals/metrics/index.ts";
import type { CaseResult, FinishedCase, SuiteResult } from "../../src/evals/result.ts";
import { seededRandom } from "../../src/evals/stats/random.ts";
import { together } from "../../src/evals/together.ts";

const SETTINGS = { quality: "preview", seed: 42, model: "mini", options: {} } as const;
const RECIPE = parseRecipe({
  operations: [{ region: { box: [4, 4, 20, 20] }, motion: { type: "relocation", by: [8, 0] } }],
});

export interface MadeRun {
  /** Of the cases, before their number. */
  readonly name?: string;
  /** What a model might have said. */
  readonly text?: string;
  /** Pictures of a case, relative to the run's folder. */
  readonly pictures?: (index: number) => Pick<FinishedCase, "pictures"> & { readonly edit?: string };
}

export function runOf(count: number, made: MadeRun = {}): SuiteResult {
  const random = seededRandom(1);
  const cases = Array.from({ length: count }, (_, i) => caseOf(i, random, made));
  const suite = { name: "made", settings: SETTINGS, cases: [], thresholds: {} };
  return together(suite, cases, { scorers: SCORERS, command: "dragflow eval made", notes: [] });
}

function caseOf(i: number, random: () => number, { name = "case", text = "move it", pictures }: MadeRun): CaseResult {
  const base = { key: `k${i}`, name: `${name} ${i}`, trial: 1, image: "photo.png", tags: ["made"], wallSeconds: 1.5 };
  if (i % 3 === 2) return { ...base, status: "crashed", error: { code: "engine-failed", message: text } };
  const { edit, ...kept } = pictures?.(i) ?? {};
  const row = (method: string, score: number) => ({
    method,
    measures: { score, seconds: random() * 4, outside_changed: 0, target_psnr: 20 + 10 * random(), ssim_target: score },
    cost: { seconds: 1 },
    ...(edit === undefined ? {} : { picture: edit }),
  });
  return {
    ...base,
    ...kept,
    said: text,
    status: i % 3 === 1 ? "missed" : "passed",
    grade: 1,
    missed: i % 3 === 1 ? ["expected score of at least 0.9, got 0.500"] : [],
    understood: "move 8 px right",
    facts: { operations: [] },
    tier: "preview",
    tierScores: { preview: 0.7 },
    methods: [row("nothing", 0.2 + 0.1 * random()), row("edit", 0.6 + 0.3 * random())],
    recipe: RECIPE,
    warnings: [],
    losses: Array.from({ length: 20 }, (_, step) => 1 / (step + 1)),
    steps: [{ tool: "look", why: text, isError: false, at: 0.4 }],
    usage: { inputTokens: 900, outputTokens: 80 },
  };
}
