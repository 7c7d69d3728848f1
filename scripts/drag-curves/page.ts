/** The measurements as a table, a CSV of the losses, and a drawing of them. */
import type { Measured } from "./measure.ts";
import { CONFIGURATIONS, PHOTOS } from "./photos.ts";

export interface Row extends Measured {
  readonly photo: string;
  readonly configuration: string;
}

export function csvText(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ photo, configuration, losses }) =>
    losses.map((loss, k) => `${photo},"${configuration}",${k + 1},${loss}`),
  );
  return `photo,configuration,iteration,loss\n${lines.join("\n")}\n`;
}

export function tableText(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { photo, configuration, losses, startLoss, way, pixels, difference } = row;
    const loss = losses.length === 0 ? "–" : `${startLoss.toFixed(4)} → ${losses.at(-1)?.toFixed(4)}`;
    return `| ${photo} | ${configuration} | ${way.toFixed(0)} | ${pixels.toFixed(1)} | ${difference.toFixed(1)} | ${loss} |`;
  });
  const head =
    "| photo | configuration | way, px | left to go, px | difference at the target | loss of the final goal |";
  return `${head}\n|---|---|---|---|---|---|\n${lines.join("\n")}\n`;
}

const [WIDTH, HEIGHT, GAP] = [220, 150, 34];
const COLOURS = ["#4269d0", "#efb118", "#ff725c", "#3ca951", "#6cc5b0", "#9c6b4e", "#a463f2"];

/** One panel per photo; each curve relative to the largest loss of its panel. */
export function svgText(rows: readonly Row[]): string {
  const names = Object.keys(CONFIGURATIONS).filter((name) =>
    rows.some((r) => r.configuration === name && r.losses.length),
  );
  const panels = PHOTOS.map(({ name }, i) =>
    panel(
      rows.filter(({ photo }) => photo === name),
      name,
      names,
      i,
    ),
  );
  const legend = names.map((name, i) => {
    const y = HEIGHT + GAP + 14 + 14 * i;
    return `<rect x="8" y="${y - 8}" width="12" height="3" fill="${COLOURS[i]}"/><text x="26" y="${y - 3}">${name}</text>`;
  });
  const [width, height] = [PHOTOS.length * (WIDTH + GAP), HEIGHT + GAP + 14 * (names.length + 1)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<rect width="${width}" height="${height}" fill="white"/>
${[...panels, ...legend].join("\n")}
</svg>
`;
}

function panel(rows: readonly Row[], photo: string, names: readonly string[], index: number): string {
  const top = Math.max(...rows.flatMap(({ losses }) => losses));
  const curves = rows.flatMap(({ configuration, losses }) => {
    const points = losses.map(
      (loss, k) => `${((k / (losses.length - 1)) * WIDTH).toFixed(1)},${(HEIGHT * (1 - loss / top)).toFixed(1)}`,
    );
    const colour = COLOURS[names.indexOf(configuration)];
    return points.length < 2
      ? []
      : [`<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.5"/>`];
  });
  const frame = `<rect width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#ccc"/>`;
  const title = `<text x="0" y="-6">${photo}: loss over 70 iterations, top ${top.toPrecision(2)}</text>`;
  return `<g transform="translate(${8 + index * (WIDTH + GAP)},20)">${frame}${title}${curves.join("")}</g>`;
}
