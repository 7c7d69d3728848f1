/** The two kinds of panels: lines over logarithmic axes, and bars in groups. */
import { linearScale, logScale, type Scale, shortNumber } from "./scale.ts";
import { colourOf, FAINT, type Frame, INK, line, n, text } from "./svg.ts";

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LinePanel {
  readonly type: "lines";
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

export interface BarPanel {
  readonly type: "bars";
  readonly title: string;
  readonly y: string;
  readonly groups: readonly string[];
  /** One value per group; NaN draws nothing. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** Logarithmic without, from 0 to at least 100 % with. */
  readonly percent?: boolean;
  /** A line that is to be reached. */
  readonly goal?: number;
}

export type Panel = LinePanel | BarPanel;

const LEFT = 52;
const BOTTOM = 42;
const LEGEND_ROW = 15;
const TITLE = 22;

export function drawPanel(panel: Panel, frame: Frame): string[] {
  const legend = panel.series.map(({ name }, i) => legendEntry(name, i, frame));
  const top = frame.y + TITLE + LEGEND_ROW * panel.series.length + 8;
  const plot = {
    x: frame.x + LEFT,
    y: top,
    width: frame.width - LEFT - 12,
    height: frame.y + frame.height - BOTTOM - top,
  };
  const title = text(frame.x + 4, frame.y + 14, panel.title, { size: 13, weight: "bold" });
  const inside = panel.type === "lines" ? drawLines(panel, plot) : drawBars(panel, plot);
  return [title, ...legend, ...inside, ...yLabel(panel.y, plot, frame)];
}

function legendEntry(name: string, i: number, { x, y }: Frame): string {
  const at = y + TITLE + LEGEND_ROW * i;
  return `<rect x="${n(x + 6)}" y="${n(at)}" width="10" height="10" fill="${colourOf(i)}"/>${text(x + 21, at + 9, name)}`;
}

function drawLines({ x: label, series }: LinePanel, plot: Frame): string[] {
  const all = series.flatMap(({ points }) => points);
  const x = logScale(
    all.map(([value]) => value),
    plot.x,
    plot.x + plot.width,
  );
  const y = logScale(
    all.map(([, value]) => value),
    plot.y + plot.height,
    plot.y,
  );
  const marks = [...new Set(all.map(([value]) => value))].sort((a, b) => a - b);
  const labels = marks.map((tick) =>
    text(x.at(tick), plot.y + plot.height + 16, shortNumber(tick), { anchor: "middle" }),
  );
  const caption = text(plot.x + plot.width / 2, plot.y + plot.height + 33, label, { anchor: "middle" });
  return [
    ...grid(y, plot, shortNumber),
    ...labels,
    caption,
    ...series.flatMap(({ points }, i) => curve(points, i, x, y)),
  ];
}

function curve(points: Series["points"], i: number, x: Scale, y: Scale): string[] {
  const places = points.map(([a, b]) => `${n(x.at(a))},${n(y.at(b))}`);
  const path = `<polyline points="${places.join(" ")}" fill="none" stroke="${colourOf(i)}" stroke-width="2"/>`;
  const dots = points.map(([a, b]) => `<circle cx="${n(x.at(a))}" cy="${n(y.at(b))}" r="3" fill="${colourOf(i)}"/>`);
  return [path, ...dots];
}

function drawBars({ groups, series, percent, goal }: BarPanel, plot: Frame): string[] {
  const values = series.flatMap((one) => one.values).filter(Number.isFinite);
  const [floor, ceiling] = [plot.y + plot.height, plot.y];
  const y = percent ? linearScale(values, floor, ceiling, 1) : logScale(values, floor, ceiling, 1.6);
  const shown = (tick: number) => (percent ? `${Math.round(100 * tick)} %` : shortNumber(tick));
  const slot = plot.width / groups.length;
  const width = (0.8 * slot) / series.length;
  const bars = groups.flatMap((group, g) => {
    const left = plot.x + slot * (g + 0.1);
    const label = text(left + 0.4 * slot, floor + 16, group, { anchor: "middle" });
    return [label, ...series.flatMap((one, i) => bar(one.values[g], left + i * width, width, i, floor, y))];
  });
  const wanted = goal === undefined ? [] : [line(plot.x, y.at(goal), plot.x + plot.width, y.at(goal), GOAL)];
  return [...grid(y, plot, shown), ...bars, ...wanted];
}

const GOAL = `stroke="${INK}" stroke-width="1.5" stroke-dasharray="5 3"`;

function bar(value: number | undefined, left: number, width: number, i: number, floor: number, y: Scale): string[] {
  if (value === undefined || !Number.isFinite(value)) return [];
  const [top, inner] = [y.at(value), Math.max(width - 2, 1)];
  return [`<rect x="${n(left)}" y="${n(top)}" width="${n(inner)}" height="${n(floor - top)}" fill="${colourOf(i)}"/>`];
}

/** Faint lines across, numbers beside them, the axis below. */
function grid(y: Scale, plot: Frame, shown: (tick: number) => string): string[] {
  const right = plot.x + plot.width;
  const lines = y.ticks.flatMap((tick) => [
    line(plot.x, y.at(tick), right, y.at(tick), `stroke="${FAINT}"`),
    text(plot.x - 6, y.at(tick) + 4, shown(tick), { anchor: "end" }),
  ]);
  const floor = plot.y + plot.height;
  return [...lines, line(plot.x, floor, right, floor, `stroke="${INK}"`)];
}

function yLabel(words: string, plot: Frame, { x }: Frame): string[] {
  return [text(x + 10, plot.y + plot.height / 2, words, { anchor: "middle", turn: -90 })];
}
