/** docs/quality.md, written from a half's results. */
import type { QualityCase } from "./case.ts";
import { scoreTally, type Tally, tally, verdict } from "./compare.ts";
import type { CaseResult, Row } from "./run-case.ts";
import { meanOf, scoreTables, valuesOf } from "./table.ts";
import { modelTargetsOf, targetsOf, targetTable } from "./targets.ts";

export interface Report {
  readonly cases: readonly QualityCase[];
  /** All cases through the baselines and the preview. */
  readonly reported: readonly CaseResult[];
  /** Those that went through all tiers. */
  readonly withModel: readonly CaseResult[];
  /** Commits of the engine that was measured. */
  readonly commit: string;
  readonly modelCommit: string;
  /** Further sections, as Markdown. */
  readonly sections: readonly string[];
}

export function qualityReport(report: Report): string {
  const { cases, reported, withModel, sections } = report;
  const parts = [
    INTRODUCTION,
    measuredWhat(report),
    "## What was wanted",
    targetTable([...targetsOf(reported), ...modelTargetsOf(withModel)]),
    "## Better, equal, worse",
    talliesOf(reported, withModel),
    "## Scores without a model",
    `${reported.length} cases. Means over cases; small: 95 % bootstrap interval of the mean (2000 resamplings of the cases). The truth's own row shows what the scores without a truth say of a perfect result.`,
    scoreTables(reported.map(withoutModel)),
    "## Scores with the model",
    `${withModel.length} cases. \`fast\` and \`full\` are the model's own pictures, with no way back to \`preview\`; “delivered” is what an edit hands over.`,
    scoreTables(withModel),
    "## By kind of case",
    kindTable(cases, reported),
    "## Time",
    timesOf(reported, withModel),
    "## Failures",
    failuresOf(cases, reported, withModel),
    ...sections,
  ];
  return `${parts.join("\n\n")}\n`;
}

function measuredWhat({ reported, withModel, commit, modelCommit }: Report): string {
  const all = `The numbers are of the ${reported.length} reported cases, engine at commit \`${commit}\``;
  if (withModel.length === reported.length && commit === modelCommit) return `${all}.`;
  const apart = `${withModel.length} cases that also went through the model, engine at commit \`${modelCommit}\``;
  return `${all}; those of \`fast\` and \`full\` are of ${apart}, in an order that mixes the kinds, as far as the time reached. Where they are compared with \`preview\`, it is that commit's.`;
}

function withoutModel({ id, rows, runs }: CaseResult): CaseResult {
  const { fast: _, full: __, "fast delivered": ___, "full delivered": ____, ...own } = rows;
  return { id, rows: own, runs };
}

const INTRODUCTION = `# How good the edits are

<!-- Written by scripts/quality/report.ts; do not edit by hand. -->

Sixty pictures whose right answer is known: an object cut out of one photo is laid into another photo at A (the input) and at
B (the truth), and the edit is asked to move it from A to B. Thirty cases (\`dev\`) serve for choosing settings, thirty
(\`reported\`) for these tables; the photos of the reported half were kept out of all training and share no object and no
ground with the other half. Half of the cases are translations; the rest turn, grow, shrink, or turn and move. A third have a
contact shadow, which belongs to the region, and a third have noise. All are drawn by a seed. Objects and grounds, with their
credits, lie in \`evals/quality\`; the pictures come from them the same way every time.

    node --import tsx scripts/quality/run.ts --half reported --tiers preview,fast,full
    node --import tsx scripts/quality/report.ts

Zones: *vacated* is what the move uncovers and two pixels around it; *target* is where the object then lies and a pixel around
it; *editable* is the whole area that the edit may change. *Fine detail* is the root-mean-square of what a blur of 1.5 pixels
removes, relative to the truth's: a smear has little, noise too much. *Sliced Wasserstein* compares the 7×7 patches of the
filled place with the truth's, wherever they lie; *patch distance* is how far its patches are from the likeliest ones around
it. *Mean distance* is how far points of the object lie from where they belong, found by comparing pixels. *Seam gradient* is
how far the brightness gradient along the border of the place left is from the truth's, as a share of it; *seam excess* is what
of it exceeds the truth's, pixel by pixel. \`paste\` pastes the region and leaves the original; \`telea\` fills the place left with
OpenCV's Telea and pastes; \`preview\` is matting, warp and PatchMatch.`;

const PAIRS: readonly (readonly [Row, Row])[] = [
  ["preview", "telea"],
  ["fast", "preview"],
  ["fast delivered", "preview"],
  ["full", "preview"],
  ["full delivered", "preview"],
  ["full", "fast"],
];

