/** What photos without a truth say, as Markdown. */
import { METHODS, type Method, type RealResult, type RealScores } from "./real.ts";
import { meanOf } from "./table.ts";

const COLUMNS: readonly [score: keyof RealScores, heading: string, digits: number][] = [
  ["score", "gates' score ↑", 3],
  ["sourceCleared", "source cleared ↑", 2],
  ["targetArrived", "target arrived ↑", 2],
  ["seamEnergy", "seam energy (1 ideal)", 2],
  ["fillTexture", "texture energy (1 ideal)", 2],
  ["patch", "patch distance ↓", 1],
  ["distance", "mean distance px ↓", 1],
  ["outside", "changed outside", 0],
];

/** A row per method; means over the edits, pixels changed outside as their sum. */
export function methodTable(results: readonly RealResult[]): string {
  const head = ["", ...COLUMNS.map(([, heading]) => heading)];
  const rows = METHODS.map((method) => [method, ...COLUMNS.map((column) => cell(results, method, column))]);
  return [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function cell(results: readonly RealResult[], method: Method, [score, , digits]: (typeof COLUMNS)[number]): string {
  const values = results.map(({ scores }) => scores[method][score]).filter((value) => value !== undefined);
  const value = score === "outside" ? values.reduce((sum, n) => sum + n, 0) : meanOf(values);
  return value.toFixed(digits);
}

/** A row per edit, so that failures can be found again. */
export function editTable(results: readonly RealResult[]): string {
  const rows = results.map(({ id, scores, regimes, warnings }) => {
    const { preview, telea } = scores;
    const reduced = warnings.includes("bend-reduced") ? ", reduced" : "";
    return `| ${id} | ${counted(regimes)}${reduced} | ${preview.score.toFixed(2)} | ${telea.score.toFixed(2)} | ${preview.distance.toFixed(1)} | ${telea.distance.toFixed(1)} |`;
  });
  const head = "| | regimes | preview | warp + Telea | preview, mean distance | warp + Telea, mean distance |";
  return [head, "|---|---|---:|---:|---:|---:|", ...rows].join("\n");
}

function counted(regimes: readonly string[]): string {
  const kinds = [...new Set(regimes)];
  return kinds.map((kind) => `${regimes.filter((one) => one === kind).length} ${kind}`).join(", ");
}
