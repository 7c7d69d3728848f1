/** The tables of docs/performance.md. */
import type { DragRow } from "./drag.ts";
import type { EditRow } from "./edits.ts";
import type { DevCount } from "./flux-dev.ts";
import type { Curve } from "./growth.ts";
import { number, table } from "./markdown.ts";
import type { PassRow } from "./passes.ts";
import type { PreviewTiming } from "./preview.ts";
import type { Spread } from "./rounds.ts";
import { type Target, verdictOf } from "./targets.ts";

export function targetTable(targets: readonly Target[]): string {
  const rows = targets.map((target) => {
    const { what, wanted, unit, measured, where = "" } = target;
    const goal = "atLeast" in wanted ? `≥ ${shown(wanted.atLeast, unit)}` : `≤ ${shown(wanted.atMost, unit)}`;
    const found = measured === undefined ? "" : shownSpread(measured, unit);
    return [where === "" ? what : `${what} (${where})`, goal, found, verdictOf(target)];
  });
  return table(["target", number("wanted"), number("measured (range of rounds)"), "reached"], rows);
}

function shown(value: number, unit: Target["unit"]): string {
  if (unit === "%") return `${(100 * value).toFixed(0)} %`;
  return `${Number(value.toFixed(2))}${unit === "" || unit === "x" ? unit : ` ${unit}`}`;
}

function shownSpread({ median, low, high }: Spread, unit: Target["unit"]): string {
  const middle = shown(median, unit);
  return low === high ? middle : `${middle} (${shown(low, unit)}–${shown(high, unit)})`;
}

export function dragTable(rows: readonly DragRow[]): string {
  const own = rows.map((row) => [
    `${row.workingSize} px${row.replay ? ", replay" : ""}`,
    "ours",
    milliseconds(row.seconds),
    row.gflop.toFixed(2),
    percent(row.share),
    percent(row.graphShare),
    "",
    "",
  ]);
  const torch = rows.map((row) =>
    row.loops.map(({ loop, seconds, ratio, agreement }) => {
      const apart = `${agreement.loss.toExponential(0)} / ${agreement.gradient.toExponential(0)}`;
      return ["", `PyTorch, ${loop}`, milliseconds(seconds), "", "", "", factor(ratio), apart];
    }),
  );
  return table(
    [
      "case",
      "loop",
      number("ms"),
      number("GFLOP"),
      number("of GEMM"),
      number("its graphs alone"),
      number("ours is faster by"),
      "loss / gradient apart",
    ],
    own.flatMap((line, i) => [line, ...(torch[i] ?? [])]),
  );
}

export function passTable(rows: readonly PassRow[]): string {
  return table(
    ["pass", "size", number("tokens"), number("ms"), number("GFLOP"), number("of GEMM"), number("its graphs alone")],
    rows.map(({ pass, workingSize, tokens, seconds, gflop, share, graphShare }) => {
      return [
        pass,
        `${workingSize} px`,
        String(tokens),
        milliseconds(seconds),
        gflop.toFixed(2),
        percent(share),
        percent(graphShare),
      ];
    }),
  );
}

export function editTable(rows: readonly EditRow[]): string {
  const columns = ["edit", number("warm s"), number("cold s"), number("again s"), number("GFLOP")];
  return table(
    [...columns, number("s over bound"), number("peak MiB")],
    rows.map(({ quality, workingSize, total, cold, again, gflop, overBound, peakMemoryBytes }) => [
      workingSize === 0 ? quality : `${quality}, ${workingSize} px`,
      seconds(total),
      cold.toFixed(2),
      again?.toFixed(2) ?? "",
      gflop === 0 ? "" : gflop.toFixed(0),
      overBound === undefined ? "" : factor(overBound),
      mebibytes(peakMemoryBytes),
    ]),
  );
}

export function stageTable(rows: readonly EditRow[]): string {
  const lines = rows.flatMap(({ quality, workingSize, stages }) =>
    stages.map(({ stage, seconds: spread, inGraphs, gflop, share, peakMemoryBytes }, i) => [
      i > 0 ? "" : workingSize === 0 ? quality : `${quality}, ${workingSize} px`,
      stage,
      seconds(spread),
      inGraphs === 0 ? "" : inGraphs.toFixed(2),
      gflop === 0 ? "" : gflop.toFixed(1),
      share === undefined ? "" : percent(share),
      mebibytes(peakMemoryBytes),
    ]),
  );
  const columns = [number("s"), number("in graphs"), number("GFLOP"), number("of GEMM"), number("peak MiB")];
  return table(["edit", "stage", ...columns], lines);
}

export function previewTable(rows: readonly PreviewTiming[]): string {
  return table(
    ["stage", number("ms"), number("ms of processor")],
    rows.map(({ stage, wallMs, cpuMs }) => [stage, wallMs.toFixed(0), cpuMs.toFixed(0)]),
  );
}

const OURS = [
  ["whole", "ours, one graph, the region everywhere"],
  ["third", "ours, one graph, a region of a third of the side"],
  ["blockwise", "ours, block by block, each computed again"],
] as const;

export function devTable(counts: readonly DevCount[]): string {
  const rows = counts.flatMap(({ workingSize, published, ours }) => {
    const share = (value: number, of: number) => (value / of).toFixed(3);
    return [
      [`${workingSize} px`, "published, a checkpoint per block", published.checkpointed.toFixed(1), "1", ""],
      [
        "",
        "published, without checkpoints",
        published.plain.toFixed(1),
        share(published.plain, published.checkpointed),
        "1",
      ],
      ...OURS.map(([way, words]) => [
        "",
        words,
        ours[way].toFixed(1),
        share(ours[way], published.checkpointed),
        share(ours[way], published.plain),
      ]),
    ];
  });
  return table(["picture", "loop", number("TFLOP"), number("of published"), number("of it without checkpoints")], rows);
}

export function growthTable(curves: readonly Curve[]): string {
  return table(
    ["cost", "grows with", "measured", number("exponent"), number("R²")],
    curves.map(({ name, of, unit, points, fit }) => [
      name,
      of,
      points.map(([x, y]) => `${x}: ${precise(y)} ${unit}`).join(", "),
      fit.exponent.toFixed(2),
      fit.r2.toFixed(2),
    ]),
  );
}

function mebibytes(bytes: number): string {
  return String(Math.round(bytes / 2 ** 20));
}

function precise(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}

function milliseconds({ median, low, high }: Spread): string {
  const [a, b, c] = [median, low, high].map((value) => digits(1000 * value));
  return `${a} (${b}–${c})`;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

function seconds({ median, low, high }: Spread): string {
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function percent({ median, low, high }: Spread): string {
  const [a, b, c] = [median, low, high].map((value) => (100 * value).toFixed(0));
  return `${a} % (${b}–${c})`;
}

function factor({ median, low, high }: Spread): string {
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
