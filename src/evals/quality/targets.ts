/** What the suite should show, and whether it does. */
import { tally } from "./compare.ts";
import type { CaseResult, Row } from "./run-case.ts";
import { meanOf, valuesOf } from "./table.ts";

export interface Target {
  readonly name: string;
  readonly wanted: string;
  readonly got: string;
  /** How far the number lies on the good side of what was wanted; negative: missed by that much. */
  readonly margin: number;
  readonly unit: string;
}

/** Of the tier that needs no model. */
export function targetsOf(results: readonly CaseResult[]): Target[] {
  const mean = meansOf(results);
  return [...previewTargets(mean), ...commonTargets("preview", mean), outsideTarget(results)];
}

/** Of `full` against `preview`; none without cases. */
export function modelTargetsOf(results: readonly CaseResult[]): Target[] {
  if (results.length === 0) return [];
  const mean = meansOf(results);
  return [...commonTargets("full delivered", mean), ...fullTargets(results, mean)];
}

function meansOf(results: readonly CaseResult[]): Mean {
  return (row, score) => meanOf(valuesOf(results, row, score));
}

type Mean = (row: Row, score: string) => number;

function previewTargets(mean: Mean): Target[] {
  const [psnr, telea] = [mean("preview", "vacated.psnr"), mean("telea", "vacated.psnr")];
  const detail = mean("preview", "vacated.detail");
  const [seam, teleaSeam] = [mean("preview", "seam.gradient"), mean("telea", "seam.gradient")];
  const [target, teleaTarget] = [mean("preview", "target.psnr"), mean("telea", "target.psnr")];
  return [
    atLeast("`preview`, vacated zone, against warp + Telea less 0.3 dB", psnr, telea - 0.3, "dB", 2),
    {
      name: "`preview`, vacated zone, fine detail of the truth's",
      wanted: "0.7–1.3",
      got: detail.toFixed(2),
      margin: Math.min(detail - 0.7, 1.3 - detail),
      unit: "",
    },
    atMost("`preview`, seam gradient off by, against warp + Telea", seam, teleaSeam, "", 3),
    atLeast("`preview`, target zone, against warp + Telea", target, teleaTarget, "dB", 2),
    atLeast("`preview`, target zone (an aim)", target, 30, "dB", 2),
  ];
}

function commonTargets(row: Row, mean: Mean): Target[] {
  return [
    atLeast(`\`${row}\`, source cleared`, mean(row, "source.cleared"), 0.9 * mean("truth", "source.cleared"), "", 3),
    atMost(`\`${row}\`, mean distance`, mean(row, "target.distance"), 4, "px", 2),
  ];
}

function outsideTarget(results: readonly CaseResult[]): Target {
  const changed = results.flatMap(({ runs }) => Object.values(runs).map(({ outsideChanged }) => outsideChanged));
  return atMost(
    `Pixels changed outside, over ${changed.length} edits`,
    changed.reduce((a, b) => a + b, 0),
    0,
    "",
    0,
  );
}

function fullTargets(results: readonly CaseResult[], mean: Mean): Target[] {
  const delivered = tally(results, "full delivered", "preview");
  const raw = tally(results, "full", "preview");
  const share = (count: number, { cases }: { cases: number }) => count / Math.max(1, cases);
  return [
    atLeast(
      "`full` as delivered better than `preview`, share of cases",
      share(delivered.better, delivered),
      1 / 3,
      "",
      2,
    ),
    atMost("`full` as delivered worse than `preview`, share of cases", share(delivered.worse, delivered), 0.1, "", 2),
    atLeast("`full` itself better than `preview`, share of cases", share(raw.better, raw), 0.25, "", 2),
    atLeast("`full` itself, gradient similarity", mean("full", "editable.gms"), mean("preview", "editable.gms"), "", 4),
  ];
}

function atLeast(name: string, got: number, wanted: number, unit: string, digits: number): Target {
  return { name, wanted: `≥ ${wanted.toFixed(digits)}`, got: got.toFixed(digits), margin: got - wanted, unit };
}

function atMost(name: string, got: number, wanted: number, unit: string, digits: number): Target {
  return { name, wanted: `≤ ${wanted.toFixed(digits)}`, got: got.toFixed(digits), margin: wanted - got, unit };
}

export function targetTable(targets: readonly Target[]): string {
  const rows = targets.map(({ name, wanted, got, margin, unit }) => {
    const size = Math.abs(margin);
    const by = `${size < 0.001 ? size.toPrecision(2) : size.toFixed(3)}${unit && ` ${unit}`}`;
    return `| ${name} | ${wanted} | ${got} | ${margin >= 0 ? "reached" : `**missed by ${by}**`} |`;
  });
  return ["| | wanted | measured | |", "|---|---:|---:|---|", ...rows].join("\n");
}
