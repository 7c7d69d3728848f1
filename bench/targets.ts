/** What the project wants of its speed, beside what a run has measured. */
import { GOOD } from "./edits.ts";
import type { Spread } from "./rounds.ts";
import type { Results } from "./sections.ts";
import type { Loop } from "./torch-process.ts";

export interface Target {
  readonly what: string;
  /** `measured` must be at least, or at most, this. */
  readonly wanted: { readonly atLeast: number } | { readonly atMost: number };
  readonly unit: "x" | "%" | "s" | "GiB" | "";
  /** undefined where that part of the bench did not run. */
  readonly measured: Spread | undefined;
  /** Which of several is meant. */
  readonly where?: string;
}

/** Sizes at which the published method's own figures are given. */
const DEV_SIZE = 512;
const GRAPH_SIZE = 512;
const LARGEST = 48;

export function targetsOf(results: Results): Target[] {
  const { start, edits = [] } = results;
  const preview = edits.find(({ quality }) => quality === "preview");
  return [
    againstTorch(results, "straightforward", 2),
    againstTorch(results, "trimmed", 1.2),
    graphShare(results),
    wholeEdits(results),
    {
      ...(start?.stale && { where: "the build is older than its sources" }),
      what: "command line: cold start to first progress",
      wanted: { atMost: 1.5 },
      unit: "s",
      measured: start?.seconds,
    },
    { what: "preview in a warm process", wanted: { atMost: 0.5 }, unit: "s", measured: preview?.total },
    peakMemory(results),
    devShare(results, "whole", 0.4),
    devShare(results, "blockwise", 0.6),
  ];
}

export type Verdict = "yes" | "no" | "yes, within noise" | "no, within noise" | "not measured";

/** By the middle value; "within noise" where other rounds say otherwise. */
export function verdictOf({ wanted, measured }: Pick<Target, "wanted" | "measured">): Verdict {
  if (measured === undefined) return "not measured";
  const good = (value: number) => ("atLeast" in wanted ? value >= wanted.atLeast : value <= wanted.atMost);
  const verdict = good(measured.median) ? "yes" : "no";
  return good(measured.low) === good(measured.high) ? verdict : `${verdict}, within noise`;
}

function againstTorch({ drag = [] }: Results, loop: Loop, atLeast: number): Target {
  const rows = drag.flatMap((row) =>
    row.loops.filter((one) => one.loop === loop).map(({ ratio }) => ({ ratio, where: placeOf(row) })),
  );
  const worst = least(rows, ({ ratio }) => ratio.median);
  return {
    what: `drag iteration: times as fast as the ${loop} PyTorch loop`,
    wanted: { atLeast },
    unit: "x",
    measured: worst?.ratio,
    ...(worst && { where: worst.where }),
  };
}

function placeOf({ workingSize, replay }: { workingSize: number; replay: boolean }): string {
  return `${workingSize} px, ${replay ? "K and V replayed" : "no replay"}`;
}

/** As the embedded model is used: it replays nothing. */
function graphShare({ passes = [], drag = [] }: Results): Target {
  const velocity = passes.filter(({ pass }) => pass === "velocity").map((row) => ({ ...row, where: "velocity" }));
  const iterations = drag.filter(({ replay }) => !replay).map((row) => ({ ...row, where: "drag iteration" }));
  const worst = least(
    [...velocity, ...iterations].filter(({ workingSize }) => workingSize === GRAPH_SIZE),
    (row) => row.graphShare.median,
  );
  return {
    what: `transformer graphs at ${GRAPH_SIZE} px: share of the matrix product's rate`,
    wanted: { atLeast: GOOD },
    unit: "%",
    measured: worst?.graphShare,
    ...(worst && { where: worst.where }),
  };
}

function wholeEdits({ edits = [] }: Results): Target {
  const rows = edits.flatMap(({ overBound, quality, workingSize }) =>
    overBound === undefined ? [] : [{ overBound, where: `${quality}, ${workingSize} px` }],
  );
  const worst = least(rows, ({ overBound }) => -overBound.median);
  return {
    what: "whole edits: seconds over graph FLOPs / (0.6 x matrix product's rate)",
    wanted: { atMost: 1.25 },
    unit: "x",
    measured: worst?.overBound,
    ...(worst && { where: worst.where }),
  };
}

function peakMemory({ growth = [] }: Results): Target {
  const curves = growth.filter(({ of, unit }) => of === "megapixels" && unit === "MiB");
  const points = curves.flatMap(({ name, points }) =>
    points.flatMap(([x, mebibytes]) => (x === LARGEST ? [{ where: name, gibibytes: mebibytes / 1024 }] : [])),
  );
  const worst = least(points, ({ gibibytes }) => -gibibytes);
  return {
    what: `photo of ${LARGEST} megapixels: peak memory`,
    wanted: { atMost: 2 },
    unit: "GiB",
    measured: worst && exactly(worst.gibibytes),
    ...(worst && { where: worst.where }),
  };
}

function devShare({ flux = [] }: Results, way: "whole" | "blockwise", atMost: number): Target {
  const count = flux.find(({ workingSize }) => workingSize === DEV_SIZE);
  const how = way === "whole" ? "without" : "with per-block";
  return {
    what: `FLUX.1-dev iteration ${how} recompute: FLOPs over the published loop's`,
    wanted: { atMost },
    unit: "",
    measured: count && exactly(count.ours[way] / count.published.checkpointed),
    where: `${DEV_SIZE} px, counted`,
  };
}

function exactly(value: number): Spread {
  return { median: value, low: value, high: value };
}

function least<T>(rows: readonly T[], of: (row: T) => number): T | undefined {
  return rows.reduce<T | undefined>((best, row) => (best !== undefined && of(best) <= of(row) ? best : row), undefined);
}
