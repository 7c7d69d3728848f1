/** The drag loop's loss as an inline SVG. */
import { type Html, html } from "./html.ts";

const WIDTH = 640;
const HEIGHT = 200;
const LEFT = 56;
const BOTTOM = 26;
const TOP = 10;

/** The column named `loss` (else the last one) of a CSV with a header line; lines without a number are skipped. */
export function lossColumn(csv: string): number[] {
  const [header = "", ...rows] = csv.trim().split(/\r?\n/);
  const names = header.split(",").map((name) => name.trim().toLowerCase());
  const column = names.includes("loss") ? names.indexOf("loss") : names.length - 1;
  const cells = rows.map((row) => row.split(",")[column]?.trim() ?? "");
  return cells
    .filter((cell) => cell !== "")
    .map(Number)
    .filter(Number.isFinite);
}

/** Undefined where there are fewer than two values to connect. */
export function lossChart(losses: readonly number[]): Html | undefined {
  if (losses.length < 2) return undefined;
  const low = Math.min(...losses);
  const high = Math.max(...losses);
  const span = high - low || 1;
  const x = (i: number) => LEFT + (i / (losses.length - 1)) * (WIDTH - LEFT - 8);
  const y = (loss: number) => TOP + (1 - (loss - low) / span) * (HEIGHT - TOP - BOTTOM);
  const path = losses.map((loss, i) => `${i === 0 ? "M" : "L"}${x(i).toFixed(1)} ${y(loss).toFixed(1)}`).join("");
  const area = `${path}L${x(losses.length - 1).toFixed(1)} ${HEIGHT - BOTTOM}L${LEFT} ${HEIGHT - BOTTOM}Z`;
  const ticks = [high, (high + low) / 2, low].map(
    (
      loss,
    ) => html`<line class="rule" x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(loss).toFixed(1)}" y2="${y(loss).toFixed(1)}"/>
<text x="${LEFT - 8}" y="${(y(loss) + 4).toFixed(1)}" text-anchor="end">${loss.toPrecision(3)}</text>`,
  );
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Loss over ${losses.length} iterations">
${ticks}<path class="area" d="${area}"/><path class="line" d="${path}"/>
<text x="${LEFT}" y="${HEIGHT - 6}">1</text>
<text x="${WIDTH - 8}" y="${HEIGHT - 6}" text-anchor="end">iteration ${losses.length}</text>
</svg>`;
}
