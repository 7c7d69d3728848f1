/** The figure of docs/performance.md: iterations beside PyTorch, shares of the matrix product, four curves of growth. */
import type { DragRow } from "../drag.ts";
import { GOOD } from "../edits.ts";
import type { Curve } from "../growth.ts";
import type { PassRow } from "../passes.ts";
import type { Report } from "../report.ts";
import { LOOPS } from "../torch-process.ts";
import { type BarPanel, drawPanel, type LinePanel, type Panel } from "./panels.ts";
import { document } from "./svg.ts";

const COLUMNS = 3;
const [WIDTH, HEIGHT, GAP] = [340, 300, 16];

export function figure({ results, machine }: Report): string {
  const { drag = [], passes = [], growth = [] } = results;
  const panels: Panel[] = [
    ...(drag.length > 0 ? [iterationPanel(drag)] : []),
    ...(passes.length > 0 ? [sharePanel(passes, drag)] : []),
    ...growthPanels(growth),
  ];
  const rows = Math.ceil(panels.length / COLUMNS);
  const place = (i: number) => ({
    x: GAP + (i % COLUMNS) * (WIDTH + GAP),
    y: GAP + Math.floor(i / COLUMNS) * (HEIGHT + GAP),
    width: WIDTH,
    height: HEIGHT,
  });
  const parts = panels.flatMap((panel, i) => drawPanel(panel, place(i)));
  const [width, height] = [GAP + COLUMNS * (WIDTH + GAP), GAP + rows * (HEIGHT + GAP)];
  return document(width, height, `Performance on ${machine.cpu}, ${machine.threads} threads`, parts);
}

/** Without replay, as the embedded model is used. */
function iterationPanel(drag: readonly DragRow[]): BarPanel {
  const rows = drag.filter(({ replay }) => !replay);
  const loops = LOOPS.filter((loop) => rows.some((row) => row.loops.some((one) => one.loop === loop)));
  const of = (row: DragRow, loop: string) => row.loops.find((one) => one.loop === loop)?.seconds.median ?? Number.NaN;
  return {
    type: "bars",
    title: "A drag iteration",
    y: "milliseconds",
    groups: rows.map(({ workingSize }) => `${workingSize} px`),
    series: [
      { name: "ours", values: rows.map(({ seconds }) => 1000 * seconds.median) },
      ...loops.map((loop) => ({ name: `PyTorch, ${loop}`, values: rows.map((row) => 1000 * of(row, loop)) })),
    ],
  };
}

function sharePanel(passes: readonly PassRow[], drag: readonly DragRow[]): BarPanel {
  const sizes = [...new Set(passes.map(({ workingSize }) => workingSize))];
  const names = [...new Set(passes.map(({ pass }) => pass))];
  const share = (rows: readonly { workingSize: number; share: { median: number } }[], size: number) =>
    rows.find((row) => row.workingSize === size)?.share.median ?? Number.NaN;
  return {
    type: "bars",
    title: "Share of the matrix product's rate",
    y: "of GEMM",
    percent: true,
    goal: GOOD,
    groups: sizes.map((size) => `${size} px`),
    series: [
      {
        name: "drag iteration",
        values: sizes.map((size) =>
          share(
            drag.filter(({ replay }) => !replay),
            size,
          ),
        ),
      },
      ...names.map((name) => ({
        name,
        values: sizes.map((size) =>
          share(
            passes.filter(({ pass }) => pass === name),
            size,
          ),
        ),
      })),
    ],
  };
}

const AXES: Record<Curve["of"], string> = {
  megapixels: "megapixels",
  tokens: "image tokens",
  regions: "regions",
  edits: "edits in the history",
};

function growthPanels(growth: readonly Curve[]): LinePanel[] {
  return (Object.keys(AXES) as Curve["of"][]).flatMap((of) => {
    // Memory has another unit: the table has it.
    const curves = growth.filter((curve) => curve.of === of && curve.unit === "s");
    if (curves.length === 0) return [];
    const series = curves.map(({ name, points, fit }) => ({ name: `${name} ∝ x^${fit.exponent.toFixed(2)}`, points }));
    return [{ type: "lines", title: `Growth with ${AXES[of]}`, x: AXES[of], y: "seconds", series }];
  });
}