function talliesOf(reported: readonly CaseResult[], withModel: readonly CaseResult[]): string {
  const rows = PAIRS.map(([row, against]) => {
    const results = row === "preview" ? reported : withModel;
    const psnr = scoreTally(results, row, against, "editable.psnr", 0.05);
    const vacated = scoreTally(results, row, against, "vacated.psnr", 0.3);
    return `| ${row} against ${against} | ${shown(tally(results, row, against))} | ${shown(psnr)} | ${shown(vacated)} |`;
  });
  return [
    "Better: the editable area's SSIM or gradient similarity is higher and no zone's PSNR is more than 0.3 dB lower. Worse: a zone is, or both similarities are lower.",
    "",
    "| | better / equal / worse | editable PSNR, ±0.05 dB | vacated PSNR, ±0.3 dB |",
    "|---|---:|---:|---:|",
    ...rows,
    "",
    fallbacksOf(withModel),
  ].join("\n");
}

function shown({ better, equal, worse }: Tally): string {
  return `${better} / ${equal} / ${worse}`;
}

function fallbacksOf(results: readonly CaseResult[]): string {
  const shares = (["fast", "full"] as const).map((tier) => {
    const runs = results.map(({ runs }) => runs[tier]).filter((run) => run !== undefined);
    const back = runs.filter(({ delivered }) => delivered !== tier).length;
    return `\`${tier}\` ${back} of ${runs.length} (${((100 * back) / Math.max(1, runs.length)).toFixed(0)} %)`;
  });
  return `Edits that fell back to the preview's picture: ${shares.join(", ")}.`;
}

function kindTable(cases: readonly QualityCase[], results: readonly CaseResult[]): string {
  const kinds = new Map<string, (one: QualityCase) => boolean>([
    ["translation", ({ motion }) => motion.type === "relocation"],
    ["rotation", ({ motion }) => motion.type === "rotation"],
    ["scale", ({ motion }) => motion.type === "scale"],
    ["turned and moved", ({ motion }) => motion.type === "compose"],
    ["with shadow", ({ shadow }) => shadow],
    ["with noise", ({ noise }) => noise > 0],
    ["neither", ({ shadow, noise }) => !shadow && noise === 0],
  ]);
  const columns: readonly (readonly [Row, string, number])[] = [
    ["telea", "vacated.psnr", 2],
    ["preview", "vacated.psnr", 2],
    ["telea", "target.psnr", 2],
    ["preview", "target.psnr", 2],
    ["telea", "editable.ssim", 3],
    ["preview", "editable.ssim", 3],
    ["telea", "editable.gms", 3],
    ["preview", "editable.gms", 3],
  ];
  const rows = [...kinds].map(([name, belongs]) => {
    const ids = new Set(cases.filter(belongs).map(({ id }) => id));
    const own = results.filter(({ id }) => ids.has(id));
    const cells = columns.map(([row, score, digits]) => meanOf(valuesOf(own, row, score)).toFixed(digits));
    return `| ${name} (${own.length}) | ${cells.join(" | ")} |`;
  });
  const head = columns.map(
    ([row, score]) =>
      `${row} ${score.replace(".", " ").replace("psnr", "dB").replace("ssim", "SSIM").replace("gms", "gradient similarity")}`,
  );
  return [`| | ${head.join(" | ")} |`, `|---|${columns.map(() => "---:").join("|")}|`, ...rows].join("\n");
}

function timesOf(reported: readonly CaseResult[], withModel: readonly CaseResult[]): string {
  const times = (["preview", "fast", "full"] as const).flatMap((tier) => {
    const results = tier === "preview" ? reported : withModel;
    const seconds = results.flatMap(({ runs }) => runs[tier]?.seconds ?? []).sort((a, b) => a - b);
    return seconds.length === 0 ? [] : [`\`${tier}\` ${(seconds[Math.floor(seconds.length / 2)] ?? 0).toFixed(1)} s`];
  });
  return `Median per edit, 512×384 pixels, on a processor of two cores that had much other work at the same time, so these are upper bounds: ${times.join(", ")}.`;
}

/** The worst by the preview's numbers, and every case in which what was delivered is worse than the preview. */
function failuresOf(
  cases: readonly QualityCase[],
  results: readonly CaseResult[],
  withModel: readonly CaseResult[],
): string {
  const about = new Map(cases.map((one) => [one.id, `${one.object} on ${one.ground}, ${one.motion.type}`]));
  const worst = (score: string, digits: number) =>
    results
      .filter(({ rows }) => rows.preview?.[score] !== undefined)
      .sort((a, b) => (a.rows.preview?.[score] ?? 0) - (b.rows.preview?.[score] ?? 0))
      .slice(0, 3)
      .map(({ id, rows }) => `${id} (${about.get(id)}; ${rows.preview?.[score]?.toFixed(digits)})`)
      .join(", ");
  const wrong = withModel.filter((result) => verdict(result, "full delivered", "preview") === "worse");
  return [
    `- Fill furthest from the truth (vacated PSNR of \`preview\`): ${worst("vacated.psnr", 1)}.`,
    `- Object furthest from the truth (target PSNR of \`preview\`): ${worst("target.psnr", 1)}.`,
    `- Source least cleared (\`preview\`): ${worst("source.cleared", 2)}.`,
    `- \`full\` delivered although worse than \`preview\`: ${wrong.map(({ id }) => `${id} (${about.get(id)})`).join(", ") || "none"}.`,
  ].join("\n");
}
